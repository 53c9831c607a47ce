package demo

import (
	"context"
	"fmt"
	"maps"
	"strconv"
	"time"

	"github.com/BurntSushi/toml"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/tenders"
)

// selection is a tender as written in tenders.toml.
type selection struct {
	Ref, Title, Client, Place, Branch, Work, Procedure, Summary, Writer, Submit string

	Team    []string // keys of people, beside the writer
	Year    int      // 0: the current one
	Days    int      // to submission, from now, where Submit is empty
	Value   int64    // euros
	Outcome tenders.Outcome
	Score   float64
	Vars    map[string]string // words for the documents of the tender

	id string
	at time.Time
}

// readSelections returns the tenders by reference.
func readSelections(now time.Time) (map[string]*selection, []*selection, error) {
	var file struct{ Tender []*selection }
	if _, err := toml.DecodeFS(content, "content/tenders.toml", &file); err != nil {
		return nil, nil, err
	}
	byRef := map[string]*selection{}
	for _, s := range file.Tender {
		if err := s.date(now); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", s.Ref, err)
		}
		byRef[s.Ref] = s
	}
	return byRef, file.Tender, nil
}

// date sets when the tender is or was submitted: a fixed day, or one counted from now, moved out of the weekend.
func (s *selection) date(now time.Time) (err error) {
	if s.Submit != "" {
		s.at, err = time.Parse("2006-01-02 15:04", s.Submit)
		return err
	}
	s.at = time.Date(now.Year(), now.Month(), now.Day(), 11, 0, 0, 0, time.UTC).AddDate(0, 0, s.Days)
	for s.at.Weekday() == time.Saturday || s.at.Weekday() == time.Sunday {
		s.at = s.at.AddDate(0, 0, 1)
	}
	if s.Year == 0 {
		s.Year = now.Year()
	}
	return nil
}

// words are the variables that every document of the tender may use.
func (s *selection) words() map[string]string {
	m := map[string]string{
		"ref": s.Ref, "project": s.Title, "client": s.Client, "place": s.Place, "branch": s.Branch, "work": s.Work, "procedure": s.Procedure,
		"value": "€ " + thousands(s.Value), "year": strconv.Itoa(s.Year), "submit": dutchDate(s.at), "next": strconv.Itoa(s.Year + 1),
	}
	maps.Copy(m, s.Vars)
	return m
}

// loadTenders brings in the tenders that are not there yet.
func loadTenders(ctx context.Context, t Target, staff Staff, now time.Time) (map[string]*selection, error) {
	byRef, list, err := readSelections(now)
	if err != nil {
		return nil, err
	}
	for _, s := range list {
		if err := ensureTender(ctx, t, staff, s); err != nil {
			return nil, fmt.Errorf("%s: %w", s.Ref, err)
		}
	}
	return byRef, nil
}

func ensureTender(ctx context.Context, t Target, staff Staff, s *selection) error {
	u := staff[s.Writer]
	if u == nil {
		return fmt.Errorf("nobody is called %q", s.Writer)
	}
	have, err := t.Tenders.ByReference(ctx, u.Viewer(), s.Ref)
	if errs.Is(err, errs.KindNotFound) {
		have, err = s.create(ctx, t, u.Viewer())
	}
	if err != nil {
		return err
	}
	s.id = have.ID
	writer := u.Viewer()
	writer.Groups = append(writer.Groups, auth.TeamGroup(s.id)) // who makes a tender is on its team
	return s.gather(ctx, t, staff, writer)
}

// create adds the tender. One that was submitted lately was still open before, so that its writer is asked to tell of it.
func (s *selection) create(ctx context.Context, t Target, v auth.Viewer) (*tenders.Tender, error) {
	in := tenders.Input{
		Reference: s.Ref, Title: s.Title, Client: s.Client, Place: s.Place, Work: s.Work, Procedure: s.Procedure, Summary: s.Summary,
		Year: s.Year, Value: s.Value, Outcome: s.Outcome, Score: s.Score, SubmitAt: s.at,
	}
	if s.Submit != "" || s.Outcome != tenders.OutcomeSubmitted {
		return t.Tenders.Create(ctx, v, in)
	}
	in.Outcome = tenders.OutcomeOpen
	have, err := t.Tenders.Create(ctx, v, in)
	if err != nil {
		return nil, err
	}
	in.Outcome, in.BranchID = s.Outcome, have.BranchID
	return t.Tenders.Update(ctx, v, have.ID, in)
}

// gather puts people into the team of a tender; those who are in it stay.
func (s *selection) gather(ctx context.Context, t Target, staff Staff, writer auth.Viewer) error {
	for _, key := range s.Team {
		if staff[key] == nil {
			return fmt.Errorf("nobody is called %q", key)
		}
		if err := t.Tenders.AddMember(ctx, writer, s.id, staff[key].ID); err != nil {
			return err
		}
	}
	return nil
}

var months = [...]string{"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"}

func dutchDate(t time.Time) string {
	return fmt.Sprintf("%d %s %d", t.Day(), months[t.Month()-1], t.Year())
}

// thousands writes 1234567 as 1.234.567.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "." + s[i:]
	}
	return s
}
