package site

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	libdomain "github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/share"
	"github.com/aanpak/aanpak/templates/layout"
	"github.com/aanpak/aanpak/templates/part"
	pages "github.com/aanpak/aanpak/templates/share"
)

// unlockCookie shows that an outsider knew the password of a link. It goes to that link's addresses only.
const unlockCookie = "aanpak_share"

// unlockName has the prefix for https of cookies that are bound to a path.
func (s *Site) unlockName(c *fiber.Ctx) string {
	if s.Server.Secure(c) {
		return "__Secure-" + unlockCookie
	}
	return unlockCookie
}

// outside answers a request by a share link. It knows no session: who is signed in sees by the link what anybody does.
func (s *Site) outside(answer func(c *fiber.Ctx, o *share.Shown) error) fiber.Handler {
	return func(c *fiber.Ctx) error {
		c.Set("Referrer-Policy", "no-referrer")
		c.Set("X-Robots-Tag", "noindex, nofollow, noarchive")
		o, err := s.Share.Open(c.UserContext(), c.Params("secret"), c.Cookies(s.unlockName(c)))
		if err == nil {
			err = answer(c, o)
		}
		return s.outsideFail(c, err)
	}
}

// outsideFail words an error for outsiders; those that are no answer to them are everybody's.
func (s *Site) outsideFail(c *fiber.Ctx, err error) error {
	l := s.localizer(c)
	var e *errs.Error
	switch {
	case errors.Is(err, share.ErrLocked):
		c.Status(fiber.StatusUnauthorized)
		return s.showLocked(c, l, refusal{})
	case !errors.As(err, &e):
		return err
	case e.Kind == errs.KindNotFound:
		c.Status(fiber.StatusNotFound)
		return render(c, l, pages.GonePage(pages.Gone{Page: outsidePage(l, l.T("share.gone")), Text: l.T("share.gone_text")}))
	case e.Kind == errs.KindForbidden, e.Kind == errs.KindConflict, e.Kind == errs.KindUnavailable:
		c.Status(httpd.Status(e.Kind))
		return render(c, l, pages.GonePage(pages.Gone{Page: outsidePage(l, l.T("share.gone")), Text: s.explain(l, e)}))
	}
	return err
}

func outsidePage(l *i18n.Localizer, title string) layout.Page {
	return layout.Page{Title: title, Lang: l.Lang(), Outside: true}
}

func (s *Site) showLocked(c *fiber.Ctx, l *i18n.Localizer, r refusal) error {
	return render(c, l, pages.LockedPage(pages.Locked{
		Page: outsidePage(l, l.T("share.locked")), Action: shareURL(c), Message: r.message,
		Password: part.Field{Name: "password", Label: l.T("field.password"), Type: "password", Autocomplete: "off", Required: true, Autofocus: true},
	}))
}

func shareURL(c *fiber.Ctx) string { return "/s/" + c.Params("secret") }

// shareUnlock takes the password of a link.
func (s *Site) shareUnlock(c *fiber.Ctx) error {
	c.Set("Referrer-Policy", "no-referrer")
	c.Set("X-Robots-Tag", "noindex, nofollow, noarchive")
	f, err := form(c)
	if err != nil {
		return err
	}
	key, err := s.Share.Unlock(c.UserContext(), c.Params("secret"), f.Get("password"), s.Server.Client(c))
	if errors.Is(err, share.ErrLocked) || errs.Is(err, errs.KindTooMany) {
		l := s.localizer(c)
		var e *errs.Error
		_ = errors.As(err, &e)
		c.Status(status(err))
		return s.showLocked(c, l, refusal{message: s.explain(l, e)})
	}
	if err != nil {
		return s.outsideFail(c, err)
	}
	c.Cookie(&fiber.Cookie{
		Name: s.unlockName(c), Value: key, Path: shareURL(c), HTTPOnly: true, SameSite: fiber.CookieSameSiteStrictMode, Secure: s.Server.Secure(c), SessionOnly: true,
	})
	return c.Redirect(shareURL(c), fiber.StatusSeeOther)
}

// shareShow shows a page. Opening it is counted, turning pages is not.
func (s *Site) shareShow(c *fiber.Ctx, o *share.Shown) error {
	l, ctx := s.localizer(c), c.UserContext()
	n := min(max(number(c.Query("page"), 1), 1), max(o.Version.Pages, 1))
	if c.Query("page") == "" {
		if err := s.Share.Count(ctx, o, share.Opened, s.Server.Client(c).Address); err != nil {
			return err
		}
	}
	p := pages.Shown{Page: outsidePage(l, o.Document.Title), Name: o.Document.Title, Until: l.Date(o.Link.ExpiresAt), Number: n, Pages: max(o.Version.Pages, 1), Watermark: o.Link.Watermark}
	at := func(n int) string { return shareURL(c) + "?page=" + num(n) }
	if n > 1 {
		p.Previous = at(n - 1)
	}
	if n < p.Pages {
		p.Forward = at(n + 1)
	}
	switch {
	case o.CanDownload() && s.Library.Openable(o.Version) == nil:
		p.Download = shareURL(c) + "/file"
	case o.Link.Download && o.Link.Watermark:
		p.Note = l.T("error.stamp")
	}
	if o.Version.Status == libdomain.StatusReady {
		p.Image = shareURL(c) + "/pages/" + num(n) + "/image"
		text, err := s.Share.Page(ctx, o, n)
		if err != nil && !errs.Is(err, errs.KindNotFound) {
			return err
		}
		if text != nil {
			p.Text = text.Text
		}
	}
	return render(c, l, pages.ShownPage(p))
}

func (s *Site) shareImage(c *fiber.Ctx, o *share.Shown) error {
	img, err := s.Share.Image(c.UserContext(), o, number(c.Params("n"), 0), 1600)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, img.MediaType)
	return c.Send(img.Data)
}

func (s *Site) shareFile(c *fiber.Ctx, o *share.Shown) error {
	l := s.localizer(c)
	ctx := c.UserContext()
	if !o.Link.Watermark { // a stamp has the time of a request, a file as long as it takes to send
		ctx = s.Server.Unbounded(c)
	}
	b, err := s.Share.File(ctx, o, i18n.For(l.Lang()).T("share.stamp", "Recipient", o.Link.Recipient, "Date", l.Date(o.Link.CreatedAt)))
	if err != nil {
		return err
	}
	if httpd.FromStart(c) {
		if err := s.Share.Count(c.UserContext(), o, share.Downloaded, s.Server.Client(c).Address); err != nil {
			_ = b.Close()
			return err
		}
	}
	return httpd.Send(c, httpd.Content{
		ReadSeekCloser: b, Size: b.Info().Size, MediaType: o.Version.MediaType, Filename: o.Version.Filename, ETag: `"` + o.Link.ID + "-" + o.Version.SHA256 + `"`,
		Modified: o.Version.CreatedAt,
	})
}
