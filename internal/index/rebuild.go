package index

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/search"
	"github.com/aanpak/aanpak/internal/settings"
)

// Rebuilder is an engine that can fill a new index beside the one in use.
type Rebuilder interface {
	Rebuild(ctx context.Context, fill func(search.Index) error) error
}

// Rebuild lets the engine fill a new index from the database, calling progress with the number of things done, of how many. Searching
// goes on, and so does indexing: no other process may write to the engine while it is rebuilt, so between batches the marks are taken
// here. Every process can see how far it is: see Rebuilding.
func (x *Indexer) Rebuild(ctx context.Context, engine Rebuilder, progress func(done, total int)) error {
	return x.db.Exclusive(ctx, "index", func(ctx context.Context) error {
		total, err := x.Things(ctx)
		if err != nil {
			return err
		}
		told := x.tell(ctx, total)
		defer told.end()
		return engine.Rebuild(ctx, func(next search.Index) error {
			err := x.Fill(ctx, next, func(done int) {
				told.done.Store(int64(done))
				progress(done, total)
				if _, err := x.take(ctx); err != nil && ctx.Err() == nil {
					x.log.Warn("index while rebuilding", "err", err) // the marks stay
				}
			})
			if err != nil {
				return err
			}
			return x.db.Holding(ctx) // else another process has written into the index that would be swapped away
		})
	})
}

// Fill puts everything that can be found into engine, which may be another than the one in use, calling progress with the
// number of things done.
func (x *Indexer) Fill(ctx context.Context, engine search.Index, progress func(done int)) error {
	done := 0
	for typ, s := range x.sources {
		err := s.IDs(ctx, func(ids []string) error {
			for len(ids) > 0 {
				n := min(batchParents, len(ids))
				marks := make([]mark, n)
				for i, id := range ids[:n] {
					marks[i] = mark{Type: typ, ID: id}
				}
				if err := x.replace(ctx, engine, marks); err != nil {
					return err
				}
				ids = ids[n:]
				done += n
				progress(done)
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("fill the index with %s: %w", typ, err)
		}
	}
	return x.rebuilt(ctx)
}

// MarkAll marks everything that can be found and everything that the engine still has of what is gone. It mends an index
// of which nobody knows how it came to differ, while searching goes on. A process without an engine marks for the one that has it.
func (x *Indexer) MarkAll(ctx context.Context) error {
	known := map[search.Type]map[string]bool{}
	for typ, s := range x.sources {
		known[typ] = map[string]bool{}
		err := s.IDs(ctx, func(ids []string) error {
			for _, id := range ids {
				known[typ][id] = true
			}
			return x.mark(ctx, typ, ids)
		})
		if err != nil {
			return err
		}
	}
	if x.engine == nil {
		return x.rebuilt(ctx)
	}
	var gone []search.Key
	err := x.engine.Parents(ctx, func(k search.Key) error {
		if !known[k.Type][k.Parent] {
			gone = append(gone, k)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, k := range gone {
		if err := x.mark(ctx, k.Type, []string{k.Parent}); err != nil {
			return err
		}
	}
	x.Wake()
	return x.rebuilt(ctx)
}

// rebuiltSetting is the row that tells when everything was last taken from the database.
const rebuiltSetting = "index.rebuilt_at"

func (x *Indexer) rebuilt(ctx context.Context) error {
	return x.set(ctx, rebuiltSetting, db.Now().Format(time.RFC3339))
}

func (x *Indexer) set(ctx context.Context, setting, value string) error {
	return x.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error { return settings.Put(ctx, tx, setting, value) })
}

// RebuiltAt returns when everything was last taken from the database into the index, or marked for it; zero where never.
func (x *Indexer) RebuiltAt(ctx context.Context) (time.Time, error) {
	value, err := settings.Get(ctx, x.db.Reader(), rebuiltSetting)
	if err != nil {
		return time.Time{}, fmt.Errorf("when the index was rebuilt: %w", err)
	}
	at, _ := time.Parse(time.RFC3339, value)
	return at, nil
}

// Things returns how many things can be found.
func (x *Indexer) Things(ctx context.Context) (n int, err error) {
	for _, s := range x.sources {
		if err := s.IDs(ctx, func(ids []string) error { n += len(ids); return nil }); err != nil {
			return 0, err
		}
	}
	return n, nil
}

func (x *Indexer) mark(ctx context.Context, typ search.Type, ids []string) error {
	return x.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error { return Mark(ctx, tx, typ, ids...) })
}
