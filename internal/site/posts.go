package site

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/markdown"
	domain "github.com/aanpak/aanpak/internal/social"
	"github.com/aanpak/aanpak/internal/tenders"
	"github.com/aanpak/aanpak/templates/part"
)

// longBody is how many bytes of a text a feed shows before it is cut.
const longBody = 1200

func postURL(id string) string { return "/posts/" + id }

// shownPosts turns posts into what pages show of them, with the documents, tenders and posts that they show or are about.
func (s *Site) shownPosts(c *fiber.Ctx, l *i18n.Localizer, items []*domain.Item) ([]part.Post, error) {
	things, err := s.things(c, items)
	if err != nil {
		return nil, err
	}
	out := make([]part.Post, len(items))
	for i, it := range items {
		out[i] = s.shownPost(c, l, it, things)
	}
	return out, nil
}

func (s *Site) shownPost(c *fiber.Ctx, l *i18n.Localizer, it *domain.Item, things *things) part.Post {
	v := httpd.Viewer(c)
	p := part.Post{
		ID: it.ID, URL: postURL(it.ID), Author: face(it.AuthorID, it.AuthorName, it.AuthorPhoto), AuthorURL: "/people/" + it.AuthorID,
		Audience: audienceLinks(l, it), At: it.PublishedAt.Time, Kind: string(it.Kind), Title: it.Title, HTML: markdown.HTML(it.Body, it.Names),
		Pinned: it.Pinned, Closed: it.Closed, Answered: it.AnswerID != "", Comments: it.Comments, Following: it.Following, Why: why(l, it.Why),
		About: s.shownPlace(l, it.Post, things), Photos: shownPhotos(it, false), Link: shownPreview(it), Poll: shownPoll(v, it, s.Now()),
	}
	if p.News = s.shownNews(l, v, it); p.News != nil && len(p.Photos) > 0 {
		p.Photos = p.Photos[1:] // the first is the picture
	}
	p.Long = len(it.Body) > longBody
	p.Author.Function, p.Author.Branch = it.AuthorJob, it.AuthorBranch
	if !it.Published() {
		p.At, p.State = it.UpdatedAt, l.T("post.state."+string(it.State))
	}
	if !it.EditedAt.IsZero() {
		p.Edited = p.URL + "/history"
	}
	for _, x := range it.Praised {
		p.Praised = append(p.Praised, face(x.UserID, x.Name, x.Photo))
	}
	p.Cards = things.cards(l, it.Cards)
	p.React = s.shownReact(l, it.Target(), it.Reactions, p.URL, domain.CanReact(v, it.Post) == nil)
	for _, x := range it.Latest {
		shown := s.shownComment(l, v, it, x)
		if x.State == domain.StatePublished && domain.CanReport(v, it.Post, x.AuthorID) == nil {
			shown.ReportURL, shown.Reported = "/comments/"+x.ID+"/report", it.Reported[x.Target()]
		}
		p.Talk = append(p.Talk, shown)
	}
	if it.Published() {
		p.FollowURL = p.URL + "/follow"
	}
	if domain.CanComment(v, it.Post) == nil {
		p.TalkURL = p.URL + "/comments"
	}
	if domain.CanReport(v, it.Post, it.AuthorID) == nil {
		p.ReportURL, p.Reported = p.URL+"/report", it.Reported[it.Target()]
	}
	p.Hidden = hiddenWhy(l, it.State, it.HiddenWhy)
	s.postActions(&p, c, it.Post)
	return p
}

// hiddenWhy words for its author why nobody else sees what they said.
func hiddenWhy(l *i18n.Localizer, state domain.State, why string) string {
	switch {
	case state != domain.StateHidden:
		return ""
	case why == "":
		return l.T("post.held")
	}
	return l.T("post.hidden_why", "Why", why)
}

// postActions offers what the viewer may do with a post.
func (s *Site) postActions(p *part.Post, c *fiber.Ctx, x *domain.Post) {
	v := httpd.Viewer(c)
	if domain.CanEdit(v, x) == nil {
		p.EditURL = p.URL + "/edit"
	}
	if domain.CanDelete(v, x) == nil {
		p.DeleteURL = p.URL + "/delete"
		if x.Published() {
			p.CloseURL = p.URL + "/close"
		}
	}
	if domain.CanModerate(v, x) == nil && x.Published() && x.About == "" {
		p.PinURL = p.URL + "/pin"
	}
}

// audienceLinks say for whom a post is.
func audienceLinks(l *i18n.Localizer, it *domain.Item) (out []part.Labelled) {
	for _, f := range it.For {
		if f.Kind == domain.ForGroup {
			out = append(out, part.Labelled{Label: f.Name, URL: groupURL(f.ID)})
		} else {
			out = append(out, part.Labelled{Label: l.T("post.for_branch", "Branch", f.Name)})
		}
	}
	if len(out) == 0 && it.Audience == domain.ForCompany {
		out = append(out, part.Labelled{Label: l.T("post.for_company")})
	}
	return out
}

func why(l *i18n.Localizer, w domain.Why) string {
	if w.Kind == "" {
		return ""
	}
	return l.T("feed.why."+string(w.Kind), "Name", w.Name)
}

func (s *Site) shownComment(l *i18n.Localizer, v auth.Viewer, it *domain.Item, x *domain.Comment) part.Comment {
	out := part.Comment{
		ID: x.ID, Author: face(x.AuthorID, x.AuthorName, x.AuthorPhoto), At: x.CreatedAt, Under: x.ParentID != "", Answer: x.ID == it.AnswerID,
		Gone: x.Body == "", Hidden: hiddenWhy(l, x.State, x.HiddenWhy), HTML: markdown.HTML(x.Body, it.Names),
	}
	out.Author.Branch = x.AuthorBranch
	out.React = s.shownReact(l, x.Target(), it.Thinks[x.Target()], it.URL(x.Target()), domain.CanReact(v, it.Post) == nil && x.State == domain.StatePublished)
	if !x.EditedAt.IsZero() {
		out.Edited = "/comments/" + x.ID + "/history"
	}
	return out
}

// reactIcons are the symbols of the reactions.
var reactIcons = map[domain.ReactionKind]string{
	domain.ReactionLike: "like", domain.ReactionUseful: "useful", domain.ReactionApplause: "applause", domain.ReactionInsight: "insight", domain.ReactionSmile: "smile",
}

// shownReact is the row of reactions under a thing; back is where to go without scripts.
func (s *Site) shownReact(l *i18n.Localizer, t domain.Target, r domain.Reactions, back string, may bool) part.React {
	out := part.React{
		ID: "react-" + t.Kind() + "-" + strings.ReplaceAll(t.ID(), "/", "-"), Target: string(t), Mine: string(r.Mine), Total: r.Total(), Back: back,
		WhoURL: "/reactions?target=" + url.QueryEscape(string(t)) + "&back=" + url.QueryEscape(back),
	}
	if may {
		out.URL = "/reactions"
	}
	for _, k := range domain.ReactionKinds {
		out.Choices = append(out.Choices, part.Reaction{Kind: string(k), Icon: reactIcons[k], Label: l.T("react." + string(k)), Count: r.Counts[k]})
	}
	return out
}

func shownPhotos(it *domain.Item, editing bool) (out []part.Photo) {
	for _, x := range it.Photos {
		address := fmt.Sprintf("%s/photos/%d?of=%.16s", postURL(it.ID), x.N, x.Sum)
		p := part.Photo{URL: address, Small: address + "&width=" + num(domain.PhotoWidths[1]), Width: x.Width, Height: x.Height, Alt: x.Alt}
		if editing {
			p.RemoveURL = fmt.Sprintf("%s/photos/%d/remove", postURL(it.ID), x.N)
		}
		out = append(out, p)
	}
	return out
}

func shownPoll(v auth.Viewer, it *domain.Item, now time.Time) *part.Poll {
	if it.Kind != domain.KindPoll {
		return nil
	}
	p := &part.Poll{Many: it.PollMany, Ends: it.PollEndsAt.Time}
	if domain.CanComment(v, it.Post) == nil && !it.Ended(now) {
		p.URL = postURL(it.ID) + "/vote"
	}
	for _, o := range it.Options {
		p.Votes += o.Votes
		p.Voted = p.Voted || o.Mine
	}
	for _, o := range it.Options {
		p.Options = append(p.Options, part.PollOption{N: o.N, Text: o.Text, Votes: o.Votes, Percent: o.Votes * 100 / max(1, p.Votes), Mine: o.Mine})
	}
	return p
}

// things are what posts show and are about, as far as the viewer sees them.
type things struct {
	documents map[string]*library.Document
	tenders   map[string]*tenders.Tender
	posts     map[string]*domain.Post
	names     markdown.Names // of the shown posts
	card      func(*i18n.Localizer, *library.Document) part.Document
}

// things reads them, each kind once for all posts.
func (s *Site) things(c *fiber.Ctx, items []*domain.Item) (*things, error) {
	ctx := c.UserContext()
	ids := map[string][]string{}
	for _, it := range items {
		ids[it.About.Kind()] = append(ids[it.About.Kind()], it.About.ID())
		for _, x := range it.Cards {
			ids[x.Target.Kind()] = append(ids[x.Target.Kind()], x.Target.ID())
		}
	}
	v, t := httpd.Viewer(c), &things{card: func(l *i18n.Localizer, d *library.Document) part.Document { return s.card(c, l, d) }}
	var err error
	if t.documents, err = s.Library.ByIDs(ctx, v, ids[domain.OfDocument]); err != nil {
		return nil, err
	}
	if len(ids[domain.OfTender]) > 0 {
		if t.tenders, err = s.Tenders.ByIDs(ctx, v, ids[domain.OfTender]); err != nil {
			return nil, err
		}
	}
	if t.posts, err = s.Social.ByIDs(ctx, v, ids[domain.OfPost]); err != nil {
		return nil, err
	}
	var bodies []string
	for _, p := range t.posts {
		bodies = append(bodies, p.Body)
	}
	t.names, err = s.Social.Names(ctx, v, bodies...)
	return t, err
}

// cards are the things that a post shows; what the viewer does not see is left out.
func (t *things) cards(l *i18n.Localizer, list []*domain.Card) (out []part.PostCard) {
	for _, x := range list {
		id := x.Target.ID()
		switch {
		case t.documents[id] != nil:
			d := t.card(l, t.documents[id])
			c := part.PostCard{Document: &d, Page: x.Page, PageURL: d.URL}
			if x.Page > 0 {
				c.PageURL = pageURL(id, 0, x.Page, "")
				if d.Thumb != "" {
					d.Thumb = imageURL(id, t.documents[id].Number, x.Page, smallWidth)
				}
			}
			out = append(out, c)
		case t.tenders[id] != nil:
			card := tenderCard(t.tenders[id])
			out = append(out, part.PostCard{Tender: &card})
		case t.posts[id] != nil:
			p := t.posts[id]
			out = append(out, part.PostCard{Post: &part.Labelled{Label: p.Heading(t.names), URL: postURL(id)}, By: face(p.AuthorID, p.AuthorName, p.AuthorPhoto)})
		}
	}
	return out
}

// shownPlace is what a post is about.
func (s *Site) shownPlace(l *i18n.Localizer, p *domain.Post, t *things) *part.Place {
	id := p.About.ID()
	switch {
	case p.About == "":
		return nil
	case t.documents[id] != nil:
		d := t.documents[id]
		out := &part.Place{Label: d.Title, URL: aboutURL(p.About, p.AboutPage, p.ID), Quote: p.Quote}
		if p.AboutPage > 0 {
			out.Label = l.T("post.page", "Title", d.Title, "Page", p.AboutPage)
		}
		return out
	case t.tenders[id] != nil:
		return &part.Place{Label: t.tenders[id].Title, URL: aboutURL(p.About, 0, p.ID)}
	}
	return nil
}
