// Package index keeps the search index equal to the database.
//
// Whatever changes a thing that can be found marks it in the same transaction (Mark). The Indexer takes marks in
// batches, asks the thing's domain for its entries as they are now, hands them to the search engine, and only then
// removes the marks it took: a process killed anywhere leaves a mark behind, never a difference. A thing that is
// gone has no entries, which removes it. Rebuild fills a new index from the database while the old one answers.
package index

import (
	"context"
	"fmt"
	"time"

	"github.com/rs/xid"
	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/search"
)

// mark is a row of index_queue. The ticket is new with each mark, so that a change made while its thing is being
// indexed keeps its mark.
type mark struct {
	bun.BaseModel `bun:"table:index_queue"`
	Type          search.Type
	ID            string
	Ticket        string
	QueuedAt      time.Time
	Attempts      int
	Failure       string
}

// Mark says that things changed and must be indexed again once tx commits.
func Mark(ctx context.Context, tx bun.IDB, typ search.Type, ids ...string) error {
	if len(ids) == 0 {
		return nil
	}
	now := db.Now()
	marks := make([]mark, 0, len(ids))
	seen := make(map[string]bool, len(ids))
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			marks = append(marks, mark{Type: typ, ID: id, Ticket: xid.New().String(), QueuedAt: now})
		}
	}
	_, err := tx.NewInsert().Model(&marks).
		On("CONFLICT (type, id) DO UPDATE").
		Set("ticket = EXCLUDED.ticket").Set("queued_at = EXCLUDED.queued_at").Set("attempts = 0").Set("failure = ''").
		Exec(ctx)
	if err != nil {
		return fmt.Errorf("mark for the index: %w", err)
	}
	return nil
}

// markUnlessMarked marks a thing that nobody has marked since.
func markUnlessMarked(ctx context.Context, tx bun.IDB, m mark) error {
	again := mark{Type: m.Type, ID: m.ID, Ticket: xid.New().String(), QueuedAt: db.Now()}
	if _, err := tx.NewInsert().Model(&again).On("CONFLICT (type, id) DO NOTHING").Exec(ctx); err != nil {
		return fmt.Errorf("mark once more: %w", err)
	}
	return nil
}

// State is how far the index is behind the database.
type State struct {
	Waiting int       // things marked
	Failing int       // of these, tried at least once in vain
	Failure string    // of the last that failed
	Oldest  time.Time // when the oldest was marked; zero when none waits
}

// State counts the marks.
func (x *Indexer) State(ctx context.Context) (s State, err error) {
	r := x.db.Reader()
	var oldest bun.NullTime
	err = r.NewSelect().Model((*mark)(nil)).
		ColumnExpr("count(*)").ColumnExpr("coalesce(sum(CASE WHEN attempts > 0 THEN 1 ELSE 0 END), 0)").ColumnExpr("min(queued_at)").
		Scan(ctx, &s.Waiting, &s.Failing, &oldest)
	if err != nil {
		return s, fmt.Errorf("state of the index: %w", err)
	}
	s.Oldest = oldest.Time
	if s.Failing > 0 {
		err = r.NewSelect().Model((*mark)(nil)).Column("failure").Where("attempts > 0").OrderExpr("queued_at DESC").Limit(1).Scan(ctx, &s.Failure)
	}
	return s, err
}
