package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/spotlight"
)

// Spotlight is a document, or a page of it, that somebody holds up as an example.
type Spotlight struct {
	ID        string    `json:"id"`
	Document  Titled    `json:"document"`
	Page      int       `json:"page" doc:"0 is the whole document."`
	Version   int       `json:"version" doc:"Number of the version whose page it is; 0 for the whole document."`
	Why       string    `json:"why"`
	Audience  string    `json:"audience" doc:"company or branch:ID. Who may not see the document sees nothing of it."`
	By        Ref       `json:"by"`
	CreatedAt time.Time `json:"created_at"`
	Until     time.Time `json:"until"`
	On        bool      `json:"on" doc:"Whether it is on now."`
	Seen      bool      `json:"seen" doc:"Whether the caller has opened the document since, or said so."`
}

func spotlightOf(s *spotlight.Spotlight) Spotlight {
	return Spotlight{
		ID: s.ID, Document: Titled{s.DocumentID, s.Document.Title}, Page: s.Page, Version: s.Version, Why: s.Why, Audience: s.Audience, By: Ref{s.UserID, s.UserName},
		CreatedAt: s.CreatedAt.UTC(), Until: s.Until.UTC(), On: s.On(time.Now()), Seen: s.Seen,
	}
}

// SpotlightInput is what is said of a spotlight; on change what is left out stays.
type SpotlightInput struct {
	Why      *string    `json:"why,omitempty" doc:"One line, at most 200 characters; needed."`
	Page     *int       `json:"page,omitempty" doc:"0 is the whole document."`
	Audience *string    `json:"audience,omitempty" enum:"company,branch" doc:"branch is the caller's own; company where left out."`
	Until    *time.Time `json:"until,omitempty" doc:"At most a year ahead; four weeks where left out."`
}

func (n SpotlightInput) over(in spotlight.Input) spotlight.Input {
	set(&in.Why, n.Why)
	set(&in.Page, n.Page)
	set(&in.Audience, n.Audience)
	set(&in.Until, n.Until)
	return in
}

// spotlights declares spotlights.
func (a *API) spotlights() {
	tags := []string{"Spotlights"}
	register(a, huma.Operation{OperationID: "list-spotlights", Method: http.MethodGet, Path: "/spotlights", Summary: "List what is and was in the spotlight", Tags: tags}, a.listSpotlights)
	register(a, huma.Operation{OperationID: "get-spotlight", Method: http.MethodGet, Path: "/spotlights/{id}", Summary: "Read a spotlight", Tags: tags},
		func(ctx context.Context, in *DocumentID) (*Body[Spotlight], error) { return a.spotlight(ctx, in.ID) })
	register(a, huma.Operation{OperationID: "update-spotlight", Method: http.MethodPatch, Path: "/spotlights/{id}", Summary: "Change a spotlight", Tags: tags}, a.updateSpotlight)
	register(a, huma.Operation{OperationID: "delete-spotlight", Method: http.MethodDelete, Path: "/spotlights/{id}", Summary: "End a spotlight", Description: "It stays in the list of what was in the spotlight.", Tags: tags, DefaultStatus: 204},
		func(ctx context.Context, in *DocumentID) (*struct{}, error) {
			return nil, a.Spotlight.End(ctx, viewer(ctx), in.ID)
		})
	register(a, huma.Operation{OperationID: "see-spotlight", Method: http.MethodPut, Path: "/spotlights/{id}/seen", Summary: "Say that one has seen a spotlight", Tags: tags, DefaultStatus: 204},
		func(ctx context.Context, in *DocumentID) (*struct{}, error) {
			return nil, a.Spotlight.See(ctx, viewer(ctx), in.ID)
		})
	register(a, huma.Operation{OperationID: "document-spotlights", Method: http.MethodGet, Path: "/documents/{id}/spotlight", Summary: "List a document's spotlights that are on", Tags: tags}, a.documentSpotlights)
	register(a, huma.Operation{OperationID: "create-spotlight", Method: http.MethodPost, Path: "/documents/{id}/spotlight", Summary: "Put a document in the spotlight", Tags: tags, DefaultStatus: 201}, a.createSpotlight)
}

func (a *API) spotlight(ctx context.Context, id string) (*Body[Spotlight], error) {
	s, err := a.Spotlight.Get(ctx, viewer(ctx), id)
	if err != nil {
		return nil, err
	}
	return &Body[Spotlight]{spotlightOf(s)}, nil
}

func (a *API) listSpotlights(ctx context.Context, in *struct {
	Paging
	On     bool   `query:"on" doc:"Only what is on now."`
	Unseen bool   `query:"unseen" doc:"Only what the caller has not seen."`
	Branch string `query:"branch" doc:"Id or name of the branch of the documents."`
	Kind   string `query:"kind" enum:"approach,calculation,schedule,risk,quality,safety,reference,cv,presentation,notice,award,other"`
	Month  string `query:"month" doc:"When it began, such as 2026-11."`
},
) (*Body[List[Spotlight]], error) {
	f := spotlight.Filter{On: in.On, Unseen: in.Unseen, BranchID: in.Branch, Kind: library.Kind(in.Kind), After: in.After, Limit: in.Limit + 1}
	if in.Branch != "" {
		if err := a.branchID(ctx, &f.BranchID); err != nil {
			return nil, err
		}
	}
	if in.Month != "" {
		month, err := time.Parse("2006-01", in.Month)
		if err != nil {
			return nil, errs.Invalid("error.invalid").Field("month", "error.field.choice")
		}
		f.From, f.To = month, month.AddDate(0, 1, 0)
	}
	list, err := a.Spotlight.List(ctx, viewer(ctx), f)
	if err != nil {
		return nil, err
	}
	out := List[Spotlight]{Items: []Spotlight{}}
	if len(list) > in.Limit {
		list, out.Next = list[:in.Limit], list[in.Limit-1].ID
	}
	for _, s := range list {
		out.Items = append(out.Items, spotlightOf(s))
	}
	return &Body[List[Spotlight]]{out}, nil
}

func (a *API) documentSpotlights(ctx context.Context, in *DocumentID) (*Body[List[Spotlight]], error) {
	if _, err := a.Library.Get(ctx, viewer(ctx), in.ID); err != nil {
		return nil, err
	}
	list, err := a.Spotlight.List(ctx, viewer(ctx), spotlight.Filter{DocumentID: in.ID, On: true})
	if err != nil {
		return nil, err
	}
	out := List[Spotlight]{Items: []Spotlight{}}
	for _, s := range list {
		out.Items = append(out.Items, spotlightOf(s))
	}
	return &Body[List[Spotlight]]{out}, nil
}

func (a *API) createSpotlight(ctx context.Context, in *struct {
	DocumentID
	Body SpotlightInput
},
) (*struct {
	Location string `header:"Location"`
	Body     Spotlight
}, error,
) {
	s, err := a.Spotlight.Create(ctx, viewer(ctx), in.ID, in.Body.over(spotlight.Input{}))
	if err != nil {
		return nil, err
	}
	return &struct {
		Location string `header:"Location"`
		Body     Spotlight
	}{base + "/spotlights/" + s.ID, spotlightOf(s)}, nil
}

func (a *API) updateSpotlight(ctx context.Context, in *struct {
	DocumentID
	Body SpotlightInput
},
) (*Body[Spotlight], error) {
	s, err := a.Spotlight.Get(ctx, viewer(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	if s, err = a.Spotlight.Update(ctx, viewer(ctx), in.ID, in.Body.over(s.Input())); err != nil {
		return nil, err
	}
	return &Body[Spotlight]{spotlightOf(s)}, nil
}
