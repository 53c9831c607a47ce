package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/aanpak/aanpak/internal/opening"
)

// Opening is when the company opens.
type Opening struct {
	At   time.Time `json:"at,omitzero" doc:"Left out: it is open."`
	Open bool      `json:"open" doc:"Whether the moment has come."`
	Text string    `json:"text" doc:"Markdown, read while waiting and in the tour."`
	Film string    `json:"film" doc:"Id of a document that is a film; empty is none."`
}

// OpeningInput plans it.
type OpeningInput struct {
	At   time.Time `json:"at,omitzero" doc:"In whole minutes. Left out: it is open for everybody."`
	Text string    `json:"text,omitempty"`
	Film string    `json:"film,omitempty" doc:"Id of a video of the library that is for the whole company."`
}

func (a *API) opening() {
	op := func(id, method, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: "/opening", Summary: summary, Tags: []string{"Company"}}
	}
	register(a, op("get-opening", http.MethodGet, "Read when the company opens. Until then members are answered 403 by everything else"),
		func(ctx context.Context, _ *struct{}) (*Body[Opening], error) { return a.readOpening(ctx) })
	register(a, op("put-opening", http.MethodPut, "Plan when the company opens, as an administrator"),
		func(ctx context.Context, in *Body[OpeningInput]) (*Body[Opening], error) {
			if err := a.Opening.Set(ctx, viewer(ctx), opening.Plan{At: in.Body.At, Text: in.Body.Text, Film: in.Body.Film}); err != nil {
				return nil, err
			}
			return a.readOpening(ctx)
		})
}

func (a *API) readOpening(ctx context.Context) (*Body[Opening], error) {
	p, err := a.Opening.Plan(ctx)
	return &Body[Opening]{Opening{At: p.At, Open: p.Over, Text: p.Text, Film: p.Film}}, err
}
