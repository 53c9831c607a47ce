package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/markdown"
	"github.com/aanpak/aanpak/internal/social"
)

// Comment is an answer to a post, or to a comment on it.
type Comment struct {
	ID        string     `json:"id"`
	PostID    string     `json:"post_id"`
	ParentID  string     `json:"parent_id" doc:"The comment that it answers; empty for one on the post itself."`
	Author    Author     `json:"author" doc:"Empty where the comment is gone."`
	State     string     `json:"state" enum:"published,hidden,deleted" doc:"One that is gone stays, without its text, while others answer it."`
	Body      string     `json:"body" doc:"Markdown, as it was written."`
	HTML      string     `json:"html"`
	Reactions Reactions  `json:"reactions"`
	CreatedAt time.Time  `json:"created_at"`
	EditedAt  *time.Time `json:"edited_at"`
	URL       string     `json:"url" doc:"Path of its place on the page of the post."`
}

// Revision is what a post or comment said before.
type Revision struct {
	N         int       `json:"n" doc:"From 1, the oldest."`
	Title     string    `json:"title"`
	Body      string    `json:"body"`
	HTML      string    `json:"html"`
	WrittenAt time.Time `json:"written_at"`
}

// Remark is a post about a document, with where the passage is now.
type Remark struct {
	Post
	Page   int  `json:"page" doc:"In the newest version that could be read; 0 is the whole document. Where a passage is gone, the page where it was."`
	Orphan bool `json:"orphan" doc:"Whether the passage is not in that version any more."`
}

func (a *API) comments() {
	tags := []string{"Posts"}
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: tags}
	}
	register(a, op("list-comments", http.MethodGet, "/posts/{id}/comments", "List the comments on a post, in threads by time"), a.listComments)
	register(a, made(op("create-comment", http.MethodPost, "/posts/{id}/comments", "Comment on a post")), a.createComment)
	register(a, op("update-comment", http.MethodPatch, "/comments/{id}", "Change a comment"), a.updateComment)
	register(a, done(op("delete-comment", http.MethodDelete, "/comments/{id}", "Take a comment away")),
		func(ctx context.Context, in *DocumentID) (*struct{}, error) {
			return nil, a.Social.DeleteComment(ctx, viewer(ctx), in.ID)
		})
	register(a, op("list-comment-revisions", http.MethodGet, "/comments/{id}/revisions", "List what a comment said before"),
		func(ctx context.Context, in *DocumentID) (*Body[List[Revision]], error) {
			list, err := a.Social.CommentRevisions(ctx, viewer(ctx), in.ID)
			return a.revisions(ctx, list, err)
		})
	register(a, op("list-document-comments", http.MethodGet, "/documents/{id}/comments", "List what is said about a document, the latest first"), a.listRemarks)
	register(a, made(op("create-document-comment", http.MethodPost, "/documents/{id}/comments", "Say or ask something about a document, a page or a passage")), a.createRemark)
}

func (a *API) listComments(ctx context.Context, in *DocumentID) (*Body[List[Comment]], error) {
	list, err := a.Social.Comments(ctx, viewer(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	out, err := a.shownComments(ctx, list)
	if err != nil {
		return nil, err
	}
	return &Body[List[Comment]]{List[Comment]{Items: out}}, nil
}

// shownComments turns comments on one post into what is answered of them.
func (a *API) shownComments(ctx context.Context, list []*social.Comment) ([]Comment, error) {
	targets, bodies := make([]social.Target, len(list)), make([]string, len(list))
	for i, c := range list {
		targets[i], bodies[i] = c.Target(), c.Body
	}
	thinks, err := a.Social.ReactionsOf(ctx, viewer(ctx), targets)
	if err != nil {
		return nil, err
	}
	names, err := a.Social.Names(ctx, viewer(ctx), bodies...)
	if err != nil {
		return nil, err
	}
	typed, err := a.Social.Typer(ctx, viewer(ctx), bodies...)
	if err != nil {
		return nil, err
	}
	out := make([]Comment, len(list))
	for i, c := range list {
		out[i] = Comment{
			ID: c.ID, PostID: c.PostID, ParentID: c.ParentID, State: string(c.State), Body: typed(c.Body), HTML: markdown.HTML(c.Body, names),
			Reactions: reactionsOf(thinks[c.Target()]), CreatedAt: c.CreatedAt.UTC(), EditedAt: known(c.EditedAt.Time),
			URL: (&social.Post{ID: c.PostID}).URL(c.Target()),
		}
		if c.State == social.StatePublished {
			out[i].Author = Author{c.AuthorID, c.AuthorName, c.AuthorBranch}
		}
	}
	return out, nil
}

func (a *API) createComment(ctx context.Context, in *struct {
	DocumentID
	Body struct {
		Body     string `json:"body" doc:"Markdown."`
		ParentID string `json:"parent_id,omitempty" doc:"The comment that it answers."`
	}
},
) (*Body[Comment], error) {
	c, err := a.Social.AddComment(ctx, viewer(ctx), in.ID, in.Body.ParentID, in.Body.Body)
	return a.comment(ctx, c, err)
}

func (a *API) updateComment(ctx context.Context, in *struct {
	DocumentID
	Body struct {
		Body string `json:"body" doc:"Markdown."`
	}
},
) (*Body[Comment], error) {
	c, err := a.Social.EditComment(ctx, viewer(ctx), in.ID, in.Body.Body)
	return a.comment(ctx, c, err)
}

func (a *API) comment(ctx context.Context, c *social.Comment, err error) (*Body[Comment], error) {
	if err != nil {
		return nil, err
	}
	list, err := a.shownComments(ctx, []*social.Comment{c})
	if err != nil {
		return nil, err
	}
	return &Body[Comment]{list[0]}, nil
}

func (a *API) revisions(ctx context.Context, list []*social.Revision, err error) (*Body[List[Revision]], error) {
	if err != nil {
		return nil, err
	}
	bodies := make([]string, len(list))
	for i, r := range list {
		bodies[i] = r.Body
	}
	names, err := a.Social.Names(ctx, viewer(ctx), bodies...)
	if err != nil {
		return nil, err
	}
	typed, err := a.Social.Typer(ctx, viewer(ctx), bodies...)
	if err != nil {
		return nil, err
	}
	out := List[Revision]{Items: []Revision{}}
	for _, r := range list {
		out.Items = append(out.Items, Revision{r.N, r.Title, typed(r.Body), markdown.HTML(r.Body, names), r.WrittenAt.UTC()})
	}
	return &Body[List[Revision]]{out}, nil
}

func (a *API) listRemarks(ctx context.Context, in *struct {
	DocumentID
	Limit int    `query:"limit" minimum:"1" maximum:"100" default:"30" doc:"Posts a page."`
	After string `query:"after" doc:"The cursor next of the page before."`
},
) (*Body[List[Remark]], error) {
	v := viewer(ctx)
	d, err := a.Library.Get(ctx, v, in.ID)
	if err != nil {
		return nil, err
	}
	page, err := a.Social.Feed(ctx, v, social.Feed{Kind: social.FeedAbout, ID: string(social.DocumentTarget(d.ID)), After: in.After, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	posts, err := a.shownPosts(ctx, page.Items)
	if err != nil {
		return nil, err
	}
	found, err := a.located(ctx, d, page.Items)
	if err != nil {
		return nil, err
	}
	out := List[Remark]{Items: make([]Remark, len(posts)), Next: page.Next}
	for i, p := range posts {
		out.Items[i] = Remark{p, found[p.ID].Page, found[p.ID].Orphan}
	}
	return &Body[List[Remark]]{out}, nil
}

// located finds the passages of posts in the newest version of their document that could be read, by post. Without one they are where they were.
func (a *API) located(ctx context.Context, d *library.Document, items []*social.Item) (map[string]social.Found, error) {
	list, found := make([]*social.Post, len(items)), map[string]social.Found{}
	for i, it := range items {
		list[i], found[it.ID] = it.Post, social.Found{Page: it.AboutPage}
	}
	_, ver, err := a.Library.Version(ctx, viewer(ctx), d.ID, -1)
	if errs.Is(err, errs.KindNotFound) {
		return found, nil
	}
	if err != nil {
		return nil, err
	}
	return a.Social.Locate(ctx, ver, list)
}

func (a *API) createRemark(ctx context.Context, in *struct {
	DocumentID
	Body struct {
		Body  string `json:"body" doc:"Markdown."`
		Kind  string `json:"kind,omitempty" enum:"text,question" default:"text"`
		Page  int    `json:"page,omitempty" minimum:"0" doc:"0 is the whole document."`
		Quote string `json:"quote,omitempty" doc:"A passage of that page, as it stands there; white space makes no difference."`
	}
},
) (*Created[Post], error) {
	n := social.Input{Kind: social.Kind(in.Body.Kind), Body: in.Body.Body}
	n.About = social.About{Target: social.DocumentTarget(in.ID), Page: in.Body.Page, Quote: in.Body.Quote}
	return a.write(ctx, n)
}
