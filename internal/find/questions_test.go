package find_test

import (
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/db/dbtest"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/find"
	"github.com/aanpak/aanpak/internal/search"
)

func TestMain(m *testing.M) { apptest.Main(m) }

// Questions are added up over days and processes, without who asked and without colleagues' names.
func TestQuestions(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		day := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		clock := dbtest.NewClock(day, 0)
		a.Questions.UseClock(clock.Now)
		note := func(total int, ms time.Duration, q find.Query) { a.Questions.Note(q, total, ms*time.Millisecond) }
		flush := func() {
			t.Helper()
			if err := a.Questions.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		note(9, 900, find.Query{Text: "lang geleden"})
		flush()
		clock.Set(day.AddDate(0, 0, 60))
		note(3, 20, find.Query{Text: "Bewoners  Communicatie"})
		note(0, 20, find.Query{Text: "geluidsscherm"})
		flush()
		clock.Set(day.AddDate(0, 0, 61))
		note(3, 450, find.Query{Text: "bewoners communicatie"})
		note(0, 30, find.Query{Text: "Geluidsscherm"})
		note(1, 30, find.Query{Text: "geluidsscherm"})
		for _, q := range []find.Query{
			{Text: "geluidss", Prefix: true},
			{Text: "geluidsscherm", Offset: 20},
			{Text: "geluidsscherm", Filters: search.Filters{Kind: []string{"risk"}}},
			{Text: "ziekmelding Visser, Sanne"},
			{Text: "sanne@voorbeeld.nl"},
			{Text: "  "},
		} {
			note(0, 5000, q)
		}
		flush()
		slow, err := a.Questions.Slowest(t.Context(), a.Admin.Viewer(), 10)
		if d := cmp.Diff([]find.Asked{{Question: "bewoners communicatie", Asked: 2, SlowestMs: 450, LastDay: "2026-05-01"}}, slow); d != "" || err != nil {
			t.Error("slowest", d, err)
		}
		nothing, err := a.Questions.Unanswered(t.Context(), a.Admin.Viewer(), 10)
		if d := cmp.Diff([]find.Asked{{Question: "geluidsscherm", Asked: 3, FoundNothing: 2, SlowestMs: 30, LastDay: "2026-05-01"}}, nothing); d != "" || err != nil {
			t.Error("unanswered", d, err)
		}
		if _, err := a.Questions.Unanswered(t.Context(), a.Sanne.Viewer(), 10); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("a member gets %v", err)
		}
		kept(t, a, 5)
		clock.Set(day.AddDate(0, 0, 92))
		if _, err := a.Questions.ForgetBefore(t.Context(), day.AddDate(0, 0, 2), false); err != nil {
			t.Fatal(err)
		}
		kept(t, a, 4)
	})
}

// Two processes write down the same questions at the same time, and neither waits for the other for ever.
func TestQuestionsOfTwoProcesses(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		log := slog.New(slog.DiscardHandler)
		other := find.NewQuestions(a.DB, a.People, log)
		for range 5 {
			var both sync.WaitGroup
			for _, q := range []*find.Questions{a.Questions, other} {
				for n := range 300 {
					q.Note(find.Query{Text: fmt.Sprintf("vraag %d", n)}, 1, time.Millisecond)
				}
				both.Go(func() {
					if err := q.Flush(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
			both.Wait()
		}
		kept(t, a, 300)
	})
}

func kept(t *testing.T, a *apptest.App, want int) {
	t.Helper()
	n, err := a.DB.Reader().NewSelect().TableExpr("searches").Count(t.Context())
	if err != nil || int(n) != want {
		t.Errorf("%d rows are kept, want %d (%v)", n, want, err)
	}
}
