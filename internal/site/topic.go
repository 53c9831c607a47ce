package site

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
	"github.com/aanpak/aanpak/internal/httpd"
	domain "github.com/aanpak/aanpak/internal/social"
	"github.com/aanpak/aanpak/templates/social"
)

// mostTopicsShown is how many topics the page of topics has.
const mostTopicsShown = 60

func topicURL(topic string) string { return "/topics/" + url.PathEscape(topic) }

func topicTarget(id string) domain.Target { return domain.TopicTarget(fold.Key(id)) }

func (s *Site) topics(c *fiber.Ctx) error {
	l := s.localizer(c)
	list, err := s.Social.Topics(c.UserContext(), httpd.Viewer(c), "", mostTopicsShown)
	if err != nil {
		return err
	}
	p := social.Topics{Page: s.page(c, l, "home", l.T("topics.title"))}
	for _, t := range list {
		p.List = append(p.List, social.TopicLine{Name: t.Shown, URL: topicURL(t.Shown), Posts: t.Posts})
	}
	return render(c, l, social.TopicsPage(p))
}

func (s *Site) topicShow(c *fiber.Ctx) error {
	l, v, ctx := s.localizer(c), httpd.Viewer(c), c.UserContext()
	name, err := url.PathUnescape(c.Params("id"))
	if err != nil || fold.Key(name) == "" {
		return errs.NotFound("topic")
	}
	t := topicTarget(name)
	feed, err := s.feed(c, l, domain.Feed{Kind: domain.FeedTopic, ID: t.ID(), After: c.Query("after")}, topicURL(name))
	if err != nil {
		return err
	}
	if asksPart(c) {
		return s.feedPart(c, l, feed)
	}
	on, err := s.Social.Follows(ctx, v, t)
	if err != nil {
		return err
	}
	feed.Empty = &social.Empty{Title: l.T("topic.none_title"), Text: l.T("topic.none_text")}
	return render(c, l, social.TopicPage(social.Topic{Page: s.page(c, l, "home", "#"+name), Name: name, Feed: feed, Follow: following(t, topicURL(name), on[t])}))
}
