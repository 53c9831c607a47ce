// Package tenders knows the selections that the company takes part in.
//
// Everybody who is signed in sees every tender; what a tender's documents say is the library's to show or not.
// People of the tender's branch and administrators change it.
package tenders

import (
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
)

// Outcome is how a tender ended.
type Outcome string

// The outcomes. Open is a tender that runs.
const (
	OutcomeOpen      Outcome = "open"
	OutcomeSubmitted Outcome = "submitted"
	OutcomeWon       Outcome = "won"
	OutcomeLost      Outcome = "lost"
	OutcomeWithdrawn Outcome = "withdrawn"
)

// Outcomes lists every outcome in the order in which forms show them.
var Outcomes = []Outcome{OutcomeOpen, OutcomeSubmitted, OutcomeWon, OutcomeLost, OutcomeWithdrawn}

// Valid tells whether o exists.
func (o Outcome) Valid() bool { return slices.Contains(Outcomes, o) }

// Running tells whether the tender still asks for work or waits for the award.
func (o Outcome) Running() bool { return o == OutcomeOpen || o == OutcomeSubmitted }

// Tender is one procedure.
type Tender struct {
	bun.BaseModel `bun:"table:tenders,alias:t"`

	ID              string `bun:",pk"`
	Reference       string // unique in the company, for example "Z-2025-014"
	ReferenceFolded string
	Title           string
	TitleFolded     string
	Client          string
	ClientFolded    string
	Place           string
	BranchID        string
	Year            int
	Work            string // kind of work: "renovatie", "nieuwbouw school" …
	Procedure       string // "meervoudig onderhands", "openbaar" …
	Value           int64  // whole euros, 0 = unknown
	Outcome         Outcome
	Score           float64 // overall, 0–10, 0 = unknown
	SubmitAt        bun.NullTime
	Summary         string
	OutcomeAt       bun.NullTime // when somebody said that it ended as it did; zero = it came in so
	OutcomeBy       string       // who said so
	CreatedBy       string
	CreatedAt       time.Time
	UpdatedAt       time.Time

	BranchName string `bun:",scanonly"`
}

// Input is what a person enters for a tender.
type Input struct {
	Reference, Title, Client, Place, BranchID, Work, Procedure, Summary string
	Year                                                                int
	Value                                                               int64
	Outcome                                                             Outcome
	Score                                                               float64
	SubmitAt                                                            time.Time // zero = unknown
}

// clean folds white space and checks the fields.
func (n *Input) clean() error {
	for _, s := range []*string{&n.Reference, &n.Title, &n.Client, &n.Place, &n.Work, &n.Procedure} {
		*s = fold.Line(*s)
	}
	if n.Outcome == "" {
		n.Outcome = OutcomeOpen
	}
	e := errs.Invalid("error.invalid")
	for name, v := range map[string]string{"reference": n.Reference, "title": n.Title, "client": n.Client, "branch": n.BranchID} {
		if v == "" {
			e.Field(name, "error.field.required")
		}
	}
	for name, v := range map[string]string{"reference": n.Reference, "title": n.Title, "client": n.Client, "place": n.Place, "work": n.Work, "procedure": n.Procedure} {
		if len([]rune(v)) > 200 {
			e.Field(name, "error.field.too_long", "Max", 200)
		}
	}
	if len([]rune(n.Summary)) > 10_000 {
		e.Field("summary", "error.field.too_long", "Max", 10_000)
	}
	if n.Year < 1950 || n.Year > 2100 {
		e.Field("year", "error.field.range", "Min", 1950, "Max", 2100)
	}
	if !n.Outcome.Valid() {
		e.Field("outcome", "error.field.choice")
	}
	if n.Score < 0 || n.Score > 10 {
		e.Field("score", "error.field.range", "Min", 0, "Max", 10)
	}
	if n.Value < 0 {
		e.Field("value", "error.field.negative")
	}
	return e.OrNil()
}

// apply writes the input into t.
func (n *Input) apply(t *Tender) {
	t.Reference, t.ReferenceFolded = n.Reference, fold.Key(n.Reference)
	t.Title, t.TitleFolded = n.Title, fold.Key(n.Title)
	t.Client, t.ClientFolded = n.Client, fold.Key(n.Client)
	t.Place, t.BranchID, t.Year, t.Work, t.Procedure = n.Place, n.BranchID, n.Year, n.Work, n.Procedure
	t.Value, t.Outcome, t.Score, t.Summary = n.Value, n.Outcome, n.Score, n.Summary
	t.SubmitAt = bun.NullTime{}
	if !n.SubmitAt.IsZero() {
		t.SubmitAt.Time = n.SubmitAt.UTC().Truncate(time.Second)
	}
}

// Input returns what a person would enter to get this tender, for changing a part of it.
func (t *Tender) Input() Input {
	return Input{
		Reference: t.Reference, Title: t.Title, Client: t.Client, Place: t.Place, BranchID: t.BranchID, Work: t.Work, Procedure: t.Procedure,
		Summary: t.Summary, Year: t.Year, Value: t.Value, Outcome: t.Outcome, Score: t.Score, SubmitAt: t.SubmitAt.Time,
	}
}
