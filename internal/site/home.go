package site

import (
	"fmt"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/tenders"
	"github.com/aanpak/aanpak/templates/home"
	"github.com/aanpak/aanpak/templates/part"
	"github.com/aanpak/aanpak/templates/social"
)

// How much of each the home page shows.
const (
	homeNewest   = 4
	homeContinue = 4
	homeTenders  = 6
	homeBusy     = 6
)

func (s *Site) home(c *fiber.Ctx) error {
	l, v, ctx := s.localizer(c), httpd.Viewer(c), c.UserContext()
	which := s.homeFeed(c)
	base := "/"
	if which.Kind != homeFeeds[0] {
		base = "/?feed=" + string(which.Kind)
	}
	feed, err := s.feed(c, l, which, base)
	if err != nil {
		return err
	}
	if asksPart(c) {
		return s.feedPart(c, l, feed)
	}
	feed.Tabs = feedTabs(l, which.Kind)
	feed.Empty = &social.Empty{Title: l.T("feed.none_title"), Text: l.T("feed.none_text")}
	p := home.Home{Feed: feed, Page: s.page(c, l, "home", l.T("nav.home")), Greeting: s.greeting(l, v.Name)}
	p.Modules = append(p.Modules, "js/compose.js")
	if err := s.homeNews(c, l, &p); err != nil {
		return err
	}
	if p.Composer, err = s.smallComposer(c, l, ""); err != nil {
		return err
	}
	if u := httpd.User(c); u != nil {
		if p.Tour, err = s.Opening.Greets(ctx, v, u.CreatedAt); err != nil {
			return err
		}
	}
	if p.Proposals, err = s.proposals(c, l, ""); err != nil {
		return err
	}
	newest, total, err := s.Library.List(ctx, v, library.Filter{Status: []library.Status{library.StatusReady}, Limit: homeNewest})
	if err != nil {
		return err
	}
	p.Count.Documents = total
	if p.Newest, err = s.fullCards(c, l, newest); err != nil {
		return err
	}
	if p.Continue, err = s.reading(c, l); err != nil {
		return err
	}
	if p.Lit, err = s.unseen(c, l); err != nil {
		return err
	}
	if p.Busy, err = s.ownBusy(c, l); err != nil {
		return err
	}
	running, err := s.Tenders.List(ctx, v, tenders.Filter{Outcome: tenders.OutcomeOpen, Deadline: true, Limit: homeTenders})
	if err != nil {
		return err
	}
	p.Tenders = tenderCards(running)
	if p.Count.Tenders, err = s.Tenders.Count(ctx, v, tenders.Filter{}); err != nil {
		return err
	}
	if v.IsAdmin() {
		if p.Steps, err = s.steps(c, l, p.Count); err != nil {
			return err
		}
	}
	return render(c, l, home.HomePage(p))
}

// greeting fits the time of day where the server is.
func (s *Site) greeting(l *i18n.Localizer, name string) string {
	first, _, _ := strings.Cut(name, " ")
	switch h := s.Now().In(s.Zone).Hour(); {
	case h < 12:
		return l.T("home.good_morning", "Name", first)
	case h < 18:
		return l.T("home.good_afternoon", "Name", first)
	}
	return l.T("home.good_evening", "Name", first)
}

func (s *Site) reading(c *fiber.Ctx, l *i18n.Localizer) ([]home.Reading, error) {
	recent, err := s.Library.RecentlyRead(c.UserContext(), httpd.Viewer(c), homeContinue)
	if err != nil {
		return nil, err
	}
	var list []home.Reading
	for _, r := range recent {
		if r.Pages > 0 {
			page := min(max(r.Page, 1), r.Pages)
			list = append(list, home.Reading{Document: s.card(c, l, r.Document), Page: page, URL: fmt.Sprintf("%s?page=%d", documentURL(r.ID), page)})
		}
	}
	return list, nil
}

// ownBusy are the viewer's uploads that are being read or could not be.
func (s *Site) ownBusy(c *fiber.Ctx, l *i18n.Localizer) ([]part.Document, error) {
	v := httpd.Viewer(c)
	list, _, err := s.Library.List(c.UserContext(), v, library.Filter{
		Owner: v.UserID, Status: []library.Status{library.StatusReceived, library.StatusReading, library.StatusFailed}, Limit: homeBusy,
	})
	return s.cards(c, l, list), err
}

// steps are what a new administrator still has to do; none once everything is done.
func (s *Site) steps(c *fiber.Ctx, l *i18n.Localizer, n home.Count) ([]home.Step, error) {
	branches, err := s.People.Branches(c.UserContext(), httpd.Viewer(c))
	if err != nil {
		return nil, err
	}
	users, err := s.People.Users(c.UserContext(), auth.System(), people.UserFilter{Limit: 2})
	if err != nil {
		return nil, err
	}
	list := []home.Step{
		{Title: l.T("home.step.branches"), Text: l.T("home.step.branches_text"), Done: len(branches) > 1, Action: part.Action{Label: l.T("admin.tab.branches"), URL: "/admin/branches"}},
		{Title: l.T("home.step.people"), Text: l.T("home.step.people_text"), Done: len(users) > 1, Action: part.Action{Label: l.T("admin.people.new"), URL: "/admin/people/new"}},
		{Title: l.T("home.step.documents"), Text: l.T("home.step.documents_text"), Done: n.Documents > 0, Action: part.Action{Label: l.T("action.upload"), URL: "/upload", Icon: "upload", Primary: true}},
		{Title: l.T("home.step.tender"), Text: l.T("home.step.tender_text"), Done: n.Tenders > 0, Action: part.Action{Label: l.T("tenders.new"), URL: "/tenders/new"}},
	}
	for _, step := range list {
		if !step.Done {
			return list, nil
		}
	}
	return nil, nil
}
