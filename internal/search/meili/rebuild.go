package meili

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/meilisearch/meilisearch-go"

	"github.com/aanpak/aanpak/internal/search"
)

// Rebuild fills a new index beside the one in use, and then the two swap names: searching and Replace go on meanwhile. fill gets an
// index that takes Replace alone, and puts everything into it that the index should have; what others Replace through this Index while it
// runs is newer and wins. No other process may write meanwhile. When fill fails, or the process stops, the index in use stays.
func (x *Index) Rebuild(ctx context.Context, fill func(search.Index) error) error {
	if _, err := x.ready(ctx); err != nil {
		return fmt.Errorf("rebuild search index: %w", err)
	}
	next, err := x.begin(ctx)
	if err != nil {
		return fmt.Errorf("rebuild search index: %w", err)
	}
	err = fill(&filler{Index: x, next: next})
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		err = x.swap(ctx, next)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("rebuild search index: %w", err), x.abandon(next))
	}
	return x.dropOld(ctx)
}

// begin makes an empty index beside the one in use. One that a rebuild left behind when it was killed goes first.
func (x *Index) begin(ctx context.Context) (string, error) {
	x.write.Lock()
	defer x.write.Unlock()
	if x.next != "" {
		return "", ErrRebuilding
	}
	next := x.uid + "_next"
	if err := x.drop(ctx, next); err != nil {
		return "", err
	}
	if err := x.makeIndex(ctx, next); err != nil {
		return "", err
	}
	for v := range migrations {
		if err := x.applySettings(ctx, next, v); err != nil {
			return "", err
		}
	}
	x.state.Lock()
	defer x.state.Unlock()
	x.next, x.replaced = next, map[search.Key]bool{}
	return next, nil
}

// swap puts the new index in use, under the name of the old one, and reads its words: compounds are taken apart anew in it.
func (x *Index) swap(ctx context.Context, next string) error {
	x.write.Lock()
	defer x.write.Unlock()
	if x.life.Err() != nil {
		return ErrClosed
	}
	if err := x.swapNames(ctx, next); err != nil {
		return err
	}
	x.over()
	x.fresh.Store(false)
	if err := x.drop(ctx, next); err != nil {
		x.log.Warn("the old search index was not removed", "error", err)
	}
	return x.readWords(ctx)
}

// swapNames lets two indexes swap names. A key that is limited to indexes may swap them and yet not ask how it went: so
// something else is done on the index after it, and then it must be the other one.
func (x *Index) swapNames(ctx context.Context, next string) error {
	want, err := x.made(ctx, next)
	if err != nil {
		return err
	}
	err = x.srv.do(ctx, "swap indexes", func(api meilisearch.ServiceManager) error {
		_, err := api.SwapIndexesWithContext(ctx, []*meilisearch.SwapIndexesParams{{Indexes: []string{x.uid, next}}})
		return err
	})
	if err != nil {
		return err
	}
	err = x.srv.task(ctx, "wait for the swap", func(api meilisearch.ServiceManager) (*meilisearch.TaskInfo, error) {
		return api.Index(x.uid).DeleteDocumentsWithContext(ctx, []string{"none"}, nil)
	})
	if err != nil {
		return err
	}
	got, err := x.made(ctx, x.uid)
	if err == nil && !got.Equal(want) {
		err = fmt.Errorf("swap indexes: %w: see the tasks of the search server", ErrRefused)
	}
	return err
}

// made returns when an index was made, which goes with it when names are swapped.
func (x *Index) made(ctx context.Context, uid string) (at time.Time, err error) {
	err = x.srv.do(ctx, "look at index", func(api meilisearch.ServiceManager) error {
		i, err := api.GetIndexWithContext(ctx, uid)
		if err == nil {
			at = i.CreatedAt
		}
		return err
	})
	return at, err
}

func (x *Index) over() {
	x.state.Lock()
	defer x.state.Unlock()
	x.next, x.replaced = "", nil
}

func (x *Index) abandon(next string) error {
	x.write.Lock()
	defer x.write.Unlock()
	if x.next != next {
		return nil
	}
	x.over()
	ctx, cancel := context.WithTimeout(context.Background(), requestTimeout)
	defer cancel()
	return x.drop(ctx, next)
}

// drop removes an index, if it is there.
func (x *Index) drop(ctx context.Context, uid string) error {
	err := x.srv.task(ctx, "remove index "+uid, func(api meilisearch.ServiceManager) (*meilisearch.TaskInfo, error) {
		return api.DeleteIndexWithContext(ctx, uid)
	})
	if taskCode(err) == "index_not_found" {
		return nil
	}
	return err
}

// dropOld removes the indexes of earlier generations, which nobody fills any more.
func (x *Index) dropOld(ctx context.Context) error {
	for g := 1; g < generation; g++ {
		if err := x.drop(ctx, fmt.Sprintf("%s_%d", x.addr.Prefix, g)); err != nil {
			return err
		}
	}
	return nil
}

// filler is the index that the fill of a rebuild writes to; it reads from the one in use.
type filler struct {
	*Index
	next string
}

// Replace leaves out the parents that were replaced since the rebuild began: fill may have read them before.
func (f *filler) Replace(ctx context.Context, parents []search.Key, entries []search.Entry) error {
	f.write.Lock()
	defer f.write.Unlock()
	if f.Index.next != f.next {
		return errors.New("index: this rebuild is over")
	}
	var ps []search.Key
	for _, k := range parents {
		if !f.replaced[k] {
			ps = append(ps, k)
		}
	}
	var es []search.Entry
	for _, e := range entries {
		if !f.replaced[search.Key{Type: e.Type, Parent: e.Parent}] {
			es = append(es, e)
		}
	}
	docs, err := documents(es, f.words.Load())
	if err != nil {
		return err
	}
	return f.replace(ctx, f.next, ps, docs)
}

// Close does nothing: the index stays open.
func (f *filler) Close() error { return nil }
