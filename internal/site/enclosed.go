package site

import (
	"errors"
	"io"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/httpd"
	libdomain "github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/templates/part"
)

// filePrefix begins the card of a file that goes with a post, as forms write it.
const filePrefix = "file:"

// maxWritten is the most bytes of a field of a post.
const maxWritten = 256 << 10

// typed is what a form says whose files have been taken.
type typed struct {
	values  url.Values
	refused *errs.Error // why a file was not taken
}

// typed reads the form of a post. Its files, which come along where no script sent them before, are uploaded for their owner alone and stand
// among the cards. The caller calls end.
func (s *Site) typed(c *fiber.Ctx) (t typed, end func(), err error) {
	end = func() {}
	if !httpd.IsUpload(c) {
		t.values, err = form(c)
		return t, end, err
	}
	f, err := httpd.ReadForm(c)
	if err != nil {
		return t, end, err
	}
	f.Most = maxWritten
	t.values = f.Values
	if err := s.encloseAll(c, f, &t); err != nil {
		return t, end, err
	}
	return t, s.Server.Renew(c), nil
}

// encloseAll takes every file of a form. One that is refused does not stop the next.
func (s *Site) encloseAll(c *fiber.Ctx, f *httpd.Form, t *typed) error {
	var files []string
	for {
		name, body, err := f.NextFile()
		if httpd.IsEnd(err) {
			t.values["card"] = append(t.values["card"], files...)
			return nil
		}
		if err != nil {
			return err
		}
		d, err := s.enclose(c, name, body)
		if err == nil {
			files = append(files, filePrefix+d.ID)
			continue
		}
		if !errors.As(err, &t.refused) || t.refused.Kind == errs.KindInternal {
			return err
		}
	}
}

func (s *Site) enclose(c *fiber.Ctx, name string, body io.Reader) (*libdomain.Document, error) {
	return s.Library.UploadEnclosed(s.Server.Unbounded(c), httpd.Viewer(c), libdomain.File{Name: name, Size: -1, Body: body})
}

// postFile takes a file for a post that is being written, and answers with its line in the form.
func (s *Site) postFile(c *fiber.Ctx) error {
	_, name, body, err := oneFile(c)
	if err != nil {
		return err
	}
	d, err := s.enclose(c, name, body)
	defer s.Server.Renew(c)()
	if err != nil {
		return err
	}
	c.Status(fiber.StatusCreated)
	return render(c, s.localizer(c), part.EnclosedFile(enclosed(d)))
}

func enclosed(d *libdomain.Document) part.Enclosed {
	return part.Enclosed{Value: filePrefix + d.ID, Title: d.Filename, Media: media(d.MediaType), Size: d.Size}
}

// showCards puts what a post shows into its form: the files to be seen and unticked, the rest along with it.
func (s *Site) showCards(c *fiber.Ctx, p *part.Composer, w writing, r refusal) error {
	p.FileError = r.fields["file"]
	var ids []string
	for _, x := range w.cards {
		if id, ok := strings.CutPrefix(x, filePrefix); ok {
			ids = append(ids, id)
		} else {
			p.Cards = append(p.Cards, part.Hidden{Name: "card", Value: x})
		}
	}
	if len(ids) == 0 {
		return nil
	}
	found, err := s.Library.ByIDs(c.UserContext(), httpd.Viewer(c), ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if d := found[id]; d != nil {
			p.Files = append(p.Files, enclosed(d))
		}
	}
	return nil
}
