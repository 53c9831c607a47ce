package insight

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/people"
)

// TaskKind is what is to be done.
type TaskKind string

// The kinds of tasks.
const (
	First    TaskKind = "first"    // answer who said something for the first time
	Question TaskKind = "question" // see that a question is answered
	Newcomer TaskKind = "newcomer" // welcome a new colleague
)

// newcomerDays is for how long somebody is new. In a company's own first newcomerDays nobody is: then everybody would be.
const newcomerDays = 30

// dueDays is how many working days there are for a task.
const dueDays = 2

// Task is something that an ambassador does for a colleague.
type Task struct {
	Key        string // "first:ID"
	Kind       TaskKind
	Title      string // of the post; empty of a newcomer
	PostID     string // empty of a newcomer
	Person     Person // who said it, or is new
	Own        bool   // is of the viewer's branch
	Since, Due time.Time
	TakenBy    string // id; empty = nobody
	TakenName  string
}

// Overdue tells whether its time is over.
func (t *Task) Overdue(now time.Time) bool { return t.Due.Before(now) }

// taken is who took a task, or said that it is done.
type taken struct {
	bun.BaseModel `bun:"table:welcome_tasks,alias:wt"`

	Task    string `bun:",pk"`
	TakenBy string
	DoneBy  string
	At      time.Time
}

// Queue returns what is to be done, of what the viewer sees: what is overdue first, then what is of their branch, then what is due first. What
// somebody answered, commented on or welcomed is not in it any more.
func (s *Service) Queue(ctx context.Context, v auth.Viewer) (list []*Task, err error) {
	if err := CanWelcome(v); err != nil {
		return nil, err
	}
	v.Grants = nil
	for _, find := range []func(context.Context, auth.Viewer) ([]*Task, error){s.firsts, s.questions, s.newcomers} {
		found, err := find(ctx, v)
		if err != nil {
			return nil, err
		}
		for _, t := range found {
			if !slices.ContainsFunc(list, t.covered) {
				list = append(list, t)
			}
		}
	}
	if list, err = s.withTaken(ctx, list); err != nil {
		return nil, err
	}
	now := s.Now()
	slices.SortFunc(list, func(a, b *Task) int {
		return cmp.Or(rank(b.Overdue(now))-rank(a.Overdue(now)), rank(b.Own)-rank(a.Own), a.Due.Compare(b.Due), strings.Compare(a.Key, b.Key))
	})
	return list, nil
}

// covered tells whether another task asks for the same: a first post that is a question, or who is new and said something.
func (t *Task) covered(by *Task) bool {
	if t.Kind == Newcomer {
		return by.Kind == First && by.Person.ID == t.Person.ID
	}
	return by.PostID == t.PostID
}

func rank(on bool) int {
	if on {
		return 1
	}
	return 0
}

func (s *Service) firsts(ctx context.Context, v auth.Viewer) ([]*Task, error) {
	return s.postTasks(ctx, v, First, 0, s.posts(v, s.Now().AddDate(0, 0, -firstDays)).Apply(isFirst).Apply(unanswered))
}

func (s *Service) questions(ctx context.Context, v auth.Viewer) ([]*Task, error) {
	return s.postTasks(ctx, v, Question, answerWithin, s.posts(v, s.Now().AddDate(0, 0, -questionDays)).Apply(isQuestion(s.Now())).Apply(unanswered))
}

// postTasks makes tasks of posts. Their time begins some while after they were published.
func (s *Service) postTasks(ctx context.Context, v auth.Viewer, kind TaskKind, after time.Duration, q *bun.SelectQuery) (list []*Task, err error) {
	var ids []string
	if err := q.Scan(ctx, &ids); err != nil {
		return nil, scan("queue", err)
	}
	found, err := s.load(ctx, v, ids)
	if err != nil {
		return nil, err
	}
	branches, err := s.People.Branches(ctx, v)
	own := ""
	for _, b := range branches {
		if b.ID == v.BranchID {
			own = b.Name
		}
	}
	for _, p := range found {
		list = append(list, &Task{
			Key: key(string(kind), p.ID), Kind: kind, Title: p.title, PostID: p.ID, Person: Person{p.AuthorID, p.AuthorName, p.AuthorPhoto, p.AuthorBranch},
			Own: p.AuthorBranch == own, Since: p.PublishedAt.Time, Due: s.workingDays(p.PublishedAt.Time.Add(after), dueDays),
		})
	}
	return list, err
}

// newcomers are who came of late and was neither named by a colleague nor answered. Being named is known by the notification of it.
func (s *Service) newcomers(ctx context.Context, v auth.Viewer) (list []*Task, err error) {
	var began time.Time
	if err := s.DB.Reader().NewSelect().TableExpr("users").Column("created_at").Order("created_at").Limit(1).Scan(ctx, &began); err != nil {
		return nil, scan("newcomers", err)
	}
	var rows []struct {
		ID, Name, Photo, Branch, BranchID string
		CreatedAt                         time.Time
	}
	err = s.DB.Reader().NewSelect().TableExpr("users AS u").ColumnExpr("u.id, u.name, "+people.FaceSQL+" AS photo, b.name AS branch, u.branch_id, u.created_at").
		Join("JOIN branches AS b ON b.id = u.branch_id").Where("u.deactivated_at IS NULL").Where("u.id <> ?", v.UserID).
		Where("u.created_at > ?", s.Now().AddDate(0, 0, -newcomerDays)).Where("u.created_at > ?", began.AddDate(0, 0, newcomerDays)).
		Where("NOT EXISTS (SELECT 1 FROM notifications AS n WHERE n.user_id = u.id AND n.kind IN ('mention', 'praise'))").
		Where(`NOT EXISTS (SELECT 1 FROM posts AS p JOIN comments AS c ON c.post_id = p.id
			WHERE p.author_id = u.id AND c.author_id <> u.id AND c.state = 'published')`).
		OrderExpr("u.created_at, u.id").Limit(mostTasks).Scan(ctx, &rows)
	for _, r := range rows {
		list = append(list, &Task{
			Key: key(string(Newcomer), r.ID), Kind: Newcomer, Person: Person{r.ID, r.Name, r.Photo, r.Branch}, Own: r.BranchID == v.BranchID,
			Since: r.CreatedAt, Due: s.workingDays(r.CreatedAt, dueDays),
		})
	}
	return list, scan("newcomers", err)
}

// withTaken says who took which task, and leaves out what is done.
func (s *Service) withTaken(ctx context.Context, list []*Task) ([]*Task, error) {
	var keys []string
	for _, t := range list {
		keys = append(keys, t.Key)
	}
	var rows []struct{ Task, TakenBy, DoneBy, Name string }
	err := s.DB.Reader().NewSelect().TableExpr("welcome_tasks AS wt").ColumnExpr("wt.task, wt.taken_by, wt.done_by, coalesce(u.name, '') AS name").
		Join("LEFT JOIN users AS u ON u.id = wt.taken_by AND u.deactivated_at IS NULL").Where("wt.task IN (?)", in(keys)).Scan(ctx, &rows)
	if err != nil {
		return nil, scan("who does what", err)
	}
	done := map[string]bool{}
	for _, r := range rows {
		done[r.Task] = r.DoneBy != ""
		for _, t := range list {
			if t.Key == r.Task && r.Name != "" { // of who left, anybody may take it
				t.TakenBy, t.TakenName = r.TakenBy, r.Name
			}
		}
	}
	return slices.DeleteFunc(list, func(t *Task) bool { return done[t.Key] }), nil
}

// workingDays is so many working days after a time, at the same hour; what begins in a weekend begins on its Monday.
func (s *Service) workingDays(t time.Time, n int) time.Time {
	t = t.In(s.Zone)
	weekend := func() bool { return t.Weekday() == time.Saturday || t.Weekday() == time.Sunday }
	for weekend() {
		t = time.Date(t.Year(), t.Month(), t.Day()+1, 9, 0, 0, 0, s.Zone)
	}
	for n > 0 {
		if t = t.AddDate(0, 0, 1); !weekend() {
			n--
		}
	}
	return t.UTC()
}
