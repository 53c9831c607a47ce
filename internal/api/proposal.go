package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/aanpak/aanpak/internal/social"
)

// Proposal is a post that the caller's own work suggests: POST /posts with its post publishes it.
type Proposal struct {
	What  string       `json:"what" enum:"submitted,won,lost,added" doc:"What happened: how a tender went on, or documents that the caller added."`
	About string       `json:"about" doc:"tender:ID; empty for documents."`
	Post  ProposedPost `json:"post"`
}

// ProposedPost is what the post would say, in the language of the request.
type ProposedPost struct {
	Body     string      `json:"body"`
	Audience string      `json:"audience"`
	Cards    []CardInput `json:"cards"`
}

// AsideInput names a proposal that is not wanted.
type AsideInput struct {
	What  string `json:"what" enum:"submitted,won,lost,added"`
	About string `json:"about,omitempty" doc:"tender:ID, as the proposal has it; empty for what was added until now."`
}

func (a *API) proposals() {
	register(a, huma.Operation{
		OperationID: "list-proposals", Method: http.MethodGet, Path: "/proposals", Tags: []string{"Posts"},
		Summary: "List posts that one's own work suggests: a tender submitted, won or lost, documents added. Nobody else sees them",
	}, a.listProposals)
	register(a, done(huma.Operation{
		OperationID: "put-proposal-aside", Method: http.MethodPost, Path: "/proposals/aside", Tags: []string{"Posts"}, Summary: "Put a proposal aside, for good",
	}), func(ctx context.Context, in *Body[AsideInput]) (*struct{}, error) {
		return nil, a.Social.PutAside(ctx, viewer(ctx), social.Target(in.Body.About), social.Happening(in.Body.What))
	})
}

func (a *API) listProposals(ctx context.Context, _ *struct{}) (*Body[List[Proposal]], error) {
	v, l := viewer(ctx), localizer(request(ctx))
	list, err := a.Social.Proposals(ctx, v)
	if err != nil {
		return nil, err
	}
	out := List[Proposal]{Items: []Proposal{}}
	for _, x := range list {
		p := Proposal{What: string(x.What), About: string(x.About()), Post: ProposedPost{Audience: x.Audience, Cards: []CardInput{}}}
		if p.Post.Body, err = a.Social.Text(ctx, v, l, x); err != nil {
			return nil, err
		}
		for _, c := range x.Cards() {
			p.Post.Cards = append(p.Post.Cards, CardInput{Target: string(c.Target), Page: c.Page})
		}
		out.Items = append(out.Items, p)
	}
	return &Body[List[Proposal]]{out}, nil
}
