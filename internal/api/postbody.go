package api

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/markdown"
	"github.com/aanpak/aanpak/internal/social"
	"github.com/aanpak/aanpak/internal/tenders"
)

// Author is who said something.
type Author struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Branch string `json:"branch" doc:"Name."`
}

// Post is something said.
type Post struct {
	ID          string     `json:"id"`
	Author      Author     `json:"author"`
	Kind        string     `json:"kind" enum:"text,question,praise,poll,news"`
	State       string     `json:"state" enum:"draft,scheduled,published,hidden"`
	Title       string     `json:"title"`
	Body        string     `json:"body" doc:"Markdown, as it was written."`
	HTML        string     `json:"html" doc:"The body as pages show it."`
	Audience    string     `json:"audience" doc:"company, branch:ID, group:ID,…, or document: whoever sees what it is about."`
	For         []For      `json:"for" doc:"The branch or groups, as far as the caller may know of them."`
	About       *About     `json:"about"`
	Cards       []Card     `json:"cards" doc:"What it shows, as far as the caller sees it."`
	Photos      []Photo    `json:"photos"`
	Link        *Link      `json:"link_preview" doc:"What the first page says of itself to which it links; null while previews are off, and where there is none."`
	NoLink      bool       `json:"no_link_preview" doc:"Whether its author wants none."`
	Poll        *Poll      `json:"poll"`
	Praised     []Ref      `json:"praised"`
	Topics      []string   `json:"topics"`
	Reactions   Reactions  `json:"reactions"`
	Comments    int        `json:"comments"`
	Closed      bool       `json:"closed" doc:"Takes no more comments."`
	Pinned      bool       `json:"pinned"`
	AnswerID    string     `json:"answer_id" doc:"The comment that answers a question; empty while it is open."`
	Following   bool       `json:"following"`
	Why         *WhyInFeed `json:"why,omitempty" doc:"Why it is in the feed for-you."`
	CreatedAt   time.Time  `json:"created_at"`
	UpdatedAt   time.Time  `json:"updated_at"`
	PublishAt   *time.Time `json:"publish_at" doc:"Of a scheduled post."`
	PublishedAt *time.Time `json:"published_at"`
	EditedAt    *time.Time `json:"edited_at"`
	MustRead    bool       `json:"must_read" doc:"Of news: its readers confirm that they have read it."`
	ReadBy      *time.Time `json:"read_by"`
	ConfirmedAt *time.Time `json:"confirmed_at" doc:"When the caller confirmed to have read it."`
	URL         string     `json:"url" doc:"Path of its page."`
}

// For is a branch or group that a post is for.
type For struct {
	Kind string `json:"kind" enum:"branch,group"`
	ID   string `json:"id"`
	Name string `json:"name"`
}

// About is what a post is about.
type About struct {
	Target  string `json:"target" doc:"document:ID or tender:ID."`
	Title   string `json:"title"`
	Page    int    `json:"page" doc:"0 is the whole."`
	Quote   string `json:"quote" doc:"The passage, as the page has it."`
	Version int    `json:"version" doc:"Number of the version that page and quote are of; 0 for the whole."`
}

// Card is what a post shows.
type Card struct {
	Target string `json:"target" doc:"document:ID, tender:ID or post:ID."`
	Page   int    `json:"page"`
	Title  string `json:"title"`
	URL    string `json:"url"`

	Attached bool `json:"attached" doc:"Whether it is a file that goes with the post."`
}

// Photo is a picture of a post.
type Photo struct {
	N      int    `json:"n"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
	Alt    string `json:"alt" doc:"What it shows, for who does not see it."`
	URL    string `json:"url"`
}

// Link is what a page elsewhere says of itself. The texts are a stranger's.
type Link struct {
	URL         string `json:"url"`
	Title       string `json:"title"`
	Description string `json:"description"`
	Site        string `json:"site" doc:"Its name for itself; empty where it has none."`
	Image       string `json:"image" doc:"Path of the picture, kept here; empty where there is none."`
}

// Poll is how a poll stands.
type Poll struct {
	Many    bool         `json:"many"`
	EndsAt  *time.Time   `json:"ends_at"`
	Ended   bool         `json:"ended"`
	Options []PollOption `json:"options"`
}

// PollOption is one answer of a poll.
type PollOption struct {
	N     int    `json:"n"`
	Text  string `json:"text"`
	Votes int    `json:"votes"`
	Mine  bool   `json:"mine"`
}

// WhyInFeed is what brought a post into the feed for-you.
type WhyInFeed struct {
	Kind string `json:"kind" enum:"person,thing,topic,group,reacting,branch,question,talk,new"`
	Name string `json:"name" doc:"Of the topic."`
}

// things are what posts show and are about, as far as the caller sees them.
type things struct {
	documents map[string]*library.Document
	tenders   map[string]*tenders.Tender
	posts     map[string]*social.Post
	names     markdown.Names // of the shown posts
}

// things reads them, each kind once for all posts.
func (a *API) things(ctx context.Context, items []*social.Item) (t *things, err error) {
	ids := map[string][]string{}
	for _, it := range items {
		ids[it.About.Kind()] = append(ids[it.About.Kind()], it.About.ID())
		for _, x := range it.Cards {
			ids[x.Target.Kind()] = append(ids[x.Target.Kind()], x.Target.ID())
		}
	}
	v := viewer(ctx)
	t = &things{}
	if t.documents, err = a.Library.ByIDs(ctx, v, ids[social.OfDocument]); err != nil {
		return nil, err
	}
	if t.tenders, err = a.Tenders.ByIDs(ctx, v, ids[social.OfTender]); err != nil {
		return nil, err
	}
	if t.posts, err = a.Social.ByIDs(ctx, v, ids[social.OfPost]); err != nil {
		return nil, err
	}
	var bodies []string
	for _, p := range t.posts {
		bodies = append(bodies, p.Body)
	}
	t.names, err = a.Social.Names(ctx, v, bodies...)
	return t, err
}

// titled returns the title and page of a thing, "" of what the caller does not see.
func (t *things) titled(x social.Target, page int) (title, url string) {
	id := x.ID()
	switch {
	case x.Kind() == social.OfDocument && t.documents[id] != nil:
		if page > 0 {
			return t.documents[id].Title, "/documents/" + id + "?page=" + strconv.Itoa(page)
		}
		return t.documents[id].Title, "/documents/" + id
	case x.Kind() == social.OfTender && t.tenders[id] != nil:
		return t.tenders[id].Title, "/tenders/" + id
	case x.Kind() == social.OfPost && t.posts[id] != nil:
		return t.posts[id].Heading(t.names), "/posts/" + id
	}
	return "", ""
}

// shownPosts turns posts into what is answered of them.
func (a *API) shownPosts(ctx context.Context, items []*social.Item) ([]Post, error) {
	t, err := a.things(ctx, items)
	if err != nil {
		return nil, err
	}
	bodies := make([]string, len(items))
	for i, it := range items {
		bodies[i] = it.Body
	}
	typed, err := a.Social.Typer(ctx, viewer(ctx), bodies...)
	if err != nil {
		return nil, err
	}
	out := make([]Post, len(items))
	for i, it := range items {
		out[i] = postOf(it, t)
		out[i].Body = typed(it.Body)
	}
	return out, nil
}

func postOf(it *social.Item, t *things) Post {
	p := Post{
		ID: it.ID, Author: Author{it.AuthorID, it.AuthorName, it.AuthorBranch}, Kind: string(it.Kind), State: string(it.State), Title: it.Title,
		HTML: markdown.HTML(it.Body, it.Names), Audience: it.Audience, For: []For{}, Cards: []Card{}, Photos: []Photo{}, Praised: []Ref{}, Topics: it.Topics(),
		Reactions: reactionsOf(it.Reactions), Comments: it.Comments, Closed: it.Closed, Pinned: it.Pinned, AnswerID: it.AnswerID, Following: it.Following,
		CreatedAt: it.CreatedAt.UTC(), UpdatedAt: it.UpdatedAt.UTC(), PublishedAt: known(it.PublishedAt.Time), EditedAt: known(it.EditedAt.Time),
		MustRead: it.MustRead, ReadBy: known(it.ReadBy.Time), ConfirmedAt: known(it.Confirmed), URL: it.URL(it.Target()),
	}
	if it.State == social.StateScheduled {
		p.PublishAt = known(it.PublishAt.Time)
	}
	if it.Topics() == nil {
		p.Topics = []string{}
	}
	if it.About != "" {
		title, _ := t.titled(it.About, 0)
		p.About = &About{string(it.About), title, it.AboutPage, it.Quote, it.AboutNumber}
	}
	if it.Why.Kind != "" {
		p.Why = &WhyInFeed{string(it.Why.Kind), it.Why.Name}
	}
	p.addParts(it, t)
	return p
}

// addParts adds what only some posts have.
func (p *Post) addParts(it *social.Item, t *things) {
	for _, f := range it.For {
		p.For = append(p.For, For(f))
	}
	for _, x := range it.Cards {
		if title, url := t.titled(x.Target, x.Page); url != "" {
			p.Cards = append(p.Cards, Card{string(x.Target), x.Page, title, url, x.Attached})
		}
	}
	p.Link, p.NoLink = linkOf(it), it.NoPreview
	for _, x := range it.Photos {
		p.Photos = append(p.Photos, photoOf(x))
	}
	for _, x := range it.Praised {
		p.Praised = append(p.Praised, Ref{x.UserID, x.Name})
	}
	if it.Kind != social.KindPoll {
		return
	}
	p.Poll = &Poll{Many: it.PollMany, EndsAt: known(it.PollEndsAt.Time), Ended: it.Ended(time.Now()), Options: []PollOption{}}
	for _, o := range it.Options {
		p.Poll.Options = append(p.Poll.Options, PollOption{o.N, o.Text, o.Votes, o.Mine})
	}
}

func linkOf(it *social.Item) *Link {
	x := it.Preview
	if x == nil {
		return nil
	}
	out := &Link{URL: x.Address, Title: x.Title, Description: x.Description, Site: x.Site}
	if x.Picture != "" {
		out.Image = base + "/posts/" + it.ID + "/link-preview/image"
	}
	return out
}

func photoOf(x *social.Photo) Photo {
	return Photo{x.N, x.Width, x.Height, x.Alt, fmt.Sprintf("%s/posts/%s/photos/%d", base, x.PostID, x.N)}
}

// known is a time as it is answered: null where there is none.
func known(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
