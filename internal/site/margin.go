package site

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	libdomain "github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/people"
	domain "github.com/aanpak/aanpak/internal/social"
	"github.com/aanpak/aanpak/templates/document"
	"github.com/aanpak/aanpak/templates/part"
)

// margin fills what is said about a document, beside the page shown. w is what was typed and not taken.
func (s *Site) margin(c *fiber.Ctx, l *i18n.Localizer, o shown, w writing, r refusal) (t document.Talk, err error) {
	ctx, v := c.UserContext(), httpd.Viewer(c)
	m, err := s.Social.Margin(ctx, v, o.version, o.page)
	if err != nil {
		return t, err
	}
	t = document.Talk{Said: m.Said, Page: o.page, Marked: joined(m.Pages), Rest: len(m.Other)}
	base, version := documentURL(o.doc.ID), num(o.version.Number)
	t.URL, t.Spots = base+"/talk?page={n}&version="+version, base+"/pages/{n}/talk?version="+version
	for _, g := range []struct {
		to    *[]part.Remark
		items []*domain.Item
		whole bool
	}{{&t.Here, m.Here, true}, {&t.Whole, m.Whole, true}, {&t.Other, m.Other, false}, {&t.Gone, m.Gone, true}} {
		if *g.to, err = s.remarks(c, l, g.items, g.whole); err != nil {
			return t, err
		}
		s.places(l, *g.to, o, m)
	}
	s.speakOfDocument(l, &t, o, w, r)
	return t, s.thinkOfPage(c, l, &t, o)
}

// remarks are posts about a thing as they stand beside it, whole with all comments on them.
func (s *Site) remarks(c *fiber.Ctx, l *i18n.Localizer, items []*domain.Item, whole bool) ([]part.Remark, error) {
	if len(items) == 0 {
		return nil, nil
	}
	posts, err := s.shownPosts(c, l, items)
	if err != nil {
		return nil, err
	}
	out := make([]part.Remark, len(posts))
	for i, p := range posts {
		if whole {
			for n, x := range items[i].Latest {
				s.commentActions(&p.Talk[n], httpd.Viewer(c), items[i].Post, x)
			}
		}
		out[i] = part.Remark{Post: p, Whole: whole}
	}
	return out, nil
}

// places say of remarks on which page they stand.
func (s *Site) places(l *i18n.Localizer, list []part.Remark, o shown, m *domain.Margin) {
	for i := range list {
		r := &list[i]
		f := m.Found[r.Post.ID]
		if f.Page == 0 {
			continue
		}
		r.Place, r.Gone, r.URL = l.T("margin.page", "Page", f.Page), f.Orphan, pageURL(o.doc.ID, o.asked, f.Page, "")+"&tab=talk#talk-"+r.Post.ID
		if f.Orphan {
			r.Place = l.T("margin.was", "Page", f.Page)
		}
	}
}

// speakOfDocument offers the field, where something can be said.
func (s *Site) speakOfDocument(l *i18n.Localizer, t *document.Talk, o shown, w writing, r refusal) {
	switch {
	case o.doc.Lent:
		t.Off = l.T("margin.lent")
	case o.asked > 0 && o.version.ID != o.doc.VersionID && o.version.ID != o.doc.ReadableID:
		t.Off = l.T("margin.old")
	default:
		t.Speak = speak(cardName(&domain.Card{Target: domain.DocumentTarget(o.doc.ID), Page: o.page}), "#margin", l.T("margin.on_page", "Page", o.page), w, r)
	}
}

// speak is the field in which something is said about a thing.
func speak(about, target, label string, w writing, r refusal) *part.Speak {
	out := &part.Speak{Action: "/posts", About: about, Target: target, Label: label, Quote: w.quote, Kind: w.kind, Body: w.body, Wrong: r.message}
	for _, f := range r.list {
		out.Wrong = strings.TrimSpace(out.Wrong + " " + f.Error)
	}
	return out
}

func (s *Site) thinkOfPage(c *fiber.Ctx, l *i18n.Localizer, t *document.Talk, o shown) error {
	if o.version.ID != o.doc.VersionID || o.page > o.version.Pages {
		return nil
	}
	var err error
	t.Think, err = s.thinkOf(c, l, domain.PageTarget(o.doc.ID, o.page), pageURL(o.doc.ID, 0, o.page, ""), !o.doc.Lent)
	return err
}

// thinkOf is the row of reactions under a thing that the viewer sees.
func (s *Site) thinkOf(c *fiber.Ctx, l *i18n.Localizer, t domain.Target, back string, may bool) (*part.React, error) {
	r, err := s.Social.ReactionsOf(c.UserContext(), httpd.Viewer(c), []domain.Target{t})
	if err != nil {
		return nil, err
	}
	out := s.shownReact(l, t, r[t], back, may)
	return &out, nil
}

// followOf is the button by which the viewer follows a thing that they see.
func (s *Site) followOf(c *fiber.Ctx, t domain.Target, page string) (*part.Following, error) {
	on, err := s.Social.Follows(c.UserContext(), httpd.Viewer(c), t)
	out := following(t, page, on[t])
	return &out, err
}

// documentTalk answers scripts with what is said beside a page.
func (s *Site) documentTalk(c *fiber.Ctx) error {
	o, err := s.open(c)
	if err != nil {
		return err
	}
	if err := s.Library.NoteOpened(c.UserContext(), httpd.Viewer(c), o.doc); err != nil {
		return err
	}
	o.page = max(o.page, 1)
	l := s.localizer(c)
	t, err := s.margin(c, l, o, writing{}, refusal{})
	if err != nil {
		return err
	}
	return render(c, l, document.TalkPart(t))
}

// spot is a passage that somebody spoke of, as the viewer reads it.
type spot struct {
	ID    string `json:"id"` // of the post
	By    string `json:"by"`
	Text  string `json:"text"`
	Lines []rect `json:"lines"`
}

// pageTalk tells the viewer where the passages stand that somebody spoke of on a page.
func (s *Site) pageTalk(c *fiber.Ctx) error {
	list, err := s.Social.Passages(c.UserContext(), httpd.Viewer(c), c.Params("id"), versionOf(c), number(c.Params("n"), 0))
	if err != nil {
		return err
	}
	l := s.localizer(c)
	out := make([]spot, len(list))
	for i, p := range list {
		by := p.Post.AuthorName
		if by == people.FormerName {
			by = l.T("person.former")
		}
		out[i] = spot{ID: p.Post.ID, By: by, Text: p.Text, Lines: make([]rect, len(p.Lines))}
		for n, b := range p.Lines {
			out[i].Lines[n] = rect{b.X, b.Y, b.W, b.H}
		}
	}
	return c.JSON(fiber.Map{"spots": out})
}

// said answers who said something about a document or tender from beside it. Without a script they come back to it there; what was not
// taken is shown again in its field.
func (s *Site) said(c *fiber.Ctx, w writing) error {
	p, err := s.write(c, w, false)
	r, refused := s.refused(s.localizer(c), err)
	if err != nil && (!refused || errs.Is(err, errs.KindNotFound)) {
		return err
	}
	t, page := cardTarget(w.about)
	if err == nil {
		if c.Get("HX-Request") == "" {
			return s.done(c, aboutURL(t, page, p.ID), flash{Key: "toast.said"})
		}
		w = writing{}
	} else {
		c.Status(status(err))
	}
	if t.Kind() == domain.OfTender {
		return s.saidOfTender(c, t.ID(), w, r)
	}
	return s.saidOfDocument(c, t.ID(), page, w, r)
}

// aboutURL is where a post about a thing stands beside it.
func aboutURL(t domain.Target, page int, post string) string {
	if t.Kind() == domain.OfTender {
		return tenderURL(t.ID()) + "#talk-" + post
	}
	if page == 0 {
		return documentURL(t.ID()) + "?tab=talk#talk-" + post
	}
	return pageURL(t.ID(), 0, page, "") + "&tab=talk#talk-" + post
}

func (s *Site) saidOfDocument(c *fiber.Ctx, id string, page int, w writing, r refusal) error {
	o, err := s.openAt(c, id, 0)
	if err != nil {
		return err
	}
	o.page = min(max(page, 1), max(o.version.Pages, 1))
	l := s.localizer(c)
	if c.Get("HX-Request") != "" {
		t, err := s.margin(c, l, o, w, r)
		if err != nil {
			return err
		}
		return render(c, l, document.TalkPart(t))
	}
	v, err := s.view(c, l, o)
	if err != nil {
		return err
	}
	v.Panel.Tab = "talk"
	s.speakOfDocument(l, &v.Panel.Talk, o, w, r)
	return render(c, l, document.ViewPage(v))
}

// withTalk puts on cards how much is said about their documents, of what the viewer sees.
func (s *Site) withTalk(c *fiber.Ctx, list []part.Document) error {
	targets := make([]domain.Target, len(list))
	for i, d := range list {
		targets[i] = domain.DocumentTarget(d.ID)
	}
	said, err := s.Social.Said(c.UserContext(), httpd.Viewer(c), targets...)
	for i, t := range targets {
		list[i].Comments = said[t]
	}
	return err
}

// joined are numbers by commas.
func joined(list []int) string {
	var b []byte
	for i, n := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, int64(n), 10)
	}
	return string(b)
}

// mayPost tells whether a viewer who sees a document may show it to others.
func mayPost(d *libdomain.Document) bool { return !d.Lent && d.ReadableID != "" }
