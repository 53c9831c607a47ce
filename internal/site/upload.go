package site

import (
	"context"
	"errors"
	"io"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	libdomain "github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/templates/document"
)

func (s *Site) uploadForm(c *fiber.Ctx) error { return s.showUpload(c, refusal{}) }

func (s *Site) showUpload(c *fiber.Ctx, r refusal) error {
	l := s.localizer(c)
	f := described{tender: c.Query("tender")}
	if f.group = c.Query("group"); f.group != "" {
		f.audience = "group"
	}
	fields, err := s.fields(c, l, f, r, true)
	if err != nil {
		return err
	}
	p := document.Upload{Page: s.page(c, l, "library", l.T("upload.title")), Fields: fields, Message: r.message, Errors: r.list}
	if g := f.group; g != "" {
		if p.Into, err = s.groupWords(c, l, g); err != nil {
			return err
		}
		p.Into = l.T("upload.into", "Audience", p.Into)
	}
	return render(c, l, document.UploadPage(p))
}

// taken is what became of the files of a form.
type taken struct {
	ids    []string
	failed []document.FailedFile
	away   *errs.Error // why one failed that may be sent again as it is
}

// status is what a form is answered with of which files were refused.
func (t taken) status(c *fiber.Ctx) int {
	if t.away == nil {
		return fiber.StatusUnprocessableEntity
	}
	return httpd.Status(httpd.Report(c, t.away).Kind)
}

// upload takes the files of a plain form, then what the form says of them, and leads on to the details. The fields come
// behind the files, so they are applied when all is in.
func (s *Site) upload(c *fiber.Ctx) error {
	ctx, v, l := s.Server.Unbounded(c), httpd.Viewer(c), s.localizer(c)
	f, err := httpd.ReadForm(c)
	if err != nil {
		return err
	}
	t, err := s.takeAll(ctx, v, l, f)
	defer s.Server.Renew(c)()
	if err != nil {
		return err
	}
	if len(t.ids) == 0 && len(t.failed) == 0 {
		c.Status(fiber.StatusUnprocessableEntity)
		return s.showUpload(c, refusal{message: l.T("upload.no_file")})
	}
	if err := s.describeAll(ctx, v, t.ids, describedIn(f.Values)); err != nil {
		if r, ok := s.refused(l, err); ok {
			c.Status(status(err))
			return s.showDetails(c, t, describedIn(f.Values), r)
		}
		return err
	}
	if len(t.failed) > 0 {
		c.Status(t.status(c))
		return s.showDetails(c, t, described{}, refusal{})
	}
	return s.done(c, "/upload/details?ids="+url.QueryEscape(strings.Join(t.ids, ",")), flash{})
}

// takeAll stores every file. One that is refused does not stop the next; one that is cut off stops everything.
func (s *Site) takeAll(ctx context.Context, v auth.Viewer, l *i18n.Localizer, f *httpd.Form) (t taken, err error) {
	for {
		name, body, err := f.NextFile()
		if httpd.IsEnd(err) {
			return t, nil
		}
		if err != nil {
			return t, err
		}
		d, err := s.Library.Upload(ctx, v, libdomain.File{Name: name, Size: -1, Body: body}, libdomain.Meta{})
		if err == nil {
			t.ids = append(t.ids, d.ID)
			continue
		}
		var e *errs.Error
		if !errors.As(err, &e) || e.Kind == errs.KindInternal {
			return t, err
		}
		if e.Kind == errs.KindUnavailable {
			t.away = e
		}
		t.failed = append(t.failed, document.FailedFile{Name: libdomain.CleanName(name), Error: s.explainFields(l, e)})
	}
}

// explainFields words an error with its first field, which says more.
func (s *Site) explainFields(l *i18n.Localizer, e *errs.Error) string {
	if len(e.Fields) > 0 {
		return l.Message(e.Fields[0].Message)
	}
	return s.explain(l, e)
}

// describeAll writes what one form says of many documents. Empty choices leave things as they are; tags are added.
func (s *Site) describeAll(ctx context.Context, v auth.Viewer, ids []string, f described) error {
	for _, id := range ids {
		d, err := s.Library.Get(ctx, v, id)
		if err != nil {
			return err
		}
		m := f.some(d)
		if m == (libdomain.Meta{}) {
			continue
		}
		if _, err := s.Library.Update(ctx, v, id, m); err != nil {
			return err
		}
	}
	return nil
}

// some is what a form for many changes of one document.
func (f described) some(d *libdomain.Document) libdomain.Meta {
	all, m := f.meta(), libdomain.Meta{}
	if f.kind != "" {
		m.Kind = all.Kind
	}
	if f.tender != "" {
		m.TenderID = all.TenderID
	}
	if f.branch != "" && f.branch != d.BranchID {
		m.BranchID = all.BranchID
	}
	if f.language != "" {
		m.Language = all.Language
	}
	if f.audience != "" && *all.Audience != d.Audience {
		m.Audience = all.Audience
	}
	if tags := words(f.tags); len(tags) > 0 {
		tags = append(append([]string{}, d.Tags...), tags...)
		m.Tags = &tags
	}
	followKind(&m, d)
	return m
}

// followKind lets a document whose kind is corrected be seen by whom the new kind is for, unless somebody chose who sees it.
func followKind(m *libdomain.Meta, d *libdomain.Document) {
	if m.Kind != nil && m.Audience == nil && d.Audience == libdomain.DefaultAudience(d.Kind) {
		suits := libdomain.DefaultAudience(*m.Kind)
		m.Audience = &suits
	}
}

// copyJSON is a document with the same file or much of the same text.
type copyJSON struct {
	Title   string `json:"title"`
	URL     string `json:"url"`
	Percent int    `json:"percent"`
}

// uploadedJSON is where a file is, as the upload sheet follows it.
type uploadedJSON struct {
	ID      string     `json:"id"`
	URL     string     `json:"url"`
	Title   string     `json:"title"`
	Status  string     `json:"status"`
	Failure string     `json:"failure,omitempty"`
	Copies  []copyJSON `json:"copies,omitempty"`
	Near    []copyJSON `json:"near,omitempty"`
}

// oneFile begins to read a form of which the first file is wanted; the fields before it are in the form.
func oneFile(c *fiber.Ctx) (f *httpd.Form, name string, body io.Reader, err error) {
	if f, err = httpd.ReadForm(c); err != nil {
		return nil, "", nil, err
	}
	name, body, err = f.NextFile()
	if httpd.IsEnd(err) {
		err = errs.Invalid("error.invalid").Field("file", "error.file.required")
	}
	return f, name, body, err
}

// uploadFile takes one file from the upload sheet.
func (s *Site) uploadFile(c *fiber.Ctx) error {
	f, name, body, err := oneFile(c)
	if err != nil {
		return err
	}
	var m libdomain.Meta
	if tender, ok := f.Value("tender"); ok && tender != "" {
		m.TenderID = &tender
	}
	if group, ok := f.Value("group"); ok && group != "" {
		audience := "group:" + group
		m.Audience = &audience
	}
	v := httpd.Viewer(c)
	d, err := s.Library.Upload(s.Server.Unbounded(c), v, libdomain.File{Name: name, Size: -1, Body: body}, m)
	defer s.Server.Renew(c)()
	if err != nil {
		return err
	}
	out, err := s.uploaded(c, d)
	if err != nil {
		return err
	}
	c.Status(fiber.StatusCreated)
	return c.JSON(out)
}

func (s *Site) uploaded(c *fiber.Ctx, d *libdomain.Document) (uploadedJSON, error) {
	l := s.localizer(c)
	out := uploadedJSON{ID: d.ID, URL: documentURL(d.ID), Title: d.Title, Status: string(d.Status)}
	if d.Status == libdomain.StatusFailed {
		out.Failure = failure(l, d.Failure)
	}
	copies, err := s.Library.Copies(c.UserContext(), httpd.Viewer(c), d)
	for _, x := range copies {
		e := copyJSON{Title: x.Title, URL: documentURL(x.ID), Percent: int(x.Overlap*100 + .5)}
		if x.Exact {
			out.Copies = append(out.Copies, e)
		} else {
			out.Near = append(out.Near, e)
		}
	}
	return out, err
}

// mostFollowed bounds how many uploads one question follows.
const mostFollowed = 200

func (s *Site) uploadStatus(c *fiber.Ctx) error {
	ids := words(c.Query("ids"))
	docs, err := s.Library.ByIDs(c.UserContext(), httpd.Viewer(c), ids[:min(mostFollowed, len(ids))])
	if err != nil {
		return err
	}
	items := make([]uploadedJSON, 0, len(docs))
	for _, d := range docs {
		item, err := s.uploaded(c, d)
		if err != nil {
			return err
		}
		items = append(items, item)
	}
	return c.JSON(fiber.Map{"items": items})
}
