package site

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/internal/markdown"
	domain "github.com/aanpak/aanpak/internal/social"
	"github.com/aanpak/aanpak/templates/home"
	"github.com/aanpak/aanpak/templates/part"
	"github.com/aanpak/aanpak/templates/social"
)

const (
	newsPerPage = 20
	homeNews    = 3
	newsRunes   = 220 // of the text of news in a list
	writeNews   = "/posts/new?kind=" + string(domain.KindNews)
)

// news is the page of all news that is for the viewer.
func (s *Site) news(c *fiber.Ctx) error {
	l, v := s.localizer(c), httpd.Viewer(c)
	a := list{"/news", query(c)}
	f := domain.Feed{Kind: domain.FeedNews, ID: a.query.Get("channel"), After: a.query.Get("after"), Limit: newsPerPage}
	found, err := s.Social.Feed(c.UserContext(), v, f)
	if err != nil {
		return err
	}
	p := social.News{Page: s.page(c, l, "news", l.T("news.title")), List: s.newsLines(l, v, found.Items)}
	if found.Next != "" {
		p.MoreURL = a.with("after", found.Next)
	}
	channels, err := s.Social.Channels(c.UserContext(), v)
	if err != nil {
		return err
	}
	if len(channels) > 0 {
		p.WriteURL, p.ChannelsURL = writeNews, "/news/channels"
	}
	p.Tabs = newsTabs(l, v, f.ID)
	return render(c, l, social.NewsPage(p))
}

func newsTabs(l *i18n.Localizer, v auth.Viewer, on string) (tabs []part.Tab) {
	for _, x := range []struct{ channel, label string }{{"", "news.all"}, {domain.ForCompany, "post.for_company"}, {auth.BranchKey(v.BranchID), "compose.own_branch"}} {
		address := "/news"
		if x.channel != "" {
			address += "?channel=" + url.QueryEscape(x.channel)
		}
		tabs = append(tabs, part.Tab{Label: l.T(x.label), URL: address, Count: -1, On: x.channel == on})
	}
	return tabs
}

func (s *Site) newsLines(l *i18n.Localizer, v auth.Viewer, items []*domain.Item) (out []part.NewsLine) {
	for _, it := range items {
		text := strings.Join(strings.Fields(markdown.Text(it.Body, it.Names)), " ")
		if short := fold.Cut(text, newsRunes); short != text {
			text = short + "…"
		}
		out = append(out, part.NewsLine{
			ID: it.ID, URL: postURL(it.ID), Title: it.Heading(it.Names), Text: text, At: it.PublishedAt.Time, Author: it.AuthorName, Talk: it.Comments, News: *s.shownNews(l, v, it),
		})
	}
	return out
}

// shownNews is what a post has that is news; nil for every other.
func (s *Site) shownNews(l *i18n.Localizer, v auth.Viewer, it *domain.Item) *part.News {
	if it.Kind != domain.KindNews {
		return nil
	}
	n := &part.News{Channel: l.T("post.for_company"), MustRead: it.MustRead, By: it.ReadBy.Time, Confirmed: it.Confirmed}
	for _, f := range it.For {
		n.Channel = l.T("post.for_branch", "Branch", f.Name)
	}
	if photos := shownPhotos(it, false); len(photos) > 0 {
		n.Picture = &photos[0]
	}
	n.Late = !n.By.IsZero() && n.By.Before(s.Now())
	if domain.CanConfirm(v, it.Post) == nil && it.Confirmed.IsZero() {
		n.ConfirmURL = postURL(it.ID) + "/read"
	}
	return n
}

// homeNews fills what the home page shows of news.
func (s *Site) homeNews(c *fiber.Ctx, l *i18n.Localizer, p *home.Home) error {
	ctx, v := c.UserContext(), httpd.Viewer(c)
	toRead, err := s.Social.ToRead(ctx, v)
	if err != nil {
		return err
	}
	latest, err := s.Social.Feed(ctx, v, domain.Feed{Kind: domain.FeedNews, Limit: homeNews + len(toRead)})
	if err != nil {
		return err
	}
	others := slices.DeleteFunc(latest.Items, func(x *domain.Item) bool { // what stands above already
		return slices.ContainsFunc(toRead, func(y *domain.Item) bool { return x.ID == y.ID })
	})
	p.ToRead, p.News = s.newsLines(l, v, toRead), s.newsLines(l, v, others[:min(homeNews, len(others))])
	return nil
}

// newsConfirm writes that the viewer has read what must be read. A script gets the box back, or the home page without it.
func (s *Site) newsConfirm(c *fiber.Ctx) error {
	ctx, v, l, id := c.UserContext(), httpd.Viewer(c), s.localizer(c), c.Params("id")
	if err := s.Social.Confirm(ctx, v, id); err != nil {
		return err
	}
	if _, err := s.Notify.Opened(ctx, v, postURL(id)); err != nil { // they have read what they were told of
		httpd.Report(c, err)
	}
	if c.Get("HX-Request") == "" || c.Query("from") == "home" {
		return s.done(c, s.back(c, postURL(id)), flash{Key: "toast.news_confirmed"})
	}
	it, err := s.Social.Item(ctx, v, id)
	if err != nil {
		return err
	}
	return render(c, l, part.NewsToConfirm(id, s.shownNews(l, v, it)))
}

func (s *Site) newsRemind(c *fiber.Ctx) error {
	id := c.Params("id")
	if err := s.Social.Remind(c.UserContext(), httpd.Viewer(c), id); err != nil {
		return err
	}
	return s.done(c, postURL(id)+"#reach", flash{Key: "toast.news_reminded"})
}

// shownReach is how far a piece of news got, for who may know.
func (s *Site) shownReach(c *fiber.Ctx, l *i18n.Localizer, it *domain.Item) (*social.Reach, error) {
	if !it.Published() || it.Kind != domain.KindNews || domain.CanReach(httpd.Viewer(c), it.Post) != nil {
		return nil, nil
	}
	r, err := s.Social.Reach(c.UserContext(), httpd.Viewer(c), it.ID)
	if err != nil {
		return nil, err
	}
	out := &social.Reach{Few: r.Few, MustRead: r.MustRead, Reminded: r.Reminded, All: social.ReachLine{Name: l.T("news.reach_all"), People: r.People, Seen: r.Seen, Confirmed: r.Confirmed}}
	for _, b := range r.Branches {
		out.Branches = append(out.Branches, social.ReachLine{Name: l.List(b.Names), People: b.People, Seen: b.Seen, Confirmed: b.Confirmed})
	}
	if r.MustRead && !r.Reminded && (r.Few || r.Confirmed < r.People) {
		out.RemindURL = postURL(it.ID) + "/remind"
	}
	return out, nil
}

// newsChannels shows how news works where the viewer may write it.
func (s *Site) newsChannels(c *fiber.Ctx) error {
	l, v := s.localizer(c), httpd.Viewer(c)
	found, err := s.Social.Channels(c.UserContext(), v)
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return errs.Forbidden("error.news_write")
	}
	p := social.Channels{Page: s.page(c, l, "news", l.T("news.channels"))}
	p.Narrow = true
	for _, ch := range found {
		x := social.Channel{Channel: ch.Channel, Name: s.channelName(c, l, ch.Channel)}
		x.Comments = part.Field{Name: "comments", Label: l.T("news.comments"), Hint: l.T("news.comments_hint"), Value: strconv.FormatBool(ch.Comments)}
		x.Notify = part.Field{Name: "notify", Label: l.T("news.notify"), Hint: l.T("news.notify_hint"), Value: strconv.FormatBool(ch.Notify)}
		p.List = append(p.List, x)
	}
	return render(c, l, social.ChannelsPage(p))
}

// channelName words a channel of the viewer's.
func (s *Site) channelName(c *fiber.Ctx, l *i18n.Localizer, channel string) string {
	if channel == domain.ForCompany {
		return l.T("post.for_company")
	}
	if u := httpd.User(c); u != nil {
		return l.T("post.for_branch", "Branch", u.BranchName)
	}
	return l.T("compose.own_branch")
}

func (s *Site) newsChannelSave(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	ch := domain.Channel{Channel: f.Get("channel"), Comments: f.Get("comments") == "true", Notify: f.Get("notify") == "true"}
	if err := s.Social.SetChannel(c.UserContext(), httpd.Viewer(c), ch); err != nil {
		return err
	}
	return s.done(c, "/news/channels", flash{Key: "toast.saved"})
}

// newsComposer turns the form of a post into that of news: channels instead of groups, a title, and what only news asks.
func (s *Site) newsComposer(c *fiber.Ctx, l *i18n.Localizer, p *part.Composer, w writing, r refusal) error {
	channels, err := s.Social.Channels(c.UserContext(), httpd.Viewer(c))
	if err != nil {
		return err
	}
	p.Title.Required, p.Body.Rows, p.Groups = true, 12, part.Field{}
	p.Audience = part.Field{Name: "audience", Error: r.fields["audience"]}
	for _, ch := range channels {
		p.Audience.Options = append(p.Audience.Options, part.Option{Value: ch.Channel, Label: s.channelName(c, l, ch.Channel), Selected: ch.Channel == w.audience})
	}
	field := func(name, value string) part.Field {
		return part.Field{Name: name, Label: l.T("news.field." + name), Hint: l.T("news.field." + name + "_hint"), Value: value, Error: r.fields[name]}
	}
	p.News = &part.ComposeNews{MustRead: field("must_read", strconv.FormatBool(w.mustRead)), ReadBy: field("read_by", w.readBy), Closed: field("closed", strconv.FormatBool(w.closed))}
	p.News.ReadBy.Type = "date"
	return nil
}
