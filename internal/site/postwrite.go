package site

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/httpd"
	domain "github.com/aanpak/aanpak/internal/social"
	"github.com/aanpak/aanpak/templates/part"
	"github.com/aanpak/aanpak/templates/social"
)

// postNew shows the form. The address can say what is to be shown, and for whom.
func (s *Site) postNew(c *fiber.Ctx) error {
	q := query(c)
	w := writing{kind: q.Get("kind"), body: q.Get("body"), audience: q.Get("audience"), cards: q["card"]}
	if w.kind == string(domain.KindNews) {
		channels, err := s.Social.Channels(c.UserContext(), httpd.Viewer(c))
		if err != nil {
			return err
		}
		if len(channels) == 0 {
			return errs.Forbidden("error.news_write")
		}
	}
	return s.showWriting(c, w, nil, refusal{})
}

func (s *Site) showWriting(c *fiber.Ctx, w writing, it *domain.Item, r refusal) error {
	l := s.localizer(c)
	composer, err := s.composer(c, l, w, it, r)
	if err != nil {
		return err
	}
	p := social.Write{Page: s.page(c, l, "home", l.T("compose.title")), New: it == nil || !it.Published(), Composer: composer, BackURL: "/"}
	if composer.News != nil {
		p.Section, p.BackURL = "news", "/news"
		if p.New {
			p.Title = l.T("news.write")
		}
	}
	p.Modules = append(p.Modules, "js/compose.js")
	if it != nil {
		p.BackURL = "/drafts"
		if it.Published() {
			p.BackURL = postURL(it.ID)
		} else {
			files, err := s.Social.DraftFiles(c.UserContext(), httpd.Viewer(c), it.ID)
			if err != nil {
				return err
			}
			drop := dropping(it.ID, files[it.ID])
			p.Drop = &drop
		}
	}
	return render(c, l, social.WritePage(p))
}

func (s *Site) postEdit(c *fiber.Ctx) error {
	it, err := s.ownPost(c, c.Params("id"))
	if err != nil {
		return err
	}
	w, err := s.writingOf(c, it)
	if err != nil {
		return err
	}
	return s.showWriting(c, w, it, refusal{})
}

// ownPost is a post that the viewer may change.
func (s *Site) ownPost(c *fiber.Ctx, id string) (*domain.Item, error) {
	v := httpd.Viewer(c)
	it, err := s.Social.Item(c.UserContext(), v, id)
	if err != nil {
		return nil, err
	}
	return it, domain.CanEdit(v, it.Post)
}

// postCreate publishes what was written, keeps it, or shows the whole form for it, by the button that was pressed. A draft of it becomes
// the post.
func (s *Site) postCreate(c *fiber.Ctx) error {
	t, end, err := s.typed(c)
	if err != nil {
		return err
	}
	defer end()
	w := writingIn(t.values)
	if w.about != "" {
		return s.said(c, w)
	}
	return s.storeWith(c, w, t)
}

func (s *Site) postSave(c *fiber.Ctx) error {
	t, end, err := s.typed(c)
	if err != nil {
		return err
	}
	defer end()
	w := writingIn(t.values)
	w.id = c.Params("id")
	return s.storeWith(c, w, t)
}

// storeWith stores what was written, unless a file of it was refused: then the form is shown again, with the files that were taken.
func (s *Site) storeWith(c *fiber.Ctx, w writing, t typed) error {
	if t.refused == nil {
		return s.store(c, w, t.values.Get("do"))
	}
	var it *domain.Item
	if w.id != "" {
		var err error
		if it, err = s.ownPost(c, w.id); err != nil {
			return err
		}
	}
	text := s.explainFields(s.localizer(c), t.refused)
	c.Status(httpd.Status(httpd.Report(c, t.refused).Kind))
	return s.showWriting(c, w, it, refusal{fields: map[string]string{"file": text}, list: []part.FieldError{{Name: "file", Error: text}}})
}

func (s *Site) store(c *fiber.Ctx, w writing, do string) error {
	var it *domain.Item
	if w.id != "" {
		var err error
		if it, err = s.ownPost(c, w.id); err != nil {
			return err
		}
	}
	p, err := s.write(c, w, do == "draft" || do == "more")
	if r, ok := s.refused(s.localizer(c), err); ok && !errs.Is(err, errs.KindNotFound) {
		c.Status(status(err))
		return s.showWriting(c, w, it, r)
	}
	if err != nil {
		return err
	}
	switch {
	case do == "more":
		return s.done(c, postURL(p.ID)+"/edit", flash{})
	case p.State == domain.StateDraft:
		return s.done(c, "/drafts", flash{Key: "toast.draft"})
	case p.State == domain.StateScheduled:
		return s.done(c, "/drafts", flash{Key: "toast.scheduled"})
	case it != nil && it.Published():
		return s.done(c, postURL(p.ID), flash{Key: "toast.saved"})
	}
	to, said := s.published(c, p), flash{Key: "toast.published"}
	if to != postURL(p.ID) {
		said.Look = postURL(p.ID) // what is pinned may stand above it
	}
	return s.done(c, to, said)
}

// published is where somebody goes who has published a post: to where they wrote it.
func (s *Site) published(c *fiber.Ctx, p *domain.Post) string {
	back := s.back(c, "/")
	if p.Kind == domain.KindNews {
		return postURL(p.ID)
	}
	if path, _, _ := strings.Cut(back, "?"); path == "/" || strings.HasPrefix(path, "/groups/") || strings.HasPrefix(path, "/documents/") || strings.HasPrefix(path, "/tenders/") {
		return back
	}
	return postURL(p.ID)
}

// write makes a new post of what was written, or changes the one that it is of.
func (s *Site) write(c *fiber.Ctx, w writing, draft bool) (*domain.Post, error) {
	ctx, v := c.UserContext(), httpd.Viewer(c)
	n, err := w.input(s.Zone)
	if err != nil {
		return nil, err
	}
	n.Draft = draft
	if w.id == "" {
		return s.Social.Create(ctx, v, n)
	}
	return s.Social.Update(ctx, v, w.id, n)
}

// postDraft keeps what is being typed, and answers with the id of its draft. Nothing typed is kept as nothing.
func (s *Site) postDraft(c *fiber.Ctx) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	w := writingIn(typed)
	if w.id != "" {
		it, err := s.ownPost(c, w.id)
		if err != nil {
			return err
		}
		if it.Published() {
			return errs.Conflict("error.post_published")
		}
	}
	p, err := s.write(c, w, true)
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"id": p.ID, "photos": postURL(p.ID) + "/photos"})
}

func (s *Site) drafts(c *fiber.Ctx) error {
	l, v := s.localizer(c), httpd.Viewer(c)
	list, err := s.Social.Drafts(c.UserContext(), v)
	if err != nil {
		return err
	}
	var bodies []string
	for _, x := range list {
		bodies = append(bodies, x.Body)
	}
	names, err := s.Social.Names(c.UserContext(), v, bodies...)
	if err != nil {
		return err
	}
	ids := make([]string, len(list))
	for i, x := range list {
		ids[i] = x.ID
	}
	files, err := s.Social.DraftFiles(c.UserContext(), v, ids...)
	if err != nil {
		return err
	}
	p := social.Drafts{Page: s.page(c, l, "home", l.T("drafts.title"))}
	for _, x := range list {
		d := social.Draft{URL: postURL(x.ID) + "/edit", Drop: dropping(x.ID, files[x.ID]), Title: x.Heading(names), When: x.UpdatedAt}
		if d.Title == "" {
			d.Title = l.T("drafts.untitled")
		}
		if x.State == domain.StateScheduled {
			d.At = x.PublishAt.Time
		}
		p.List = append(p.List, d)
	}
	return render(c, l, social.DraftsPage(p))
}
