package site

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	libdomain "github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/templates/document"
	"github.com/aanpak/aanpak/templates/part"
)

// detailsForm describes many documents at once, after uploading.
func (s *Site) detailsForm(c *fiber.Ctx) error {
	ids := words(c.Query("ids"))
	return s.showDetails(c, taken{ids: ids[:min(mostFollowed, len(ids))]}, described{tender: c.Query("tender")}, refusal{})
}

func (s *Site) showDetails(c *fiber.Ctx, t taken, f described, r refusal) error {
	l, v := s.localizer(c), httpd.Viewer(c)
	docs, err := s.Library.ByIDs(c.UserContext(), v, t.ids)
	if err != nil {
		return err
	}
	if r.fields == nil && f.audience == "" {
		f.sharedAlike(docs)
	}
	p := document.Details{Page: s.page(c, l, "library", l.T("upload.title")), Failed: t.failed, Message: r.message, Errors: r.list}
	for _, id := range t.ids {
		d := docs[id]
		if d == nil || libdomain.CanEdit(v, d) != nil {
			continue
		}
		item, err := s.detailsItem(c, l, d)
		if err != nil {
			return err
		}
		p.Items = append(p.Items, item)
	}
	if len(p.Items) == 0 && len(p.Failed) == 0 {
		return errs.NotFound("document")
	}
	if p.Fields, err = s.fields(c, l, f, r, true); err != nil {
		return err
	}
	return render(c, l, document.DetailsPage(p))
}

// sharedAlike chooses the audience that all the documents have, unless it is what their kinds have by default.
func (f *described) sharedAlike(docs map[string]*libdomain.Document) {
	var first *libdomain.Document
	for _, d := range docs {
		if first == nil {
			first = d
		}
		if d.Audience != first.Audience || d.Audience == libdomain.DefaultAudience(d.Kind) {
			return
		}
	}
	if first != nil {
		own := describedBy(first)
		f.audience, f.branches, f.people, f.group = own.audience, own.branches, own.people, own.group
	}
}

func (s *Site) detailsItem(c *fiber.Ctx, l *i18n.Localizer, d *libdomain.Document) (document.DetailsItem, error) {
	it := document.DetailsItem{
		Document: s.card(c, l, d),
		Title:    part.Field{Name: "title-" + d.ID, Label: l.T("field.title"), Value: d.Title, Required: true},
		Kind:     part.Field{Name: "kind-" + d.ID, Label: l.T("field.kind"), Options: kinds(l, string(d.Kind), false)},
	}
	copies, err := s.Library.ExactCopies(c.UserContext(), httpd.Viewer(c), d)
	for _, x := range copies {
		it.Copies = append(it.Copies, s.card(c, l, x))
	}
	return it, err
}

func (s *Site) detailsSave(c *fiber.Ctx) error {
	values, err := form(c)
	if err != nil {
		return err
	}
	f, ids := describedIn(values), values["id"]
	ids = ids[:min(mostFollowed, len(ids))]
	for _, id := range ids {
		err := s.saveDetails(c, id, f, values)
		if r, ok := s.refused(s.localizer(c), err); ok {
			c.Status(status(err))
			return s.showDetails(c, taken{ids: ids}, f, r)
		}
		if err != nil {
			return err
		}
	}
	return s.done(c, "/library?sort=newest", flash{Key: "toast.details", N: len(ids)})
}

// saveDetails writes one document: what is said of all, and then what is said of this one, which counts more where the
// person changed it.
func (s *Site) saveDetails(c *fiber.Ctx, id string, f described, values url.Values) error {
	ctx, v := c.UserContext(), httpd.Viewer(c)
	d, err := s.Library.Get(ctx, v, id)
	if err != nil {
		return err
	}
	if values.Get("drop-"+id) != "" {
		return s.Library.Delete(ctx, v, id)
	}
	m := f.some(d)
	if title := values.Get("title-" + id); values.Has("title-"+id) && title != d.Title {
		m.Title = &title
	}
	if kind := libdomain.Kind(values.Get("kind-" + id)); kind != "" && kind != d.Kind {
		m.Kind = &kind
	}
	followKind(&m, d)
	if m == (libdomain.Meta{}) {
		return nil
	}
	_, err = s.Library.Update(ctx, v, id, m)
	return err
}
