package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/social"
)

// PostInput is what is written as a post; on change what is left out stays.
type PostInput struct {
	Kind      *string      `json:"kind,omitempty" enum:"text,question,praise,poll,news" doc:"text where left out. A praise is of the people whom its body names. News is for who may write it in the channel that its audience is; what is published stays news, or none."`
	Title     *string      `json:"title,omitempty"`
	Body      *string      `json:"body,omitempty" doc:"Markdown. @Name names a person or group; of several of the same name, @Name (Branch)."`
	Audience  *string      `json:"audience,omitempty" doc:"company (default), branch:ID of the caller's own or group:ID,… of the caller's own. It stays once the post is published. A post about a document is for whoever sees the document."`
	Cards     *[]CardInput `json:"cards,omitempty" doc:"What it shows, at most ten."`
	Poll      *PollInput   `json:"poll,omitempty" doc:"The options stay once somebody has voted."`
	Closed    *bool        `json:"closed,omitempty" doc:"Of news that is not published: it takes no comments. Its channel can say so too."`
	MustRead  *bool        `json:"must_read,omitempty" doc:"Of news: its readers confirm that they have read it, and are reminded."`
	ReadBy    *time.Time   `json:"read_by,omitempty" doc:"Of news that must be read: until when, the end of a day; 16 hours before, who has not confirmed is reminded. The zero time 0001-01-01T00:00:00Z takes it away."`
	NoLink    *bool        `json:"no_link_preview,omitempty" doc:"It shows nothing of the pages to which it links."`
	State     *string      `json:"state,omitempty" enum:"draft,published" doc:"draft: kept for the author alone. published (default of a new post): at once, or at publish_at."`
	PublishAt *time.Time   `json:"publish_at,omitempty" doc:"Later: it is scheduled until then."`
}

// NewPost is a post to be written.
type NewPost struct {
	PostInput
	About *AboutInput `json:"about,omitempty" doc:"What the post is a comment on."`
}

// CardInput names what a post shows.
type CardInput struct {
	Target string `json:"target" doc:"document:ID, tender:ID or post:ID."`
	Page   int    `json:"page,omitempty" minimum:"0" doc:"Of a document; 0 is the whole."`

	Attached bool `json:"attached,omitempty" doc:"A file that goes with the post: a document of the caller's own that nobody else sees, uploaded with the audience people:ID of oneself. It gets the audience of the post when that is published. Of other documents this is not kept."`
}

// PollInput is what a poll asks.
type PollInput struct {
	Options []string  `json:"options" doc:"Two to twelve."`
	Many    bool      `json:"many,omitempty" doc:"Whether several may be chosen."`
	EndsAt  time.Time `json:"ends_at,omitzero"`
}

// AboutInput is a place that a post is about.
type AboutInput struct {
	Target string `json:"target" doc:"document:ID or tender:ID."`
	Page   int    `json:"page,omitempty" minimum:"0" doc:"Of a document; 0 is the whole."`
	Quote  string `json:"quote,omitempty" doc:"A passage of that page, as it stands there; white space makes no difference."`
}

// over writes what is there over what was.
func (n PostInput) over(in social.Input) social.Input {
	set(&in.Kind, (*social.Kind)(n.Kind))
	set(&in.Title, n.Title)
	set(&in.Body, n.Body)
	set(&in.Audience, n.Audience)
	set(&in.PublishAt, n.PublishAt)
	set(&in.Closed, n.Closed)
	set(&in.MustRead, n.MustRead)
	set(&in.ReadBy, n.ReadBy)
	set(&in.NoPreview, n.NoLink)
	if n.Cards != nil {
		in.Cards = nil
		for _, c := range *n.Cards {
			in.Cards = append(in.Cards, social.Card{Target: social.Target(c.Target), Page: c.Page, Attached: c.Attached})
		}
	}
	if n.Poll != nil {
		in.Poll = social.Poll{Options: n.Poll.Options, Many: n.Poll.Many, EndsAt: n.Poll.EndsAt.UTC()}
	}
	if n.State != nil {
		in.Draft = social.State(*n.State) == social.StateDraft
	}
	return in
}

// feedParams are the parameters of a feed.
type feedParams struct {
	Limit int    `query:"limit" minimum:"1" maximum:"100" default:"30" doc:"Posts a page."`
	After string `query:"after" doc:"The cursor next of the page before."`
	Feed  string `query:"feed" enum:"for-you,all,following,company,branch,group,person,topic,about,news" default:"all" doc:"for-you is ranked, all others are by time."`
	ID    string `query:"id" maxLength:"200" doc:"Of the branch (default: the caller's own), group or person; the topic; for about what the posts are about, as document:ID or tender:ID; the channel of news, company or branch:ID (default: all)."`
	Sort  string `query:"sort" enum:"newest,active" default:"newest" doc:"active: by the last comment, in the feeds all, company, branch and group."`
}

func (a *API) posts() {
	tags := []string{"Posts"}
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: tags}
	}
	register(a, op("list-posts", http.MethodGet, "/posts", "Read a feed"), a.listPosts)
	register(a, made(op("create-post", http.MethodPost, "/posts", "Write a post")), a.createPost)
	register(a, op("get-post", http.MethodGet, "/posts/{id}", "Read a post"),
		func(ctx context.Context, in *DocumentID) (*Body[Post], error) { return a.post(ctx, in.ID) })
	register(a, op("update-post", http.MethodPatch, "/posts/{id}", "Change a post"), a.updatePost)
	register(a, done(op("delete-post", http.MethodDelete, "/posts/{id}", "Take a post away")),
		func(ctx context.Context, in *DocumentID) (*struct{}, error) {
			return nil, a.Social.Delete(ctx, viewer(ctx), in.ID)
		})
	register(a, op("list-post-revisions", http.MethodGet, "/posts/{id}/revisions", "List what a post said before"),
		func(ctx context.Context, in *DocumentID) (*Body[List[Revision]], error) {
			list, err := a.Social.Revisions(ctx, viewer(ctx), in.ID)
			return a.revisions(ctx, list, err)
		})
	register(a, op("list-drafts", http.MethodGet, "/drafts", "List one's posts that are not published"), a.listDrafts)
	for _, x := range []struct {
		name, on, off string
		set           func(context.Context, string, bool) error
	}{
		{"closed", "Take no more comments on a post", "Take comments on a post again", func(ctx context.Context, id string, on bool) error {
			return a.Social.SetClosed(ctx, viewer(ctx), id, on)
		}},
		{"pinned", "Put a post first where it is for", "Put a post back in its place", func(ctx context.Context, id string, on bool) error {
			return a.Social.SetPinned(ctx, viewer(ctx), id, on)
		}},
	} {
		path := "/posts/{id}/" + x.name
		register(a, done(op("put-"+x.name, http.MethodPut, path, x.on)), func(ctx context.Context, in *DocumentID) (*struct{}, error) { return nil, x.set(ctx, in.ID, true) })
		register(a, done(op("delete-"+x.name, http.MethodDelete, path, x.off)), func(ctx context.Context, in *DocumentID) (*struct{}, error) { return nil, x.set(ctx, in.ID, false) })
	}
	register(a, op("put-vote", http.MethodPut, "/posts/{id}/vote", "Vote in a poll"), a.putVote)
	register(a, done(op("put-answer", http.MethodPut, "/posts/{id}/answer", "Say which comment answers a question")), a.putAnswer)
	register(a, done(op("delete-answer", http.MethodDelete, "/posts/{id}/answer", "Open a question again")),
		func(ctx context.Context, in *DocumentID) (*struct{}, error) {
			return nil, a.Social.Accept(ctx, viewer(ctx), in.ID, "")
		})
}

func (a *API) post(ctx context.Context, id string) (*Body[Post], error) {
	it, err := a.Social.Item(ctx, viewer(ctx), id)
	if err != nil {
		return nil, err
	}
	list, err := a.shownPosts(ctx, []*social.Item{it})
	if err != nil {
		return nil, err
	}
	return &Body[Post]{list[0]}, nil
}

func (a *API) listPosts(ctx context.Context, in *feedParams) (*Body[List[Post]], error) {
	f := social.Feed{Kind: social.FeedKind(in.Feed), ID: in.ID, Active: in.Sort == "active", After: in.After, Limit: in.Limit}
	if f.Kind == social.FeedBranch && f.ID == "" {
		f.ID = viewer(ctx).BranchID
	}
	page, err := a.Social.Feed(ctx, viewer(ctx), f)
	if err != nil {
		return nil, err
	}
	list, err := a.shownPosts(ctx, page.Items)
	if err != nil {
		return nil, err
	}
	return &Body[List[Post]]{List[Post]{list, page.Next}}, nil
}

func (a *API) createPost(ctx context.Context, in *struct{ Body NewPost }) (*Created[Post], error) {
	n := in.Body.over(social.Input{})
	if x := in.Body.About; x != nil {
		n.About = social.About{Target: social.Target(x.Target), Page: x.Page, Quote: x.Quote}
	}
	return a.write(ctx, n)
}

// write makes a post and answers with it.
func (a *API) write(ctx context.Context, n social.Input) (*Created[Post], error) {
	p, err := a.Social.Create(ctx, viewer(ctx), n)
	if err != nil {
		return nil, err
	}
	out, err := a.post(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	return &Created[Post]{base + "/posts/" + p.ID, out.Body}, nil
}

func (a *API) updatePost(ctx context.Context, in *struct {
	DocumentID
	Body PostInput
},
) (*Body[Post], error) {
	v := viewer(ctx)
	it, err := a.Social.Item(ctx, v, in.ID)
	if err == nil {
		err = social.CanEdit(v, it.Post)
	}
	if err != nil {
		return nil, err
	}
	if it.Published() && in.Body.State != nil && social.State(*in.Body.State) == social.StateDraft {
		return nil, errs.Conflict("error.post_published")
	}
	n, err := a.Social.Input(ctx, v, it)
	if err != nil {
		return nil, err
	}
	if _, err := a.Social.Update(ctx, v, in.ID, in.Body.over(n)); err != nil {
		return nil, err
	}
	return a.post(ctx, in.ID)
}

func (a *API) listDrafts(ctx context.Context, _ *struct{}) (*Body[List[Post]], error) {
	drafts, err := a.Social.Drafts(ctx, viewer(ctx))
	if err != nil {
		return nil, err
	}
	items, err := a.Social.Fill(ctx, viewer(ctx), drafts)
	if err != nil {
		return nil, err
	}
	list, err := a.shownPosts(ctx, items)
	if err != nil {
		return nil, err
	}
	return &Body[List[Post]]{List[Post]{Items: list}}, nil
}

func (a *API) putVote(ctx context.Context, in *struct {
	DocumentID
	Body struct {
		Options []int `json:"options" doc:"Numbers of the chosen options; none takes the vote back."`
	}
},
) (*Body[Post], error) {
	if err := a.Social.Vote(ctx, viewer(ctx), in.ID, in.Body.Options); err != nil {
		return nil, err
	}
	return a.post(ctx, in.ID)
}

func (a *API) putAnswer(ctx context.Context, in *struct {
	DocumentID
	Body struct {
		CommentID string `json:"comment_id" minLength:"1"`
	}
},
) (*struct{}, error) {
	return nil, a.Social.Accept(ctx, viewer(ctx), in.ID, in.Body.CommentID)
}

// Created is an answer with the address of what was made.
type Created[T any] struct {
	Location string `header:"Location"`
	Body     T
}

// made and done say how an operation that goes well is answered.
func made(op huma.Operation) huma.Operation {
	op.DefaultStatus = http.StatusCreated
	return op
}

func done(op huma.Operation) huma.Operation {
	op.DefaultStatus = http.StatusNoContent
	return op
}
