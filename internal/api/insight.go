package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/internal/insight"
	"github.com/aanpak/aanpak/internal/library"
)

// Participation is how people take part, in figures that name nobody.
type Participation struct {
	Months []ParticipationMonth `json:"months" doc:"The oldest first; a month appears when it is over."`
	Read   []RankedDocument     `json:"read" doc:"Read most, of what the caller sees and at least five people have read."`
	Reused []RankedDocument     `json:"reused" doc:"Reused most, of what the caller sees."`
}

// ParticipationMonth is a month of the ladder.
type ParticipationMonth struct {
	Month        string             `json:"month" doc:"Such as 2026-10, in the company's zone."`
	ReadersKnown bool               `json:"readers_known" doc:"Whether it is known who only read: of months that ended before this was counted it is not."`
	Rows         []ParticipationRow `json:"rows" doc:"The company first, then branches. Branches of fewer than five people count in the company alone."`
	News         *ParticipationNews `json:"news" doc:"null where it was not counted."`
}

// ParticipationNews is how far the news of a month got.
type ParticipationNews struct {
	Pieces int       `json:"pieces" doc:"Published in that month."`
	Rows   []NewsRow `json:"rows" doc:"The company first, then branches, of the same people as the ladder."`
}

// NewsRow is how much of the news the people of the company or a branch saw.
type NewsRow struct {
	Branch *Ref       `json:"branch" doc:"null is the company."`
	Cells  []NewsCell `json:"cells"`
}

// NewsCell is how many people saw some part of the news that was for them.
type NewsCell struct {
	From   string `json:"from" enum:"none,some,most" doc:"The least: none of it, less than half, half or more."`
	To     string `json:"to" enum:"none,some,most" doc:"The most. Parts are merged where there would be fewer than five people, as rungs are."`
	People int    `json:"people" doc:"0 or at least 5."`
}

// ParticipationRow is the ladder of the company or a branch.
type ParticipationRow struct {
	Branch *Ref                `json:"branch" doc:"null is the company."`
	Cells  []ParticipationCell `json:"cells"`
}

// ParticipationCell is how many people stood on some rungs.
type ParticipationCell struct {
	From   string `json:"from" enum:"none,read,react,judge,comment,answer,post,document" doc:"The lowest rung."`
	To     string `json:"to" enum:"none,read,react,judge,comment,answer,post,document" doc:"The highest rung. Rungs are merged where there would be fewer than five people on one, here or in what is left of the company."`
	People int    `json:"people" doc:"Whose highest rung of the month is one of these; 0 or at least 5."`
}

// RankedDocument is a document with what it is ranked by.
type RankedDocument struct {
	Titled
	Count int `json:"count"`
}

// DirectorTip is a small thing to do for a branch.
type DirectorTip struct {
	Key        string     `json:"key" doc:"For putting it aside."`
	Kind       string     `json:"kind" enum:"first,question,praise,spotlight,quiet"`
	Title      string     `json:"title" doc:"Of the post, document or group."`
	Person     *Ref       `json:"person" doc:"Who is to be answered or praised."`
	PostID     string     `json:"post_id" doc:"Empty where it is about no post."`
	DocumentID string     `json:"document_id" doc:"Empty where it is about no document."`
	GroupID    string     `json:"group_id" doc:"Empty where it is about no group."`
	URL        string     `json:"url" doc:"Path of the page where it is done, filled in."`
	Since      *time.Time `json:"since"`
}

// AmbassadorTask is something to do for a colleague.
type AmbassadorTask struct {
	Key     string    `json:"key"`
	Kind    string    `json:"kind" enum:"first,question,newcomer"`
	Title   string    `json:"title" doc:"Of the post; empty of a newcomer."`
	PostID  string    `json:"post_id" doc:"Empty of a newcomer."`
	Person  Ref       `json:"person"`
	Branch  string    `json:"branch"`
	URL     string    `json:"url" doc:"Path of the page where it is done."`
	Since   time.Time `json:"since"`
	Due     time.Time `json:"due"`
	Overdue bool      `json:"overdue"`
	TakenBy *Ref      `json:"taken_by"`
}

// TaskKey names a task.
type TaskKey struct {
	Key string `path:"key" doc:"Such as first:ID."`
}

// insight declares participation, the director's tips and the ambassadors' queue.
func (a *API) insight() {
	tags := []string{"Participation"}
	register(a, huma.Operation{OperationID: "get-participation", Method: http.MethodGet, Path: "/participation", Summary: "Read how people take part", Description: "For ambassadors, editors, managers, HR and administrators. Nothing in it, nor in its differences, is a group of fewer than five people.", Tags: tags}, a.participation)
	register(a, huma.Operation{OperationID: "list-director-tips", Method: http.MethodGet, Path: "/director", Summary: "List what a director can do in five minutes", Description: "For managers of a branch and administrators.", Tags: tags}, a.directorTips)
	register(a, huma.Operation{OperationID: "put-director-aside", Method: http.MethodPut, Path: "/director/{key}/aside", Summary: "Put a tip aside for a month", Tags: tags, DefaultStatus: 204},
		func(ctx context.Context, in *TaskKey) (*struct{}, error) {
			return nil, a.Insight.PutAside(ctx, viewer(ctx), in.Key)
		})
	register(a, huma.Operation{OperationID: "list-ambassador-tasks", Method: http.MethodGet, Path: "/ambassador", Summary: "List who is to be answered and welcomed", Description: "For ambassadors and administrators. What was answered leaves the list by itself.", Tags: tags}, a.ambassadorTasks)
	register(a, huma.Operation{OperationID: "put-task-taken", Method: http.MethodPut, Path: "/ambassador/{key}/taken", Summary: "Take a task", Tags: tags, DefaultStatus: 204},
		func(ctx context.Context, in *TaskKey) (*struct{}, error) {
			return nil, a.Insight.Take(ctx, viewer(ctx), in.Key)
		})
	register(a, huma.Operation{OperationID: "delete-task-taken", Method: http.MethodDelete, Path: "/ambassador/{key}/taken", Summary: "Give a task back to all", Tags: tags, DefaultStatus: 204},
		func(ctx context.Context, in *TaskKey) (*struct{}, error) {
			return nil, a.Insight.LetGo(ctx, viewer(ctx), in.Key)
		})
	register(a, huma.Operation{OperationID: "put-task-done", Method: http.MethodPut, Path: "/ambassador/{key}/done", Summary: "Say that a task is done", Tags: tags, DefaultStatus: 204},
		func(ctx context.Context, in *TaskKey) (*struct{}, error) {
			return nil, a.Insight.Done(ctx, viewer(ctx), in.Key)
		})
	register(a, huma.Operation{OperationID: "put-task-handed", Method: http.MethodPut, Path: "/ambassador/{key}/handed", Summary: "Hand a task to another ambassador", Description: "Who sees what it is about, and hears of it.", Tags: tags, DefaultStatus: 204},
		func(ctx context.Context, in *struct {
			TaskKey
			Body struct {
				To string `json:"to" doc:"Id of an ambassador."`
			}
		},
		) (*struct{}, error) {
			return nil, a.Insight.Hand(ctx, viewer(ctx), in.Key, in.Body.To)
		})
	a.nullable("ParticipationRow", "branch")
	a.nullable("ParticipationMonth", "news")
	a.nullable("NewsRow", "branch")
	a.nullable("DirectorTip", "person")
	a.nullable("AmbassadorTask", "taken_by")
}

func (a *API) participation(ctx context.Context, _ *struct{}) (*Body[Participation], error) {
	found, err := a.Insight.Participation(ctx, viewer(ctx))
	if err != nil {
		return nil, err
	}
	out := Participation{
		Months: []ParticipationMonth{}, Read: rankedOf(found.Read, func(d *library.Document) int { return d.Reads }),
		Reused: rankedOf(found.Reused, func(d *library.Document) int { return d.Reused }),
	}
	for _, m := range found.Months {
		month := ParticipationMonth{Month: m.Name, ReadersKnown: m.Readers, Rows: []ParticipationRow{}}
		for _, r := range m.Rows {
			row := ParticipationRow{Cells: []ParticipationCell{}}
			if r.Branch != "" {
				row.Branch = &Ref{r.Branch, found.Branches[r.Branch]}
			}
			for _, c := range r.Cells {
				row.Cells = append(row.Cells, ParticipationCell{c.From.String(), c.To.String(), c.People})
			}
			month.Rows = append(month.Rows, row)
		}
		month.News = newsOf(m.News, found.Branches)
		out.Months = append(out.Months, month)
	}
	return &Body[Participation]{out}, nil
}

func newsOf(n *insight.News, names map[string]string) *ParticipationNews {
	if n == nil {
		return nil
	}
	out := &ParticipationNews{Pieces: n.Pieces, Rows: []NewsRow{}}
	for _, r := range n.Rows {
		row := NewsRow{Cells: []NewsCell{}}
		if r.Branch != "" {
			row.Branch = &Ref{r.Branch, names[r.Branch]}
		}
		for _, c := range r.Cells {
			row.Cells = append(row.Cells, NewsCell{insight.NewsName(insight.Cell{From: c.From, To: c.From}), insight.NewsName(insight.Cell{From: c.To, To: c.To}), c.People})
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

func rankedOf(list []*library.Document, by func(*library.Document) int) []RankedDocument {
	out := []RankedDocument{}
	for _, d := range list {
		out = append(out, RankedDocument{Titled{d.ID, d.Title}, by(d)})
	}
	return out
}

func (a *API) directorTips(ctx context.Context, _ *struct{}) (*Body[List[DirectorTip]], error) {
	list, err := a.Insight.Tips(ctx, viewer(ctx))
	if err != nil {
		return nil, err
	}
	out := List[DirectorTip]{Items: []DirectorTip{}}
	for _, t := range list {
		x := DirectorTip{Key: t.Key, Kind: string(t.Kind), Title: t.Title, PostID: t.PostID, GroupID: t.GroupID, URL: t.Path(localizer(request(ctx)))}
		if t.Person.ID != "" {
			x.Person = &Ref{t.Person.ID, t.Person.Name}
		}
		if t.Document != nil {
			x.DocumentID = t.Document.ID
		}
		if !t.At.IsZero() {
			at := t.At.UTC()
			x.Since = &at
		}
		out.Items = append(out.Items, x)
	}
	return &Body[List[DirectorTip]]{out}, nil
}

func (a *API) ambassadorTasks(ctx context.Context, _ *struct{}) (*Body[List[AmbassadorTask]], error) {
	list, err := a.Insight.Queue(ctx, viewer(ctx))
	if err != nil {
		return nil, err
	}
	now, l := a.Insight.Now(), localizer(request(ctx))
	out := List[AmbassadorTask]{Items: []AmbassadorTask{}}
	for _, t := range list {
		out.Items = append(out.Items, taskOf(t, now, l))
	}
	return &Body[List[AmbassadorTask]]{out}, nil
}

func taskOf(t *insight.Task, now time.Time, l *i18n.Localizer) AmbassadorTask {
	x := AmbassadorTask{
		Key: t.Key, Kind: string(t.Kind), Title: t.Title, PostID: t.PostID, Person: Ref{t.Person.ID, t.Person.Name}, Branch: t.Person.Branch,
		URL: t.Welcome(l), Since: t.Since.UTC(), Due: t.Due.UTC(), Overdue: t.Overdue(now),
	}
	if t.TakenBy != "" {
		x.TakenBy = &Ref{t.TakenBy, t.TakenName}
	}
	return x
}
