package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/aanpak/aanpak/internal/social"
)

// Reactions is what people think of a thing.
type Reactions struct {
	Counts map[string]int `json:"counts" doc:"By kind; kinds that nobody chose are left out."`
	Mine   string         `json:"mine" enum:",like,useful,applause,insight,smile" doc:"The caller's; empty for none."`
}

func reactionsOf(r social.Reactions) Reactions {
	out := Reactions{Counts: map[string]int{}, Mine: string(r.Mine)}
	for k, n := range r.Counts {
		out.Counts[string(k)] = n
	}
	return out
}

// Reacted is somebody's reaction.
type Reacted struct {
	User Author    `json:"user"`
	Kind string    `json:"kind" enum:"like,useful,applause,insight,smile"`
	At   time.Time `json:"at"`
}

// PageID names a page of a document.
type PageID struct {
	ID string `path:"id"`
	N  int    `path:"n" minimum:"1"`
}

// ReactionInput is how somebody reacts.
type ReactionInput struct {
	Kind string `json:"kind" enum:"like,useful,applause,insight,smile"`
}

type reactToThing struct {
	DocumentID
	Body ReactionInput
}

type reactToPage struct {
	PageID
	Body ReactionInput
}

// reactions declares reactions on each thing that takes them.
func (a *API) reactions() {
	for _, x := range []struct {
		what, path string
		target     func(id string) social.Target
	}{
		{"post", "/posts/{id}", social.PostTarget}, {"comment", "/comments/{id}", social.CommentTarget}, {"document", "/documents/{id}", social.DocumentTarget},
	} {
		reactTo(a, x.what, x.path, func(in *DocumentID) social.Target { return x.target(in.ID) },
			func(in *reactToThing) (*DocumentID, string) { return &in.DocumentID, in.Body.Kind })
	}
	reactTo(a, "page", "/documents/{id}/pages/{n}", func(in *PageID) social.Target { return social.PageTarget(in.ID, in.N) },
		func(in *reactToPage) (*PageID, string) { return &in.PageID, in.Body.Kind })
}

// reactTo declares the reactions on one kind of thing, which path names: of says which thing that is, parts takes a request to react apart.
func reactTo[ID, Put any](a *API, what, path string, of func(*ID) social.Target, parts func(*Put) (*ID, string)) {
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"Posts"}}
	}
	register(a, op("list-"+what+"-reactions", http.MethodGet, path+"/reactions", "List who reacted to a "+what+", the latest first, at most 500"),
		func(ctx context.Context, in *ID) (*Body[List[Reacted]], error) { return a.whoReacted(ctx, of(in)) })
	register(a, op("put-"+what+"-reaction", http.MethodPut, path+"/reaction", "React to a "+what),
		func(ctx context.Context, in *Put) (*Body[Reactions], error) {
			id, kind := parts(in)
			return a.react(ctx, of(id), social.ReactionKind(kind))
		})
	register(a, op("delete-"+what+"-reaction", http.MethodDelete, path+"/reaction", "Take back one's reaction to a "+what),
		func(ctx context.Context, in *ID) (*Body[Reactions], error) { return a.react(ctx, of(in), "") })
}

func (a *API) react(ctx context.Context, t social.Target, k social.ReactionKind) (*Body[Reactions], error) {
	if err := a.Social.React(ctx, viewer(ctx), t, k); err != nil {
		return nil, err
	}
	all, err := a.Social.ReactionsOf(ctx, viewer(ctx), []social.Target{t})
	if err != nil {
		return nil, err
	}
	return &Body[Reactions]{reactionsOf(all[t])}, nil
}

func (a *API) whoReacted(ctx context.Context, t social.Target) (*Body[List[Reacted]], error) {
	list, err := a.Social.WhoReacted(ctx, viewer(ctx), t)
	if err != nil {
		return nil, err
	}
	out := List[Reacted]{Items: []Reacted{}}
	for _, r := range list {
		out.Items = append(out.Items, Reacted{Author{r.UserID, r.Name, r.BranchName}, string(r.Kind), r.CreatedAt.UTC()})
	}
	return &Body[List[Reacted]]{out}, nil
}
