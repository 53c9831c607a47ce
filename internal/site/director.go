package site

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	domain "github.com/aanpak/aanpak/internal/insight"
	"github.com/aanpak/aanpak/templates/insight"
	"github.com/aanpak/aanpak/templates/part"
)

// tipIcons are drawn where a tip is about no person.
var tipIcons = map[domain.TipKind]string{domain.TipSpotlight: "star", domain.TipQuiet: "group"}

// director shows what the viewer can do for their branch in five minutes.
func (s *Site) director(c *fiber.Ctx) error {
	l := s.localizer(c)
	list, err := s.Insight.Tips(c.UserContext(), httpd.Viewer(c))
	if err != nil {
		return err
	}
	p := insight.Director{Page: s.page(c, l, "director", l.T("director.title"))}
	p.Narrow = true
	if s.Notify.HasMail() {
		p.Weeks = l.T("director.weekly")
	}
	for i, t := range list {
		p.Tips = append(p.Tips, tipOf(l, t))
		p.Tips[i].Action.Primary = i == 0
	}
	return render(c, l, insight.DirectorPage(p))
}

func tipOf(l *i18n.Localizer, t *domain.Tip) insight.Tip {
	out := insight.Tip{
		Key: t.Key, Icon: tipIcons[t.Kind], Ask: t.Sentence(l), What: t.Title,
		Action: part.Action{Label: l.T("director.do." + string(t.Kind)), URL: t.Path(l)},
	}
	var facts []string
	if t.Person.ID != "" {
		who := face(t.Person.ID, t.Person.Name, t.Person.Photo)
		out.Person = &who
	}
	switch {
	case t.Document != nil:
		out.WhatURL = documentURL(t.Document.ID)
		facts = append(facts, l.T("kind."+string(t.Document.Kind)), t.Why(l))
	case t.GroupID != "":
		out.WhatURL = groupURL(t.GroupID)
	default:
		out.WhatURL = postURL(t.PostID)
	}
	if t.Kind == domain.TipFirst {
		out.Like = "post:" + t.PostID
	}
	if !t.At.IsZero() {
		facts = append(facts, l.T("director.since."+string(t.Kind), "When", l.Ago(t.At)))
	}
	out.Facts = strings.Join(facts, " · ")
	return out
}

// directorAside takes a tip away for a month.
func (s *Site) directorAside(c *fiber.Ctx) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	if err := s.Insight.PutAside(c.UserContext(), httpd.Viewer(c), typed.Get("tip")); err != nil {
		return err
	}
	return s.done(c, "/director", flash{Key: "toast.aside"})
}
