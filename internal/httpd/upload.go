package httpd

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/errs"
)

// maxField is the most bytes of a form field that is no file, unless the form says otherwise.
const maxField = 64 << 10

// maxFields bounds the fields before and between files.
const maxFields = 200

// Form is a form in parts, read as a stream: fields first, then each file as it comes.
type Form struct {
	parts  *multipart.Reader
	Values map[string][]string // of the fields read so far
	Most   int64               // bytes of a field
	fields int
}

// ReadForm begins to read an upload. Nothing is kept in memory or on disk but the fields.
func ReadForm(c *fiber.Ctx) (*Form, error) {
	kind, params, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if err != nil || kind != "multipart/form-data" || params["boundary"] == "" {
		return nil, errs.Invalid("error.not_multipart")
	}
	stream := c.Context().RequestBodyStream()
	if stream == nil {
		return nil, errs.Invalid("error.not_multipart").Because(errNoStream)
	}
	// Whatever is not read of the body must not be taken for the next request.
	c.Context().SetConnectionClose()
	return &Form{parts: multipart.NewReader(&rolling{c: c, r: stream}, params["boundary"]), Values: map[string][]string{}, Most: maxField}, nil
}

// rolling moves the read deadline on with every read: a slow line may take hours, a silent one half a minute.
type rolling struct {
	c *fiber.Ctx
	r io.Reader
}

func (r *rolling) Read(p []byte) (int, error) {
	if conn := r.c.Context().Conn(); conn != nil {
		_ = conn.SetReadDeadline(time.Now().Add(readTimeout))
	}
	return r.r.Read(p)
}

// NextFile returns the next file of the form, after reading the fields before it into Values; io.EOF when there is none.
func (f *Form) NextFile() (name string, body io.Reader, err error) {
	for {
		part, err := f.parts.NextRawPart()
		if err == io.EOF {
			return "", nil, io.EOF
		}
		if err != nil {
			return "", nil, errs.Invalid("error.upload_broken").Because(err)
		}
		if part.FileName() != "" {
			return rawFileName(part), part, nil
		}
		if err := f.field(part); err != nil {
			return "", nil, err
		}
	}
}

// Rest reads what stands behind the only file, and tells whether there were more fields. Another file is one too many.
func (f *Form) Rest() (more bool, err error) {
	before := f.fields
	switch _, _, err := f.NextFile(); {
	case err == nil:
		return false, errs.Invalid("error.invalid").Field("file", "error.field.one_file")
	case !IsEnd(err):
		return false, err
	}
	return f.fields > before, nil
}

func (f *Form) field(part *multipart.Part) error {
	if f.fields++; f.fields > maxFields {
		return errs.New(errs.KindTooLarge, "error.body_too_large")
	}
	b, err := io.ReadAll(io.LimitReader(part, f.Most+1))
	if err != nil {
		return errs.Invalid("error.upload_broken").Because(err)
	}
	if int64(len(b)) > f.Most {
		return errs.New(errs.KindTooLarge, "error.body_too_large")
	}
	f.Values[part.FormName()] = append(f.Values[part.FormName()], string(b))
	return nil
}

// rawFileName is the name as the client sent it, with its folders: Part.FileName drops them.
func rawFileName(part *multipart.Part) string {
	_, params, err := mime.ParseMediaType(part.Header.Get(fiber.HeaderContentDisposition))
	if err != nil || params["filename"] == "" {
		return part.FileName()
	}
	return params["filename"]
}

// Value returns the last value of a field, and whether it was sent.
func (f *Form) Value(name string) (string, bool) {
	v := f.Values[name]
	if len(v) == 0 {
		return "", false
	}
	return v[len(v)-1], true
}

// IsEnd tells whether an error is the end of a form.
func IsEnd(err error) bool { return errors.Is(err, io.EOF) }
