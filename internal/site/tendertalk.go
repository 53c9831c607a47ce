package site

import (
	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	domain "github.com/aanpak/aanpak/internal/social"
	"github.com/aanpak/aanpak/templates/tenders"
)

// tenderTalk fills what is said about a tender, the latest first, with the field to say more.
func (s *Site) tenderTalk(c *fiber.Ctx, l *i18n.Localizer, id string, w writing, r refusal) (t tenders.Talk, err error) {
	ctx, v, about := c.UserContext(), httpd.Viewer(c), domain.TenderTarget(id)
	page, err := s.Social.Feed(ctx, v, domain.Feed{Kind: domain.FeedAbout, ID: string(about), After: c.Query("after")})
	if err != nil {
		return t, err
	}
	if err := s.Social.Threads(ctx, v, page.Items); err != nil {
		return t, err
	}
	if t.List, err = s.remarks(c, l, page.Items, true); err != nil {
		return t, err
	}
	if page.Next != "" {
		t.Older = withQuery(tenderURL(id), "after", page.Next) + "#talk"
	}
	t.About, t.URL = string(about), tenderURL(id)
	t.Speak = *speak(string(about), "#talk", l.T("margin.on_tender"), w, r)
	return t, nil
}

func (s *Site) saidOfTender(c *fiber.Ctx, id string, w writing, r refusal) error {
	if c.Get("HX-Request") == "" {
		return s.showTender(c, id, "", w, r)
	}
	if _, err := s.Tenders.Get(c.UserContext(), httpd.Viewer(c), id); err != nil {
		return err
	}
	l := s.localizer(c)
	t, err := s.tenderTalk(c, l, id, w, r)
	if err != nil {
		return err
	}
	return render(c, l, tenders.TalkPart(t))
}
