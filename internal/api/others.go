package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/tenders"
)

// Branch is a regional office.
type Branch struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Place  string `json:"place"`
	People int    `json:"people"`
}

// others declares people, branches and tenders.
func (a *API) others() {
	register(a, huma.Operation{OperationID: "get-me", Method: http.MethodGet, Path: "/me", Summary: "Read who is signed in", Tags: []string{"People"}},
		func(ctx context.Context, _ *struct{}) (*Body[User], error) {
			return a.user(ctx, viewer(ctx).UserID)
		})
	register(a, huma.Operation{OperationID: "list-users", Method: http.MethodGet, Path: "/users", Summary: "List colleagues", Tags: []string{"People"}},
		func(ctx context.Context, in *struct {
			Paging
			Q      string `query:"q" doc:"Part of a name or function. GET /search with type=person finds people by expertise, place and tender too."`
			Branch string `query:"branch" doc:"Id or name."`
		},
		) (*Body[List[User]], error) {
			if err := a.branchID(ctx, &in.Branch); err != nil {
				return nil, err
			}
			list, err := a.People.Users(ctx, viewer(ctx), people.UserFilter{Query: in.Q, BranchID: in.Branch, After: in.After, Limit: in.Limit + 1})
			if err != nil {
				return nil, err
			}
			out := List[User]{Items: []User{}}
			if len(list) > in.Limit {
				list, out.Next = list[:in.Limit], list[in.Limit-1].ID
			}
			for _, u := range list {
				out.Items = append(out.Items, userOf(u))
			}
			return &Body[List[User]]{out}, nil
		})
	register(a, huma.Operation{OperationID: "get-user", Method: http.MethodGet, Path: "/users/{id}", Summary: "Read a colleague", Tags: []string{"People"}},
		func(ctx context.Context, in *DocumentID) (*Body[User], error) {
			return a.user(ctx, in.ID)
		})
	a.profiles()
	register(a, huma.Operation{OperationID: "list-branches", Method: http.MethodGet, Path: "/branches", Summary: "List branches", Tags: []string{"People"}},
		func(ctx context.Context, _ *struct{}) (*Body[List[Branch]], error) {
			list, err := a.People.CountedBranches(ctx, viewer(ctx))
			if err != nil {
				return nil, err
			}
			out := List[Branch]{Items: []Branch{}}
			for _, b := range list {
				out.Items = append(out.Items, Branch{b.ID, b.Name, b.Place, b.People})
			}
			return &Body[List[Branch]]{out}, nil
		})
	a.tenders()
}

// Tender is a selection.
type Tender struct {
	ID        string     `json:"id"`
	Reference string     `json:"reference"`
	Title     string     `json:"title"`
	Client    string     `json:"client"`
	Place     string     `json:"place"`
	Branch    Ref        `json:"branch"`
	Year      int        `json:"year"`
	Work      string     `json:"work" doc:"Kind of work."`
	Procedure string     `json:"procedure"`
	Value     int64      `json:"value" doc:"Whole euros; 0 where unknown."`
	Outcome   string     `json:"outcome" enum:"open,submitted,won,lost,withdrawn"`
	Score     float64    `json:"score" doc:"0 to 10; 0 where unknown."`
	SubmitAt  *time.Time `json:"submit_at"`
	Summary   string     `json:"summary"`
	CreatedAt time.Time  `json:"created_at"`
	UpdatedAt time.Time  `json:"updated_at"`
}

func tenderOf(t *tenders.Tender) Tender {
	out := Tender{
		ID: t.ID, Reference: t.Reference, Title: t.Title, Client: t.Client, Place: t.Place, Branch: Ref{t.BranchID, t.BranchName}, Year: t.Year, Work: t.Work,
		Procedure: t.Procedure, Value: t.Value, Outcome: string(t.Outcome), Score: t.Score, Summary: t.Summary, CreatedAt: t.CreatedAt.UTC(), UpdatedAt: t.UpdatedAt.UTC(),
	}
	if !t.SubmitAt.IsZero() {
		at := t.SubmitAt.UTC()
		out.SubmitAt = &at
	}
	return out
}

// TenderInput is what is written of a tender; on change what is left out stays.
type TenderInput struct {
	Reference *string    `json:"reference,omitempty"`
	Title     *string    `json:"title,omitempty"`
	Client    *string    `json:"client,omitempty"`
	Place     *string    `json:"place,omitempty"`
	Branch    *string    `json:"branch,omitempty" doc:"Id or name; default: the caller's."`
	Year      *int       `json:"year,omitempty"`
	Work      *string    `json:"work,omitempty"`
	Procedure *string    `json:"procedure,omitempty"`
	Value     *int64     `json:"value,omitempty"`
	Outcome   *string    `json:"outcome,omitempty"`
	Score     *float64   `json:"score,omitempty"`
	SubmitAt  *time.Time `json:"submit_at,omitempty"`
	Summary   *string    `json:"summary,omitempty"`
}

// over writes what is there over what was.
func (n TenderInput) over(in tenders.Input) tenders.Input {
	set(&in.Reference, n.Reference)
	set(&in.Title, n.Title)
	set(&in.Client, n.Client)
	set(&in.Place, n.Place)
	set(&in.BranchID, n.Branch)
	set(&in.Year, n.Year)
	set(&in.Work, n.Work)
	set(&in.Procedure, n.Procedure)
	set(&in.Value, n.Value)
	set(&in.Outcome, (*tenders.Outcome)(n.Outcome))
	set(&in.Score, n.Score)
	set(&in.SubmitAt, n.SubmitAt)
	set(&in.Summary, n.Summary)
	return in
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

func (a *API) tenders() {
	register(a, huma.Operation{OperationID: "list-tenders", Method: http.MethodGet, Path: "/tenders", Summary: "List tenders", Tags: []string{"Tenders"}},
		func(ctx context.Context, in *struct {
			Paging
			Q       string `query:"q" doc:"Part of title, reference, client or place."`
			Branch  string `query:"branch" doc:"Id or name."`
			Outcome string `query:"outcome"`
			Client  string `query:"client"`
			Year    int    `query:"year"`
		},
		) (*Body[List[Tender]], error) {
			if err := a.branchID(ctx, &in.Branch); err != nil {
				return nil, err
			}
			list, err := a.Tenders.List(ctx, viewer(ctx), tenders.Filter{
				Query: in.Q, BranchID: in.Branch, Outcome: tenders.Outcome(in.Outcome), Client: in.Client, Year: in.Year, After: in.After, Limit: in.Limit + 1,
			})
			if err != nil {
				return nil, err
			}
			out := List[Tender]{Items: []Tender{}}
			if len(list) > in.Limit {
				list, out.Next = list[:in.Limit], list[in.Limit-1].ID
			}
			for _, t := range list {
				out.Items = append(out.Items, tenderOf(t))
			}
			return &Body[List[Tender]]{out}, nil
		})
	register(a, huma.Operation{OperationID: "create-tender", Method: http.MethodPost, Path: "/tenders", Summary: "Add a tender", Tags: []string{"Tenders"}, DefaultStatus: 201},
		func(ctx context.Context, in *struct{ Body TenderInput }) (*struct {
			Location string `header:"Location"`
			Body     Tender
		}, error,
		) {
			if err := a.branchID(ctx, in.Body.Branch); err != nil {
				return nil, err
			}
			t, err := a.Tenders.Create(ctx, viewer(ctx), in.Body.over(tenders.Input{Year: time.Now().Year()}))
			if err != nil {
				return nil, err
			}
			return &struct {
				Location string `header:"Location"`
				Body     Tender
			}{base + "/tenders/" + t.ID, tenderOf(t)}, nil
		})
	register(a, huma.Operation{OperationID: "get-tender", Method: http.MethodGet, Path: "/tenders/{id}", Summary: "Read a tender", Tags: []string{"Tenders"}},
		func(ctx context.Context, in *DocumentID) (*Body[Tender], error) {
			t, err := a.Tenders.Get(ctx, viewer(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			return &Body[Tender]{tenderOf(t)}, nil
		})
	register(a, huma.Operation{OperationID: "update-tender", Method: http.MethodPatch, Path: "/tenders/{id}", Summary: "Change a tender", Tags: []string{"Tenders"}},
		func(ctx context.Context, in *struct {
			DocumentID
			Body TenderInput
		},
		) (*Body[Tender], error) {
			if err := a.branchID(ctx, in.Body.Branch); err != nil {
				return nil, err
			}
			t, err := a.Tenders.Get(ctx, viewer(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			if t, err = a.Tenders.Update(ctx, viewer(ctx), in.ID, in.Body.over(t.Input())); err != nil {
				return nil, err
			}
			return &Body[Tender]{tenderOf(t)}, nil
		})
}
