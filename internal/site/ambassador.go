package site

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	domain "github.com/aanpak/aanpak/internal/insight"
	"github.com/aanpak/aanpak/templates/insight"
	"github.com/aanpak/aanpak/templates/part"
)

func (s *Site) ambassador(c *fiber.Ctx) error { return s.showQueue(c, "", refusal{}) }

// showQueue shows who is to be answered and welcomed; after a refusal with what was wrong beside the task.
func (s *Site) showQueue(c *fiber.Ctx, key string, r refusal) error {
	l, v, ctx := s.localizer(c), httpd.Viewer(c), c.UserContext()
	list, err := s.Insight.Queue(ctx, v)
	if err != nil {
		return err
	}
	others, err := s.Insight.Ambassadors(ctx, v)
	if err != nil {
		return err
	}
	p := insight.Ambassador{Page: s.page(c, l, "ambassador", l.T("ambassador.title")), Message: r.message}
	p.Narrow = true
	for _, o := range others {
		p.Others = append(p.Others, part.Option{Value: o.ID, Label: l.T("ambassador.other", "Name", o.Name, "Branch", o.Branch)})
	}
	for i, t := range list {
		shown := s.taskOf(l, v, t)
		shown.Action.Primary = i == 0
		if t.Key == key && len(r.list) > 0 {
			shown.Error = r.list[0].Error
			p.Errors = append(p.Errors, part.FieldError{Name: "to-" + t.Key, Error: shown.Error})
		}
		p.Tasks = append(p.Tasks, shown)
	}
	return render(c, l, insight.AmbassadorPage(p))
}

func (s *Site) taskOf(l *i18n.Localizer, v auth.Viewer, t *domain.Task) insight.Task {
	late := t.Overdue(s.Now())
	out := insight.Task{
		Key: t.Key, Kind: l.T("ambassador.task." + string(t.Kind)), Person: face(t.Person.ID, t.Person.Name, t.Person.Photo), What: t.Title, Overdue: late,
		Mine: t.TakenBy == v.UserID, Hand: domain.CanHand(v, t.TakenBy) == nil,
		Action: part.Action{Label: l.T("ambassador.do." + string(t.Kind)), URL: t.Welcome(l)},
		Facts:  t.Person.Branch + " · " + l.Ago(t.Since),
	}
	out.Due = l.T("ambassador.due", "When", l.Day(t.Due))
	if late {
		out.Due = l.T("ambassador.late", "When", l.Day(t.Due))
	}
	switch {
	case out.Mine:
		out.Taken = l.T("ambassador.mine")
	case t.TakenBy != "":
		out.Taken = l.T("ambassador.taken", "Name", t.TakenName)
	}
	if t.PostID != "" {
		out.WhatURL = postURL(t.PostID)
	}
	return out
}

// taskDo does something with the task that a form names.
func (s *Site) taskDo(toast string, do func(ctx context.Context, v auth.Viewer, key string) error) fiber.Handler {
	return func(c *fiber.Ctx) error {
		typed, err := form(c)
		if err != nil {
			return err
		}
		if err := do(c.UserContext(), httpd.Viewer(c), typed.Get("task")); err != nil {
			return s.queueRefused(c, typed.Get("task"), err)
		}
		return s.done(c, "/ambassador", flash{Key: toast})
	}
}

func (s *Site) taskHand(c *fiber.Ctx) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	key := typed.Get("task")
	if err := s.Insight.Hand(c.UserContext(), httpd.Viewer(c), key, typed.Get("to-"+key)); err != nil {
		return s.queueRefused(c, key, err)
	}
	return s.done(c, "/ambassador", flash{Key: "toast.task_handed"})
}

// queueRefused shows the queue again, as it is now, with what was wrong.
func (s *Site) queueRefused(c *fiber.Ctx, key string, err error) error {
	r, ok := s.refused(s.localizer(c), err)
	if !ok || errs.Is(err, errs.KindNotFound) || errs.Is(err, errs.KindForbidden) {
		return err
	}
	c.Status(status(err))
	return s.showQueue(c, key, r)
}
