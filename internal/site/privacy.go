package site

import (
	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/internal/privacy"
	"github.com/aanpak/aanpak/templates/admin"
	"github.com/aanpak/aanpak/templates/part"
	"github.com/aanpak/aanpak/templates/settings"
)

func (s *Site) privacy(c *fiber.Ctx) error { return s.showPrivacy(c, refusal{}) }

func (s *Site) showPrivacy(c *fiber.Ctx, r refusal) error {
	l, ctx, v := s.localizer(c), c.UserContext(), httpd.Viewer(c)
	p := settings.Privacy{Page: s.page(c, l, "settings", l.T("settings.tab.privacy")), Message: r.message, Errors: r.list}
	days, err := s.Privacy.Days(ctx)
	if err != nil {
		return err
	}
	for _, k := range s.Privacy.Kept() {
		p.Kept = append(p.Kept, settings.Kept{What: l.T("privacy.table." + k.Table), Long: keptFor(l, k, days)})
	}
	exports, err := s.Privacy.Exports(ctx, v)
	if err != nil {
		return err
	}
	for _, e := range exports {
		x := settings.Export{Text: l.T("privacy.export_busy")}
		if e.Ready(s.Now()) {
			x.Text, x.URL = l.T("privacy.export_ready", "At", l.DateTime(e.ReadyAt.Time), "Until", l.Date(e.ExpiresAt), "Size", l.Bytes(e.Size)), "/settings/privacy/exports/"+e.ID
		}
		p.Exports = append(p.Exports, x)
	}
	if p.Erasure, err = s.erasure(c, l, v.UserID, "/settings/privacy/erase", r); err != nil {
		return err
	}
	return render(c, l, settings.PrivacyPage(p))
}

// keptFor words how long something is kept.
func keptFor(l *i18n.Localizer, k privacy.Kept, days map[string]int) string {
	switch {
	case k.Rule != "":
		return l.N("privacy.long.days", days[k.Rule])
	case k.Goes:
		return l.T("privacy.long.account")
	}
	return l.T("privacy.long.nameless")
}

// erasure fills the form that asks for an account to be erased, or takes that back.
func (s *Site) erasure(c *fiber.Ctx, l *i18n.Localizer, userID, action string, r refusal) (part.Erasure, error) {
	out := part.Erasure{
		Text: l.T("privacy.erase_text", "Days", privacy.WaitDays), Action: action, CancelURL: action + "/cancel", Open: r.fields["name"] != "",
		Name: part.Field{Name: "name", Label: l.T("field.erase_name"), Hint: l.T("field.erase_name_hint"), Required: true, Autocomplete: "off", Error: r.fields["name"]},
	}
	e, err := s.Privacy.Pending(c.UserContext(), httpd.Viewer(c), userID)
	if e != nil {
		out.Pending = l.T("privacy.erase_pending", "At", l.Date(e.DueAt))
	}
	return out, err
}

func (s *Site) privacyExport(c *fiber.Ctx) error {
	if _, err := s.Privacy.AskExport(c.UserContext(), httpd.Viewer(c)); err != nil {
		return err
	}
	return s.done(c, "/settings/privacy", flash{Key: "toast.export_asked"})
}

func (s *Site) privacyFile(c *fiber.Ctx) error {
	e, b, err := s.Privacy.OpenExport(s.Server.Unbounded(c), httpd.Viewer(c), c.Params("id"))
	if err != nil {
		return err
	}
	return httpd.Send(c, httpd.Content{ReadSeekCloser: b, Size: e.Size, MediaType: "application/zip", Filename: "aanpak.zip", ETag: `"` + e.ID + `"`, Modified: e.ReadyAt.Time})
}

func (s *Site) eraseOwn(c *fiber.Ctx) error {
	return s.eraseAsk(c, httpd.Viewer(c).UserID, "/settings/privacy", s.showPrivacy)
}

func (s *Site) eraseMember(c *fiber.Ctx) error {
	return s.eraseAsk(c, c.Params("id"), "/admin/privacy", s.showErase)
}

func (s *Site) eraseAsk(c *fiber.Ctx, userID, next string, again func(*fiber.Ctx, refusal) error) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	_, err = s.Privacy.Ask(c.UserContext(), httpd.Viewer(c), userID, f.Get("name"))
	if r, ok := s.refused(s.localizer(c), err); ok {
		c.Status(status(err))
		return again(c, r)
	}
	if err != nil {
		return err
	}
	return s.done(c, next, flash{Key: "toast.erase_asked"})
}

func (s *Site) eraseOwnCancel(c *fiber.Ctx) error {
	return s.eraseCancel(c, httpd.Viewer(c).UserID, "/settings/privacy")
}

func (s *Site) eraseMemberCancel(c *fiber.Ctx) error {
	return s.eraseCancel(c, c.Params("id"), "/admin/privacy")
}

func (s *Site) eraseCancel(c *fiber.Ctx, userID, next string) error {
	if err := s.Privacy.Cancel(c.UserContext(), httpd.Viewer(c), userID); err != nil {
		return err
	}
	return s.done(c, next, flash{Key: "toast.erase_cancelled"})
}

func (s *Site) eraseForm(c *fiber.Ctx) error { return s.showErase(c, refusal{}) }

func (s *Site) showErase(c *fiber.Ctx, r refusal) error {
	l := s.localizer(c)
	u, err := s.People.User(c.UserContext(), httpd.Viewer(c), c.Params("id"))
	if err != nil {
		return err
	}
	if u.Erased() {
		return errs.NotFound("user")
	}
	p := admin.Erase{Page: s.page(c, l, "admin", l.T("privacy.erase")), Name: u.Name, Message: r.message, Errors: r.list}
	if p.Erasure, err = s.erasure(c, l, u.ID, "/admin/people/"+u.ID+"/erase", r); err != nil {
		return err
	}
	return render(c, l, admin.ErasePage(p))
}

func (s *Site) retention(c *fiber.Ctx) error { return s.showRetention(c, nil, refusal{}) }

func (s *Site) retentionSave(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	days := map[string]int{}
	for _, r := range s.Privacy.Rules() {
		if f.Has(r.Key) {
			days[r.Key] = number(f.Get(r.Key), -1)
		}
	}
	err = s.Privacy.SetDays(c.UserContext(), httpd.Viewer(c), days)
	if r, ok := s.refused(s.localizer(c), err); ok {
		c.Status(status(err))
		return s.showRetention(c, days, r)
	}
	if err != nil {
		return err
	}
	return s.done(c, "/admin/privacy", flash{Key: "toast.saved"})
}

func (s *Site) showRetention(c *fiber.Ctx, typed map[string]int, r refusal) error {
	l, ctx, v := s.localizer(c), c.UserContext(), httpd.Viewer(c)
	days, err := s.Privacy.Days(ctx)
	if err != nil {
		return err
	}
	due, err := s.Privacy.Due(ctx, v)
	if err != nil {
		return err
	}
	list, err := s.Privacy.Waiting(ctx, v)
	if err != nil {
		return err
	}
	p := admin.Privacy{Page: s.page(c, l, "admin", l.T("admin.tab.privacy")), Message: r.message, Errors: r.list}
	for _, rule := range s.Privacy.Rules() {
		n, ok := typed[rule.Key]
		if !ok {
			n = days[rule.Key]
		}
		f := part.Field{Name: rule.Key, Label: l.T("privacy.rule." + rule.Key), Hint: l.T("privacy.rule_hint", "Min", rule.Least, "Max", rule.Most), Value: num(n), Type: "number", Required: true, Error: r.fields[rule.Key]}
		if rule.Least == 0 {
			f.Hint = l.T("privacy.rule_hint_off", "Max", rule.Most)
		}
		p.Rules = append(p.Rules, admin.RetentionRule{Days: f, Due: l.N("privacy.due", due[rule.Key])})
	}
	for _, e := range list {
		p.Waiting = append(p.Waiting, admin.Waiting{Who: part.Link{Text: e.UserName, URL: "/admin/people/" + e.UserID}, Text: l.T("privacy.erase_pending", "At", l.Date(e.DueAt)), CancelURL: "/admin/people/" + e.UserID + "/erase/cancel"})
	}
	return render(c, l, admin.PrivacyPage(p))
}
