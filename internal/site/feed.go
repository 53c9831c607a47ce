package site

import (
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	domain "github.com/aanpak/aanpak/internal/social"
	"github.com/aanpak/aanpak/templates/part"
	"github.com/aanpak/aanpak/templates/social"
)

// homeFeeds are the feeds of the home page, by their name in the address, the first where none is asked for.
var homeFeeds = []domain.FeedKind{domain.FeedForYou, domain.FeedAll, domain.FeedFollowing, domain.FeedBranch, domain.FeedCompany}

// seenAfter is how often it is written that somebody looks at a feed.
const seenAfter = 2 * time.Minute

// homeFeed reads which feed is asked for.
func (s *Site) homeFeed(c *fiber.Ctx) domain.Feed {
	f := domain.Feed{Kind: homeFeeds[0], After: c.Query("after"), Active: c.Query("sort") == "active"}
	for _, k := range homeFeeds {
		if c.Query("feed") == string(k) {
			f.Kind = k
		}
	}
	if f.Kind == domain.FeedBranch {
		f.ID = httpd.Viewer(c).BranchID
	}
	return f
}

// feedTabs leads to the feeds of the home page.
func feedTabs(l *i18n.Localizer, on domain.FeedKind) (tabs []part.Tab) {
	for _, k := range homeFeeds {
		address := "/?feed=" + string(k)
		if k == homeFeeds[0] {
			address = "/"
		}
		tabs = append(tabs, part.Tab{Label: l.T("feed." + string(k)), URL: address, Count: -1, On: k == on})
	}
	return tabs
}

// feed fills a part of a feed whose further parts are at base. The first part says what is new since the viewer last looked.
func (s *Site) feed(c *fiber.Ctx, l *i18n.Localizer, f domain.Feed, base string) (out social.Feed, err error) {
	ctx, v := c.UserContext(), httpd.Viewer(c)
	page, err := s.Social.Feed(ctx, v, f)
	if err != nil {
		return out, err
	}
	if out.Posts, err = s.shownPosts(c, l, page.Items); err != nil {
		return out, err
	}
	if err := s.sawNews(c, page.Items); err != nil {
		return out, err
	}
	out.URL = base
	if page.Next != "" {
		out.Next = withQuery(base, "after", page.Next)
	}
	out.Done = l.T("feed.done")
	if f.Kind == domain.FeedForYou {
		out.Done, out.DoneURL = l.T("feed.done_for_you"), "/?feed="+string(domain.FeedAll)
	}
	if f.After != "" {
		return out, nil
	}
	out.Live = withQuery("/feed/new", "feed", string(f.Kind))
	out.Live = withQuery(out.Live, "id", f.ID)
	out.Live = withQuery(withQuery(out.Live, "back", base), "since", s.Now().UTC().Format(time.RFC3339Nano))
	return out, s.markFresh(c, f, out.Posts)
}

func withQuery(address, name, value string) string {
	u, err := url.Parse(address)
	if err != nil || value == "" {
		return address
	}
	q := u.Query()
	q.Set(name, value)
	u.RawQuery = q.Encode()
	return u.String()
}

// markFresh marks what came since the viewer last looked at a feed, and writes that they look now.
func (s *Site) markFresh(c *fiber.Ctx, f domain.Feed, posts []part.Post) error {
	ctx, v := c.UserContext(), httpd.Viewer(c)
	last, err := s.Social.SeenUntil(ctx, v, f)
	if err != nil {
		return err
	}
	for i := range posts {
		posts[i].Fresh = !last.IsZero() && posts[i].At.After(last) && posts[i].Author.ID != v.UserID
	}
	if s.Now().Sub(last) < seenAfter {
		return nil
	}
	return s.Social.Seen(ctx, v, f)
}

// feedPart answers with the next part of a feed where a script asks, which it puts under what is there.
func (s *Site) feedPart(c *fiber.Ctx, l *i18n.Localizer, f social.Feed) error {
	return render(c, l, social.FeedPart(f))
}

// asksPart tells whether a script asks for a further part of a feed.
func asksPart(c *fiber.Ctx) bool { return c.Get("HX-Request") != "" && c.Query("after") != "" }

// feedNew says how many posts came to a feed since.
func (s *Site) feedNew(c *fiber.Ctx) error {
	since, err := time.Parse(time.RFC3339Nano, c.Query("since"))
	if err != nil {
		since = s.Now()
	}
	f := domain.Feed{Kind: domain.FeedKind(c.Query("feed")), ID: c.Query("id")}
	n, err := s.Social.NewSince(c.UserContext(), httpd.Viewer(c), f, since)
	if err != nil {
		return err
	}
	return render(c, s.localizer(c), social.New(n, localPath(c.Query("back"))))
}

// sawNews counts the news among the posts that the viewer is shown.
func (s *Site) sawNews(c *fiber.Ctx, items []*domain.Item) error {
	posts := make([]*domain.Post, len(items))
	for i, it := range items {
		posts[i] = it.Post
	}
	return s.Social.Saw(c.UserContext(), httpd.Viewer(c), posts...)
}
