package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/aanpak/aanpak/internal/social"
)

// ReportInput is why somebody reports a post or comment.
type ReportInput struct {
	Reason string `json:"reason" enum:"unkind,private,false,elsewhere,other"`
	Note   string `json:"note,omitempty" doc:"One line."`
}

// Report is that somebody reported a post or comment, with what it said then.
type Report struct {
	ID        string    `json:"id"`
	By        Ref       `json:"by" doc:"Empty where the word list held it back."`
	Reason    string    `json:"reason" enum:"unkind,private,false,elsewhere,other,words"`
	Note      string    `json:"note"`
	Title     string    `json:"title"`
	Body      string    `json:"body" doc:"Markdown, as it was when it was reported."`
	CreatedAt time.Time `json:"created_at"`
	Outcome   string    `json:"outcome" enum:",left,hidden,restored" doc:"Empty while it is open."`
	Why       string    `json:"why" doc:"Of the outcome."`
}

// Case is a post or comment that was reported.
type Case struct {
	ID         string   `json:"id"`
	Target     string   `json:"target" doc:"post:ID or comment:ID."`
	Post       string   `json:"post" doc:"Id of the post that it is, or is on."`
	Author     Ref      `json:"author"`
	State      string   `json:"state" enum:"published,hidden,deleted"`
	Open       bool     `json:"open"`
	CanSuspend bool     `json:"can_suspend" doc:"Whether the caller may suspend the author."`
	Reports    []Report `json:"reports"`
}

func caseOf(c *social.Case) Case {
	out := Case{c.ID, string(c.Target), c.PostID, Ref(c.Author), string(c.State), c.Open, c.CanSuspend, []Report{}}
	for _, r := range c.Reports {
		out.Reports = append(out.Reports, Report{
			r.ID, Ref{r.ReporterID, r.ReporterName}, string(r.Reason), r.Note, r.Title, r.Body, r.CreatedAt.UTC(), string(r.Outcome), r.Why,
		})
	}
	return out
}

// Suspension is that somebody may say nothing until a time.
type Suspension struct {
	User  Ref       `json:"user"`
	By    Ref       `json:"by"`
	Why   string    `json:"why"`
	Until time.Time `json:"until"`
}

// CaseInput is what is decided on a case.
type CaseInput struct {
	Act   string    `json:"act" enum:"leave,hide,restore,warn,suspend" doc:"The first three are about the thing and close its reports; the others are about its author."`
	Why   string    `json:"why,omitempty" doc:"The author reads it; needed to hide, warn and suspend."`
	Until time.Time `json:"until,omitzero" doc:"Of a suspension; at most a year ahead."`
}

// moderation declares reports and what is decided on them.
func (a *API) moderation() {
	tags := []string{"Moderation"}
	once := "Everybody reports a thing once; doing it again changes nothing. The author does not hear who did."
	register(a, huma.Operation{OperationID: "report-post", Method: http.MethodPost, Path: "/posts/{id}/reports", Summary: "Report a post", Description: once, Tags: tags, DefaultStatus: 204}, a.reportPost)
	register(a, huma.Operation{OperationID: "report-comment", Method: http.MethodPost, Path: "/comments/{id}/reports", Summary: "Report a comment", Description: once, Tags: tags, DefaultStatus: 204}, a.reportComment)
	register(a, huma.Operation{OperationID: "list-cases", Method: http.MethodGet, Path: "/moderation", Summary: "List what was reported and the caller decides on", Tags: tags}, a.listCases)
	register(a, huma.Operation{OperationID: "decide-case", Method: http.MethodPatch, Path: "/moderation/{id}", Summary: "Decide on what was reported", Tags: tags}, a.decideCase)
	register(a, huma.Operation{OperationID: "list-suspensions", Method: http.MethodGet, Path: "/moderation/suspensions", Summary: "List who is suspended", Tags: tags}, a.listSuspensions)
	register(a, huma.Operation{OperationID: "lift-suspension", Method: http.MethodDelete, Path: "/moderation/suspensions/{user}", Summary: "End a suspension", Tags: tags, DefaultStatus: 204}, a.liftSuspension)
}

func (a *API) reportPost(ctx context.Context, in *struct {
	DocumentID
	Body ReportInput
},
) (*struct{}, error) {
	return nil, a.Social.ReportPost(ctx, viewer(ctx), in.ID, social.Complaint{Reason: social.Reason(in.Body.Reason), Note: in.Body.Note})
}

func (a *API) reportComment(ctx context.Context, in *struct {
	DocumentID
	Body ReportInput
},
) (*struct{}, error) {
	return nil, a.Social.ReportComment(ctx, viewer(ctx), in.ID, social.Complaint{Reason: social.Reason(in.Body.Reason), Note: in.Body.Note})
}

func (a *API) listCases(ctx context.Context, in *struct {
	State string `query:"state" enum:"open,closed" default:"open" doc:"Open ones come oldest first, closed ones latest first; of both the first two hundred reports."`
},
) (*Body[List[Case]], error) {
	list, err := a.Social.Cases(ctx, viewer(ctx), in.State != "closed")
	if err != nil {
		return nil, err
	}
	out := List[Case]{Items: []Case{}}
	for _, c := range list {
		out.Items = append(out.Items, caseOf(c))
	}
	return &Body[List[Case]]{out}, nil
}

func (a *API) decideCase(ctx context.Context, in *struct {
	DocumentID
	Body CaseInput
},
) (*Body[Case], error) {
	err := a.Social.Decide(ctx, viewer(ctx), in.ID, social.Decision{Act: social.Act(in.Body.Act), Why: in.Body.Why, Until: in.Body.Until})
	if err != nil {
		return nil, err
	}
	c, err := a.Social.Case(ctx, viewer(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &Body[Case]{caseOf(c)}, nil
}

func (a *API) listSuspensions(ctx context.Context, _ *struct{}) (*Body[List[Suspension]], error) {
	list, err := a.Social.Suspensions(ctx, viewer(ctx))
	if err != nil {
		return nil, err
	}
	out := List[Suspension]{Items: []Suspension{}}
	for _, x := range list {
		out.Items = append(out.Items, Suspension{Ref{x.UserID, x.Name}, Ref{x.ByID, x.ByName}, x.Why, x.Until.UTC()})
	}
	return &Body[List[Suspension]]{out}, nil
}

func (a *API) liftSuspension(ctx context.Context, in *struct {
	User string `path:"user" doc:"Id of a person."`
},
) (*struct{}, error) {
	return nil, a.Social.Lift(ctx, viewer(ctx), in.User)
}
