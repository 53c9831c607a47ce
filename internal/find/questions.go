package find

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/fold"
	"github.com/aanpak/aanpak/internal/people"
)

// questionRunes is how much is kept of a question, and QuestionDays for how long where nobody chose otherwise.
const (
	questionRunes = 200
	QuestionDays  = 90
)

// questionsEvery is how often questions are written: seldom, since each commit makes what is kept of pages stale.
const questionsEvery = 30 * time.Second

// mostQuestions bounds those that wait to be written.
const mostQuestions = 2000

// Questions counts by day what was asked, how often nothing was found and how long it took at worst, so that an administrator sees
// what is slow and what is missing. It never knows who asked, and leaves out questions that name a colleague. A search does not
// wait for it: questions are gathered in memory and written now and then, and those of the last half minute are lost in a kill.
type Questions struct {
	db.Clock
	db     *db.DB
	people *people.Service
	log    *slog.Logger

	mu      sync.Mutex
	waiting map[questionKey]*question
}

type questionKey struct{ day, question string }

// question is a row of searches.
type question struct {
	bun.BaseModel `bun:"table:searches,alias:q"`

	Day          string `bun:",pk"` // 2006-01-02, UTC
	Question     string `bun:",pk"` // folded
	Asked        int
	FoundNothing int
	SlowestMs    int64
}

// NewQuestions returns the keeper.
func NewQuestions(d *db.DB, p *people.Service, log *slog.Logger) *Questions {
	return &Questions{db: d, people: p, log: log, waiting: map[questionKey]*question{}}
}

// Note counts a question that was answered with total hits of all types. What is still being typed, further pages and questions
// narrowed by a filter are not counted: they are the same question again.
func (s *Questions) Note(q Query, total int, took time.Duration) {
	if q.Prefix || q.Offset > 0 || q.filtered() {
		return
	}
	text := fold.Cut(fold.Key(fold.Line(q.Text)), questionRunes)
	if text == "" {
		return
	}
	one := &question{Day: s.day(0), Question: text, Asked: 1, SlowestMs: took.Milliseconds()}
	if total == 0 {
		one.FoundNothing = 1
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gather(one)
}

// day is the day so many days ago.
func (s *Questions) day(ago int) string {
	return s.Now().UTC().AddDate(0, 0, -ago).Format(time.DateOnly)
}

// gather adds to what waits. More different questions than anybody asks are not counted.
func (s *Questions) gather(q *question) {
	k := questionKey{q.Day, q.Question}
	if have := s.waiting[k]; have != nil {
		have.Asked, have.FoundNothing, have.SlowestMs = have.Asked+q.Asked, have.FoundNothing+q.FoundNothing, max(have.SlowestMs, q.SlowestMs)
	} else if len(s.waiting) < mostQuestions {
		s.waiting[k] = q
	}
}

// Run writes what was asked until ctx ends, and then once more.
func (s *Questions) Run(ctx context.Context) {
	tick := time.NewTicker(questionsEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			s.flush(ctx)
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer cancel()
			s.flush(last)
			return
		}
	}
}

func (s *Questions) flush(ctx context.Context) {
	if err := s.Flush(ctx); err != nil && ctx.Err() == nil {
		s.log.Warn("questions were not counted yet", "err", err)
	}
}

// Flush writes what waits. What cannot be written waits on.
func (s *Questions) Flush(ctx context.Context) error {
	s.mu.Lock()
	waiting := s.waiting
	s.waiting = map[questionKey]*question{}
	s.mu.Unlock()
	if len(waiting) == 0 {
		return nil
	}
	err := s.write(ctx, waiting)
	if err != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, q := range waiting {
			s.gather(q)
		}
	}
	return err
}

func (s *Questions) write(ctx context.Context, waiting map[questionKey]*question) error {
	names, err := s.people.FoldedNames(ctx)
	if err != nil {
		return err
	}
	var rows []*question
	for _, q := range waiting {
		if !namesSomebody(q.Question, names) {
			rows = append(rows, q)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	// In one order for all processes: two that write the same rows the other way round would wait for each other.
	slices.SortFunc(rows, func(a, b *question) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Question, b.Question))
	})
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewInsert().Model(&rows).On("CONFLICT (day, question) DO UPDATE").
			Set("asked = q.asked + EXCLUDED.asked").Set("found_nothing = q.found_nothing + EXCLUDED.found_nothing").
			Set("slowest_ms = CASE WHEN EXCLUDED.slowest_ms > q.slowest_ms THEN EXCLUDED.slowest_ms ELSE q.slowest_ms END").Exec(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("count questions: %w", db.Classify(err))
	}
	return nil
}

// namesSomebody tells whether a question has all words of a colleague's name, or looks like an address. Of one word alone nobody
// can tell: bakker is a name and a trade.
func namesSomebody(question string, names [][]string) bool {
	if strings.Contains(question, "@") {
		return true
	}
	words := map[string]bool{}
	for _, w := range strings.FieldsFunc(question, func(r rune) bool { return strings.ContainsRune(" \"',.:;()", r) }) {
		words[w] = true
	}
	for _, name := range names {
		all := len(name) > 1
		for _, part := range name {
			all = all && words[part]
		}
		if all {
			return true
		}
	}
	return false
}

// ForgetBefore deletes the questions of before a time, for the nightly rules of retention; with dry it only counts them.
func (s *Questions) ForgetBefore(ctx context.Context, before time.Time, dry bool) (int, error) {
	return s.db.Forget(ctx, dry, "searches", "day < ?", before.UTC().Format(time.DateOnly))
}
