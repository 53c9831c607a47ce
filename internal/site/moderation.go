package site

import (
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/internal/markdown"
	domain "github.com/aanpak/aanpak/internal/social"
	"github.com/aanpak/aanpak/templates/admin"
	"github.com/aanpak/aanpak/templates/part"
	"github.com/aanpak/aanpak/templates/social"
)

// decided is the one case that is shown, with what was typed in its form where that was refused.
type decided struct {
	id, why, until string
	refusal
}

func (s *Site) moderation(c *fiber.Ctx) error { return s.showModeration(c, decided{}) }

// moderationCase shows one case, whether it is open or not.
func (s *Site) moderationCase(c *fiber.Ctx) error {
	return s.showModeration(c, decided{id: c.Params("id")})
}

func (s *Site) moderationDecide(c *fiber.Ctx) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	d := domain.Decision{Act: domain.Act(typed.Get("act")), Why: typed.Get("why"), Until: s.endOf(typed.Get("until"))}
	err = s.Social.Decide(c.UserContext(), httpd.Viewer(c), c.Params("id"), d)
	if r, ok := s.refused(s.localizer(c), err); ok {
		c.Status(status(err))
		return s.showModeration(c, decided{c.Params("id"), typed.Get("why"), typed.Get("until"), r})
	}
	if err != nil {
		return err
	}
	return s.done(c, "/moderation", flash{Key: "toast.moderated." + string(d.Act)})
}

// endOf is the last moment of a day that was typed; the zero time of what is none.
func (s *Site) endOf(text string) time.Time {
	day, err := typedDay("", text, s.Zone)
	if err != nil {
		return time.Time{}
	}
	return day
}

func (s *Site) moderationLift(c *fiber.Ctx) error {
	if err := s.Social.Lift(c.UserContext(), httpd.Viewer(c), c.Params("user")); err != nil {
		return err
	}
	return s.done(c, "/moderation?show=suspended", flash{Key: "toast.lifted"})
}

// showModeration shows what waits, or with "show" what was decided and who is suspended; or one case.
func (s *Site) showModeration(c *fiber.Ctx, d decided) error {
	l, v, ctx := s.localizer(c), httpd.Viewer(c), c.UserContext()
	show := c.Query("show")
	waiting, err := s.Social.OpenCases(ctx, v)
	if err != nil {
		return err
	}
	p := social.Moderation{Page: s.page(c, l, "moderation", l.T("moderation.title")), Message: d.message, Errors: d.list}
	for _, x := range []struct {
		show  string
		count int
	}{{"", waiting}, {"closed", -1}, {"suspended", -1}} {
		label := l.T("moderation.tab.open")
		address := "/moderation"
		if x.show != "" {
			label, address = l.T("moderation.tab."+x.show), "/moderation?show="+url.QueryEscape(x.show)
		}
		p.Tabs = append(p.Tabs, part.Tab{Label: label, URL: address, Count: x.count, On: x.show == show})
	}
	p.Which = show
	if show == "suspended" {
		return s.showSuspended(c, l, p)
	}
	var list []*domain.Case
	if d.id != "" {
		var x *domain.Case
		if x, err = s.Social.Case(ctx, v, d.id); x != nil {
			list = append(list, x)
		}
	} else {
		list, err = s.Social.Cases(ctx, v, show != "closed")
	}
	if err != nil {
		return err
	}
	if p.Cases, err = s.shownCases(c, l, list, d); err != nil {
		return err
	}
	return render(c, l, social.ModerationPage(p))
}

func (s *Site) showSuspended(c *fiber.Ctx, l *i18n.Localizer, p social.Moderation) error {
	list, err := s.Social.Suspensions(c.UserContext(), httpd.Viewer(c))
	if err != nil {
		return err
	}
	for _, x := range list {
		p.Suspended = append(p.Suspended, social.Suspended{Name: x.Name, URL: personURL(x.UserID), By: x.ByName, Why: x.Why, Until: x.Until, LiftURL: "/moderation/people/" + x.UserID + "/lift"})
	}
	return render(c, l, social.ModerationPage(p))
}

func (s *Site) shownCases(c *fiber.Ctx, l *i18n.Localizer, list []*domain.Case, d decided) (out []social.Case, err error) {
	ctx, v := c.UserContext(), httpd.Viewer(c)
	var bodies, posts []string
	for _, x := range list {
		posts = append(posts, x.PostID)
		for _, r := range x.Reports {
			bodies = append(bodies, r.Body)
		}
	}
	names, err := s.Social.Names(ctx, v, bodies...)
	if err != nil {
		return nil, err
	}
	seen, err := s.Social.ByIDs(ctx, v, posts)
	if err != nil {
		return nil, err
	}
	for _, x := range list {
		out = append(out, s.shownCase(l, x, names, seen[x.PostID], d))
	}
	return out, nil
}

func (s *Site) shownCase(l *i18n.Localizer, x *domain.Case, names markdown.Names, post *domain.Post, d decided) social.Case {
	out := social.Case{
		ID: x.ID, Action: "/moderation/" + x.ID, Author: x.Author.Name, AuthorURL: personURL(x.Author.ID), What: l.T("moderation.what." + x.Target.Kind()), Open: x.Open,
		State: l.T("moderation.state." + string(x.State)), Held: x.Held(),
	}
	if post != nil {
		out.URL = post.URL(x.Target)
	}
	hidden, there := x.State == domain.StateHidden, x.State == domain.StatePublished
	out.Leave, out.Hide, out.Restore, out.Suspend = x.Open && !out.Held, there || x.Open && out.Held, hidden, x.CanSuspend
	for _, r := range x.Evidence() {
		out.Evidence = append(out.Evidence, social.Said{Title: r.Title, HTML: markdown.HTML(r.Body, names), At: r.CreatedAt})
	}
	for _, r := range x.Reports {
		line := social.Complaint{By: r.ReporterName, Reason: l.T("report.reason." + string(r.Reason)), Note: r.Note, At: r.CreatedAt}
		if r.ReporterID == "" {
			line.By = l.T("moderation.words")
		}
		out.Reports = append(out.Reports, line)
	}
	if last := x.Reports[0]; !x.Open {
		out.Outcome, out.Why = l.T("moderation.outcome."+string(last.Outcome), "Who", last.ClosedByName, "When", l.DateTime(last.ClosedAt.Time)), last.Why
	}
	out.WhyField = part.Field{Name: "why", Label: l.T("moderation.why"), Hint: l.T("moderation.why_hint"), Rows: 2}
	out.Until = part.Field{Name: "until", Label: l.T("moderation.until"), Type: "date", Narrow: true}
	if d.id == x.ID {
		out.WhyField.Value, out.WhyField.Error, out.Until.Value, out.Until.Error = d.why, d.fields["why"], d.until, d.fields["until"]
	}
	return out
}

func (s *Site) wordList(c *fiber.Ctx) error {
	list, err := s.Social.WordList(c.UserContext(), httpd.Viewer(c))
	if err != nil {
		return err
	}
	return s.showWordList(c, strings.Join(list, "\n"), refusal{})
}

func (s *Site) wordListSave(c *fiber.Ctx) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	err = s.Social.SetWordList(c.UserContext(), httpd.Viewer(c), strings.Split(typed.Get("words"), "\n"))
	if r, ok := s.refused(s.localizer(c), err); ok {
		c.Status(status(err))
		return s.showWordList(c, typed.Get("words"), r)
	}
	if err != nil {
		return err
	}
	return s.done(c, "/admin/words", flash{Key: "toast.saved"})
}

func (s *Site) showWordList(c *fiber.Ctx, typed string, r refusal) error {
	l := s.localizer(c)
	return render(c, l, admin.WordsPage(admin.Words{
		Page:  s.page(c, l, "admin", l.T("admin.tab.words")),
		Words: part.Field{Name: "words", Label: l.T("field.words"), Hint: l.T("field.words_hint"), Value: typed, Error: r.fields["words"], Rows: 8},
	}))
}
