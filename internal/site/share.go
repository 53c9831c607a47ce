package site

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	libdomain "github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/share"
	"github.com/aanpak/aanpak/templates/admin"
	"github.com/aanpak/aanpak/templates/document"
	"github.com/aanpak/aanpak/templates/part"
	"github.com/aanpak/aanpak/templates/settings"
)

func (s *Site) shareForm(c *fiber.Ctx) error {
	return s.showShare(c, share.Input{Download: true, Watermark: true}, "", refusal{})
}

// shareCreate shows the link in the answer itself, the only time it is ever seen.
func (s *Site) shareCreate(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	n := share.Input{
		Recipient: f.Get("recipient"), RecipientMail: f.Get("recipient_mail"), Days: number(f.Get("days"), 0), Password: f.Get("password"),
		Version: number(f.Get("version"), 0), Download: f.Get("download") == "true", Watermark: f.Get("watermark") == "true",
	}
	secret, _, err := s.Share.Create(c.UserContext(), httpd.Viewer(c), c.Params("id"), n)
	if r, ok := s.refused(s.localizer(c), err); ok {
		c.Status(status(err))
		return s.showShare(c, n, "", r)
	}
	if err != nil {
		return err
	}
	return s.showShare(c, share.Input{Download: n.Download, Watermark: n.Watermark}, s.base(c)+"/s/"+secret, refusal{})
}

func (s *Site) showShare(c *fiber.Ctx, n share.Input, made string, r refusal) error {
	l, ctx, v := s.localizer(c), c.UserContext(), httpd.Viewer(c)
	d, err := s.Library.Get(ctx, v, c.Params("id"))
	if err != nil {
		return err
	}
	if err := libdomain.CanEdit(v, d); err != nil {
		return err
	}
	p := document.Share{Page: s.page(c, l, "library", l.T("share.title")), Document: s.card(c, l, d), Action: documentURL(d.ID) + "/share", Made: made, Message: r.message, Errors: r.list}
	rule, err := s.Share.Allowed(ctx, v, d)
	switch {
	case errs.Is(err, errs.KindForbidden):
		p.Off = l.T("error.share_off")
	case err != nil:
		return err
	default:
		if err := s.shareFields(c, l, &p, d, n, rule, r); err != nil {
			return err
		}
	}
	list, err := s.Share.Of(ctx, v, d)
	if err != nil {
		return err
	}
	p.Shares = s.shares(l, list, false)
	return render(c, l, document.SharePage(p))
}

func (s *Site) shareFields(c *fiber.Ctx, l *i18n.Localizer, p *document.Share, d *libdomain.Document, n share.Input, rule share.Rule, r refusal) error {
	if n.Days == 0 {
		n.Days = rule.Days()
	}
	text := func(name, value string, required bool) part.Field {
		return part.Field{Name: name, Label: l.T("field.share_" + name), Value: value, Required: required, Error: r.fields[name]}
	}
	p.Recipient, p.Mail = text("recipient", n.Recipient, true), text("recipient_mail", n.RecipientMail, false)
	p.Days, p.Password = text("days", num(n.Days), true), text("password", "", rule.Password)
	p.Mail.Type, p.Days.Type, p.Password.Type, p.Password.Autocomplete = "email", "number", "password", "new-password"
	p.Days.Hint, p.Password.Hint = l.T("field.share_days_hint", "Max", rule.MostDays), l.T("field.share_password_hint")
	check := func(name string, on bool) part.Field {
		f := text(name, "", false)
		f.Hint = l.T("field.share_" + name + "_hint")
		if on {
			f.Value = "true"
		}
		return f
	}
	p.Download, p.Watermark = check("download", n.Download), check("watermark", n.Watermark)
	p.Version = text("version", "", false)
	p.Version.Options = []part.Option{{Value: "0", Label: l.T("share.newest"), Selected: n.Version == 0}}
	versions, err := s.Library.Versions(c.UserContext(), httpd.Viewer(c), d.ID)
	for _, x := range versions {
		p.Version.Options = append(p.Version.Options, part.Option{Value: num(x.Number), Label: l.T("version.number", "Number", x.Number), Selected: n.Version == x.Number})
	}
	return err
}

// shares words links; with documents each says to what.
func (s *Site) shares(l *i18n.Localizer, list []*share.Link, documents bool) (out []part.Share) {
	for _, x := range list {
		p := part.Share{Recipient: strings.TrimSpace(x.Recipient + " " + x.RecipientMail), Facts: shareFacts(l, x), Used: shareUsed(l, x)}
		switch {
		case documents && x.Title != "":
			p.Document = part.Link{Text: x.Title, URL: documentURL(x.DocumentID)}
		case documents:
			p.Document = part.Link{Text: l.T("share.private")}
		}
		switch {
		case !x.RevokedAt.IsZero():
			p.Ended = l.T("share.revoked")
		case x.Ended(s.Now()):
			p.Ended = l.T("share.over")
		default:
			p.RevokeURL = "/shares/" + x.ID + "/revoke"
		}
		out = append(out, p)
	}
	return out
}

func shareFacts(l *i18n.Localizer, x *share.Link) string {
	facts := []string{x.UserName, l.T("share.until", "Until", l.Date(x.ExpiresAt))}
	if x.Version > 0 {
		facts = append(facts, l.T("version.number", "Number", x.Version))
	}
	if x.PasswordHash != "" {
		facts = append(facts, l.T("share.has_password"))
	}
	switch {
	case x.Download && x.Watermark:
		facts = append(facts, l.T("share.has_watermark"))
	case x.Download:
		facts = append(facts, l.T("share.has_download"))
	}
	return strings.Join(facts, " · ")
}

func shareUsed(l *i18n.Localizer, x *share.Link) string {
	if x.LastAt.IsZero() {
		return l.T("share.unused")
	}
	return l.N("share.opened", x.Opened) + ", " + l.N("share.downloaded", x.Downloaded) + ", " + l.T("share.last", "At", l.DateTime(x.LastAt.Time), "From", x.LastFrom)
}

// sharing fills a document's panel with its links for outsiders, and where another is made.
func (s *Site) sharing(c *fiber.Ctx, l *i18n.Localizer, v *document.View, d *libdomain.Document) error {
	ctx, viewer := c.UserContext(), httpd.Viewer(c)
	list, err := s.Share.Of(ctx, viewer, d)
	if err != nil {
		return err
	}
	for _, x := range list {
		if !x.Ended(s.Now()) {
			v.Panel.Shares = append(v.Panel.Shares, s.shares(l, []*share.Link{x}, false)...)
		}
	}
	_, err = s.Share.Allowed(ctx, viewer, d)
	switch {
	case err == nil:
		v.Address.Outsiders = documentURL(d.ID) + "/share"
	case !errs.Is(err, errs.KindForbidden) && !errs.Is(err, errs.KindNotFound):
		return err
	}
	return nil
}

func (s *Site) shareRevoke(c *fiber.Ctx) error {
	if err := s.Share.Revoke(c.UserContext(), httpd.Viewer(c), c.Params("id")); err != nil {
		return err
	}
	back := "/settings/shares"
	if from := c.Get(fiber.HeaderReferer); strings.HasPrefix(from, s.base(c)+"/") {
		back = localPath(strings.TrimPrefix(from, s.base(c)))
	}
	return s.done(c, back, flash{Key: "toast.share_revoked"})
}

func (s *Site) sharesMine(c *fiber.Ctx) error {
	l := s.localizer(c)
	list, err := s.Share.Mine(c.UserContext(), httpd.Viewer(c))
	if err != nil {
		return err
	}
	return render(c, l, settings.SharesPage(settings.Shares{Page: s.page(c, l, "settings", l.T("settings.tab.shares")), Shares: s.shares(l, list, true)}))
}

func (s *Site) sharesAdmin(c *fiber.Ctx) error { return s.showShares(c, refusal{}) }

// shareRule says what a branch may share.
func (s *Site) shareRule(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	err = s.Share.SetRule(c.UserContext(), httpd.Viewer(c), share.Rule{
		BranchID: c.Params("id"), MostDays: number(f.Get("days"), -1), Password: f.Get("password") == "true", Calculations: f.Get("calculations") == "true",
	})
	if r, ok := s.refused(s.localizer(c), err); ok {
		c.Status(status(err))
		return s.showShares(c, r)
	}
	if err != nil {
		return err
	}
	return s.done(c, "/admin/shares", flash{Key: "toast.saved"})
}

func (s *Site) showShares(c *fiber.Ctx, r refusal) error {
	l, ctx, v := s.localizer(c), c.UserContext(), httpd.Viewer(c)
	rules, err := s.Share.Rules(ctx, v)
	if err != nil {
		return err
	}
	list, err := s.Share.All(ctx, v)
	if err != nil {
		return err
	}
	branches, err := s.People.Branches(ctx, v)
	if err != nil {
		return err
	}
	p := admin.Shares{Page: s.page(c, l, "admin", l.T("admin.tab.shares")), Shares: s.shares(l, list, true), Message: r.message, Errors: r.list}
	for _, b := range branches {
		p.Branches = append(p.Branches, shareRuleOf(l, b.ID, b.Name, rules[b.ID]))
	}
	return render(c, l, admin.SharesPage(p))
}

func shareRuleOf(l *i18n.Localizer, id, name string, r share.Rule) admin.ShareRule {
	out := admin.ShareRule{Name: name, State: l.T("share.rule_off"), Action: "/admin/shares/" + id}
	if r.MostDays > 0 {
		out.State = l.N("share.rule_on", r.MostDays)
	}
	field := func(name string, on bool) part.Field { // each branch has a form of its own on the page
		f := part.Field{Name: name, Label: l.T("field.share_rule_" + name)}
		if on {
			f.Value = "true"
		}
		return f
	}
	out.Days = part.Field{Name: "days", Label: l.T("field.share_rule_days"), Hint: l.T("field.share_rule_days_hint", "Max", share.MostDays), Value: num(r.MostDays), Type: "number", Required: true}
	out.Password, out.Calculations = field("password", r.Password), field("calculations", r.Calculations)
	return out
}
