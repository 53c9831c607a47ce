package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/aanpak/aanpak/internal/reuse"
)

// Use is that somebody used a document, or a page of it, in a tender or outside any.
type Use struct {
	By        Ref        `json:"by"`
	Page      int        `json:"page" doc:"0 is the document as a whole."`
	Tender    *UseTender `json:"tender" doc:"null where it was used outside any."`
	CreatedAt time.Time  `json:"created_at"`
}

// UseTender is a tender that a document was used in, as it is now.
type UseTender struct {
	ID        string  `json:"id"`
	Reference string  `json:"reference"`
	Title     string  `json:"title"`
	Client    string  `json:"client"`
	Outcome   string  `json:"outcome"`
	Score     float64 `json:"score"`
}

// Uses is where a document was used.
type Uses struct {
	Times int    `json:"times" doc:"The tenders that it was used in, and the others who used it outside any."`
	Items []Use  `json:"items"`
	Next  string `json:"next" doc:"Always empty: these are all."`
}

// UseInput is what is said of a use.
type UseInput struct {
	TenderID string `json:"tender_id,omitempty" doc:"Of the caller's branch, or whose team they are on; empty: outside any."`
	Page     int    `json:"page,omitempty" minimum:"0" doc:"0 is the document as a whole."`
}

func usesOf(list []*reuse.Use) Uses {
	out := Uses{Times: reuse.Sum(list).Times(), Items: []Use{}}
	for _, u := range list {
		x := Use{By: Ref{u.UserID, u.UserName}, Page: u.Page, CreatedAt: u.CreatedAt.UTC()}
		if u.TenderID != "" {
			x.Tender = &UseTender{u.TenderID, u.Reference, u.Tender, u.Client, string(u.Outcome), u.Score}
		}
		out.Items = append(out.Items, x)
	}
	return out
}

// Outdated is what colleagues say of a document as it is now.
type Outdated struct {
	Items      []OutdatedMark `json:"items" doc:"What nobody has answered yet."`
	AnsweredAt *time.Time     `json:"answered_at" doc:"When the owner last said that it is still right; null where that never was."`
	AnsweredBy *Ref           `json:"answered_by"`
}

// OutdatedMark is what one colleague says.
type OutdatedMark struct {
	By        Ref       `json:"by"`
	Why       string    `json:"why"`
	CreatedAt time.Time `json:"created_at"`
}

// reuse declares where documents were used, and who says that they are outdated.
func (a *API) reuse() {
	tags := []string{"Reuse"}
	register(a, huma.Operation{OperationID: "list-uses", Method: http.MethodGet, Path: "/documents/{id}/uses", Summary: "List where a document was used", Tags: tags},
		func(ctx context.Context, in *DocumentID) (*Body[Uses], error) { return a.uses(ctx, in.ID) })
	register(a, huma.Operation{OperationID: "use-document", Method: http.MethodPost, Path: "/documents/{id}/uses", Summary: "Say that one used a document", Description: "Saying it twice is no mistake.", Tags: tags},
		func(ctx context.Context, in *struct {
			DocumentID
			Body UseInput
		},
		) (*Body[Uses], error) {
			if err := a.Reuse.Use(ctx, viewer(ctx), in.ID, reuse.Input{TenderID: in.Body.TenderID, Page: in.Body.Page}); err != nil {
				return nil, err
			}
			return a.uses(ctx, in.ID)
		})
	register(a, huma.Operation{OperationID: "undo-use", Method: http.MethodDelete, Path: "/documents/{id}/uses", Summary: "Take back that one used a document", Tags: tags, DefaultStatus: 204},
		func(ctx context.Context, in *struct {
			DocumentID
			TenderID string `query:"tender_id"`
			Page     int    `query:"page" minimum:"0"`
		},
		) (*struct{}, error) {
			return nil, a.Reuse.Undo(ctx, viewer(ctx), in.ID, reuse.Input{TenderID: in.TenderID, Page: in.Page})
		})
	register(a, huma.Operation{OperationID: "list-made-with", Method: http.MethodGet, Path: "/tenders/{id}/made-with", Summary: "List the documents that a tender was made with", Tags: tags}, a.madeWith)
	register(a, huma.Operation{OperationID: "list-reused", Method: http.MethodGet, Path: "/users/{id}/reused", Summary: "List somebody's documents that others used", Tags: tags}, a.reused)
	register(a, huma.Operation{OperationID: "get-outdated", Method: http.MethodGet, Path: "/documents/{id}/outdated", Summary: "Read who says that a document is outdated", Tags: tags},
		func(ctx context.Context, in *DocumentID) (*Body[Outdated], error) { return a.outdated(ctx, in.ID) })
	register(a, huma.Operation{OperationID: "mark-outdated", Method: http.MethodPut, Path: "/documents/{id}/outdated", Summary: "Say that a document is outdated", Tags: tags},
		func(ctx context.Context, in *struct {
			DocumentID
			Body struct {
				Why string `json:"why,omitempty" doc:"One line, at most 200 characters."`
			}
		},
		) (*Body[Outdated], error) {
			if err := a.Reuse.MarkOutdated(ctx, viewer(ctx), in.ID, in.Body.Why); err != nil {
				return nil, err
			}
			return a.outdated(ctx, in.ID)
		})
	register(a, huma.Operation{OperationID: "unmark-outdated", Method: http.MethodDelete, Path: "/documents/{id}/outdated", Summary: "Take back that a document is outdated", Tags: tags, DefaultStatus: 204},
		func(ctx context.Context, in *DocumentID) (*struct{}, error) {
			return nil, a.Reuse.UnmarkOutdated(ctx, viewer(ctx), in.ID)
		})
	register(a, huma.Operation{OperationID: "still-right", Method: http.MethodPost, Path: "/documents/{id}/outdated/answer", Summary: "Say that a document is still right", Tags: tags, DefaultStatus: 204},
		func(ctx context.Context, in *DocumentID) (*struct{}, error) {
			return nil, a.Reuse.StillRight(ctx, viewer(ctx), in.ID)
		})
}

func (a *API) uses(ctx context.Context, id string) (*Body[Uses], error) {
	list, err := a.Reuse.Of(ctx, viewer(ctx), id)
	if err != nil {
		return nil, err
	}
	return &Body[Uses]{usesOf(list)}, nil
}

// Made is a document with what it was used for.
type Made struct {
	Document Titled `json:"document"`
	Owner    Ref    `json:"owner"`
	Uses
}

func madeOf(list []reuse.Made) *Body[List[Made]] {
	out := List[Made]{Items: []Made{}}
	for _, m := range list {
		out.Items = append(out.Items, Made{Titled{m.Document.ID, m.Document.Title}, Ref{m.Document.OwnerID, m.Document.OwnerName}, usesOf(m.Uses)})
	}
	return &Body[List[Made]]{out}
}

func (a *API) madeWith(ctx context.Context, in *DocumentID) (*Body[List[Made]], error) {
	list, err := a.Reuse.Made(ctx, viewer(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return madeOf(list), nil
}

func (a *API) reused(ctx context.Context, in *DocumentID) (*Body[List[Made]], error) {
	u, err := a.People.User(ctx, viewer(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	list, err := a.Reuse.ByOthers(ctx, viewer(ctx), u.ID)
	if err != nil {
		return nil, err
	}
	return madeOf(list), nil
}

func (a *API) outdated(ctx context.Context, id string) (*Body[Outdated], error) {
	d, err := a.Library.Get(ctx, viewer(ctx), id)
	if err != nil {
		return nil, err
	}
	said, err := a.Reuse.Outdated(ctx, d)
	if err != nil {
		return nil, err
	}
	out := Outdated{Items: []OutdatedMark{}}
	for _, m := range said.Open {
		out.Items = append(out.Items, OutdatedMark{Ref{m.UserID, m.UserName}, m.Why, m.CreatedAt.UTC()})
	}
	if m := said.Answered; m != nil {
		at := m.AnsweredAt.UTC()
		out.AnsweredAt, out.AnsweredBy = &at, &Ref{m.AnsweredBy, m.AnswerName}
	}
	return &Body[Outdated]{out}, nil
}
