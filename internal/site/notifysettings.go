package site

import (
	"fmt"
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	domain "github.com/aanpak/aanpak/internal/notify"
	"github.com/aanpak/aanpak/templates/part"
	"github.com/aanpak/aanpak/templates/settings"
)

// zones are suggested; any other that the database of zones knows may be typed.
var zones = []string{"Europe/Amsterdam", "Europe/Brussels", "Europe/London", "Europe/Lisbon", "Europe/Warsaw", "Europe/Bucharest", "America/Curacao", "America/Paramaribo"}

func (s *Site) notifySettings(c *fiber.Ctx) error {
	p, err := s.Notify.Preferences(c.UserContext(), httpd.Viewer(c))
	if err != nil {
		return err
	}
	return s.showNotifySettings(c, p, nil, refusal{})
}

// showNotifySettings shows the form, with what was typed where it was refused.
func (s *Site) showNotifySettings(c *fiber.Ctx, chosen domain.Preferences, typed url.Values, r refusal) error {
	l, v := s.localizer(c), httpd.Viewer(c)
	p := settings.Notify{
		Page: s.page(c, l, "settings", l.T("settings.tab.notifications")), NoMail: !s.Notify.HasMail(), NoEmail: httpd.User(c).Email == "",
		Message: r.message, Errors: r.list,
		Quiet: part.Field{Name: "quiet", Label: l.T("notify.quiet_on"), Value: fmt.Sprint(chosen.QuietFrom != chosen.QuietUntil)},
		From:  clockField("quiet_from", l.T("notify.quiet_from"), chosen.QuietFrom, typed, r),
		Until: clockField("quiet_until", l.T("notify.quiet_until"), chosen.QuietUntil, typed, r),
		Zone:  part.Field{Name: "zone", Label: l.T("notify.zone"), Value: chosen.Zone, Suggestions: zones, Required: true, Error: r.fields["zone"]},
	}
	if err := s.devices(c, l, &p); err != nil {
		return err
	}
	lead := leads(v)
	moderates, err := s.Social.Moderates(c.UserContext(), v)
	if err != nil {
		return err
	}
	for _, k := range chosen.Kinds {
		if k.Kind == domain.Director && !lead.Director || k.Kind == domain.Task && !lead.Ambassador || k.Kind == domain.Report && !moderates {
			continue // which they never get
		}
		p.Kinds = append(p.Kinds, notifyKind(l, k))
	}
	muted, err := s.Notify.Mutes(c.UserContext(), v)
	if err != nil {
		return err
	}
	for _, m := range muted {
		title := m.Title
		if title == "" {
			title = l.T("notify.gone")
		}
		p.Muted = append(p.Muted, settings.NotifyMuted{Key: m.Key, Title: title})
	}
	return render(c, l, settings.NotifyPage(p))
}

func notifyKind(l *i18n.Localizer, k domain.Preference) settings.NotifyKind {
	out := settings.NotifyKind{
		Name: string(k.Kind), Label: l.T("notify.kind." + string(k.Kind)), Hint: l.T("notify.kind_hint." + string(k.Kind)), Push: k.Push, Fixed: k.Fixed,
	}
	for _, r := range domain.Rhythms {
		out.Rhythms = append(out.Rhythms, part.Option{Value: string(r), Label: l.T("notify.rhythm." + string(r)), Selected: r == k.Rhythm})
	}
	return out
}

// clockField is a time of day.
func clockField(name, label string, minutes int, typed url.Values, r refusal) part.Field {
	f := part.Field{Name: name, Label: label, Type: "time", Narrow: true, Required: true, Error: r.fields[name], Value: fmt.Sprintf("%02d:%02d", minutes/60, minutes%60)}
	if f.Error != "" {
		f.Value = typed.Get(name)
	}
	return f
}

func (s *Site) notifySettingsSave(c *fiber.Ctx) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	v := httpd.Viewer(c)
	p, err := s.Notify.Preferences(c.UserContext(), v)
	if err != nil {
		return err
	}
	for i, k := range p.Kinds {
		if r := typed.Get("rhythm." + string(k.Kind)); r != "" {
			p.Kinds[i].Rhythm, p.Kinds[i].Push = domain.Rhythm(r), typed.Get("push."+string(k.Kind)) == "true"
		}
	}
	p.Zone, p.QuietFrom, p.QuietUntil = typed.Get("zone"), minutesOf(typed.Get("quiet_from")), minutesOf(typed.Get("quiet_until"))
	if typed.Get("quiet") == "" {
		p.QuietUntil = p.QuietFrom
	}
	err = s.Notify.SetPreferences(c.UserContext(), v, p)
	if r, ok := s.refused(s.localizer(c), err); ok {
		c.Status(status(err))
		return s.showNotifySettings(c, p, typed, r)
	}
	if err != nil {
		return err
	}
	return s.done(c, "/settings/notifications", flash{Key: "toast.saved"})
}

// minutesOf reads a time of day as minutes after midnight, -1 where it is none.
func minutesOf(clock string) int {
	t, err := time.Parse("15:04", clock)
	if err != nil {
		return -1
	}
	return t.Hour()*60 + t.Minute()
}
