package site

import (
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/internal/keep"
	domain "github.com/aanpak/aanpak/internal/notify"
	"github.com/aanpak/aanpak/templates/layout"
	"github.com/aanpak/aanpak/templates/notify"
	"github.com/aanpak/aanpak/templates/part"
)

const (
	panelItems = 8                // in the panel under the bell
	itemFaces  = 2                // beside each
	newsFor    = 30 * time.Second // how long something is new enough to be said aloud
)

// bell fills the number on the bell. No page fails for it.
func (s *Site) bell(c *fiber.Ctx, p *layout.Page) {
	if n, err := s.Notify.Count(c.UserContext(), httpd.Viewer(c)); err == nil {
		p.Unread = n
	}
}

// opens has what was told of a page read by opening it. The page is drawn after that, of the data as it is then.
func (s *Site) opens(draw fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if httpd.Session(c) == nil || c.Method() != fiber.MethodGet || strings.HasPrefix(c.Get("Sec-Purpose"), "prefetch") {
			return draw(c)
		}
		marked, err := s.Notify.Opened(c.UserContext(), httpd.Viewer(c), c.Path())
		if err != nil {
			httpd.Report(c, err) // the page is worth more than the mark
		}
		if marked {
			c.SetUserContext(keep.Pin(c.UserContext()))
		}
		return draw(c)
	}
}

// notifications is the page: what is unread, or all.
func (s *Site) notifications(c *fiber.Ctx) error {
	l, v, q := s.localizer(c), httpd.Viewer(c), query(c)
	all := q.Get("show") == "all"
	list, next, err := s.Notify.List(c.UserContext(), v, domain.Filter{Unread: !all, After: q.Get("after")})
	if err != nil {
		return err
	}
	p := notify.List{Page: s.page(c, l, "notifications", l.T("notify.title")), Unread: !all, Items: s.noteItems(c, l, list)}
	p.Narrow = true
	p.Tabs = []part.Tab{
		{Label: l.T("notify.tab.unread"), URL: "/notifications", Count: p.Page.Unread, On: !all},
		{Label: l.T("notify.tab.all"), URL: "/notifications?show=all", Count: -1, On: all},
	}
	if next != "" {
		if q = (url.Values{"after": {next}}); all {
			q.Set("show", "all")
		}
		p.MoreURL = "/notifications?" + q.Encode()
	}
	return render(c, l, notify.ListPage(p))
}

// notifyPanel is what the bell opens: what is unread first.
func (s *Site) notifyPanel(c *fiber.Ctx) error {
	l := s.localizer(c)
	list, _, err := s.Notify.List(c.UserContext(), httpd.Viewer(c), domain.Filter{Limit: panelItems})
	if err != nil {
		return err
	}
	return render(c, l, notify.PanelBody(notify.Panel{Items: s.noteItems(c, l, list)}))
}

// news is what a page that is open shows when it hears that something happened.
type news struct {
	Count string    `json:"count"` // "" for none
	Said  string    `json:"said"`
	At    time.Time `json:"at,omitzero"` // of the newest that was told
	Text  string    `json:"text,omitempty"`
	URL   string    `json:"url,omitempty"`
}

func (s *Site) notifyNews(c *fiber.Ctx) error {
	l, v := s.localizer(c), httpd.Viewer(c)
	n, err := s.Notify.Count(c.UserContext(), v)
	if err != nil {
		return err
	}
	out := news{Said: l.N("notify.unread_count", n)}
	if n > 0 {
		out.Count = layout.BellCount(n)
	}
	since, err := time.Parse(time.RFC3339Nano, c.Query("since"))
	if recent := s.Now().Add(-newsFor); err != nil || since.Before(recent) {
		since = recent
	}
	list, _, err := s.Notify.List(c.UserContext(), v, domain.Filter{Unread: true, Limit: 1})
	if err != nil {
		return err
	}
	if len(list) > 0 && list[0].At.After(since) {
		out.At, out.Text, out.URL = list[0].At, list[0].Sentences(l)[0], list[0].URL
	}
	return c.JSON(out)
}

// noteItems are bundles as the page shows them.
func (s *Site) noteItems(c *fiber.Ctx, l *i18n.Localizer, list []*domain.Bundle) []notify.Item {
	out := make([]notify.Item, len(list))
	for i, b := range list {
		x := notify.Item{
			Thread: b.Thread, URL: b.URL, Lines: b.Sentences(l), Text: b.Text, At: b.At, Unread: b.Unread, Muted: b.Muted, Fixed: b.Fixed,
			Icon: noteIcon(b.Lines[0].Kind), Back: c.OriginalURL(),
		}
		for _, a := range b.Lines[0].Actors[:min(itemFaces, len(b.Lines[0].Actors))] {
			x.Faces = append(x.Faces, face(a.ID, a.Name, a.Photo))
		}
		if key := auth.GroupKey(b.Group); b.Group != "" && key != b.Thread {
			x.Group = key
		}
		out[i] = x
	}
	return out
}

// noteIcon stands where nobody did it.
func noteIcon(k domain.Kind) string {
	switch k {
	case domain.Account:
		return "key"
	case domain.Document:
		return "alert"
	case domain.Link:
		return "link"
	case domain.Membership:
		return "group"
	case domain.Search:
		return "search"
	}
	return "bell"
}

// noteChange does something with the thread or group of a form and goes back.
func (s *Site) noteChange(c *fiber.Ctx, toast string, change func(key string) error) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	if err := change(f.Get("key")); err != nil {
		return err
	}
	back := localPath(f.Get("back"))
	if back == "/" {
		back = "/notifications"
	}
	return s.done(c, back, flash{Key: toast})
}

func (s *Site) notifyRead(c *fiber.Ctx) error {
	return s.noteChange(c, "", func(key string) error { return s.Notify.Read(c.UserContext(), httpd.Viewer(c), key) })
}

func (s *Site) notifyUnread(c *fiber.Ctx) error {
	return s.noteChange(c, "", func(key string) error { return s.Notify.Unread(c.UserContext(), httpd.Viewer(c), key) })
}

func (s *Site) notifyReadAll(c *fiber.Ctx) error {
	return s.noteChange(c, "toast.notify_read", func(string) error { return s.Notify.ReadAll(c.UserContext(), httpd.Viewer(c)) })
}

func (s *Site) notifyMute(c *fiber.Ctx) error {
	return s.noteChange(c, "toast.notify_muted", func(key string) error { return s.Notify.Mute(c.UserContext(), httpd.Viewer(c), key) })
}

func (s *Site) notifyUnmute(c *fiber.Ctx) error {
	return s.noteChange(c, "toast.notify_unmuted", func(key string) error { return s.Notify.Unmute(c.UserContext(), httpd.Viewer(c), key) })
}
