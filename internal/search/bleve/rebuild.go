package bleve

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/aanpak/aanpak/internal/search"
)

// Replace puts the entries of the parents into the index. While the index is rebuilt they go into both stores.
func (x *Index) Replace(ctx context.Context, parents []search.Key, entries []search.Entry) error {
	x.write.Lock()
	defer x.write.Unlock()
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.cur == nil {
		return ErrClosed
	}
	if err := x.cur.replace(ctx, parents, entries); err != nil {
		return fmt.Errorf("index: %w", err)
	}
	if x.next == nil {
		return nil
	}
	for _, k := range parents {
		x.replaced[k] = true
	}
	for _, e := range entries {
		x.replaced[search.Key{Type: e.Type, Parent: e.Parent}] = true
	}
	if err := x.next.replace(ctx, parents, entries); err != nil {
		return fmt.Errorf("index into the new store: %w", err)
	}
	return nil
}

// Rebuild fills a new store beside the one in use and then takes its place: searching and Replace go on meanwhile. fill gets an
// index that takes Replace alone, and puts everything into it that the index should have; what others Replace
// while it runs is newer and wins. When fill fails, or the process stops, the store in use stays.
func (x *Index) Rebuild(ctx context.Context, fill func(search.Index) error) error {
	next, err := x.begin()
	if err != nil {
		return fmt.Errorf("rebuild search index: %w", err)
	}
	err = fill(&filler{Index: x, next: next})
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		err = x.swap()
	}
	if err != nil {
		return errors.Join(fmt.Errorf("rebuild search index: %w", err), x.abandon(next))
	}
	return nil
}

func (x *Index) begin() (*store, error) {
	x.write.Lock()
	defer x.write.Unlock()
	x.mu.Lock()
	defer x.mu.Unlock()
	switch {
	case x.cur == nil:
		return nil, ErrClosed
	case x.next != nil:
		return nil, ErrRebuilding
	}
	name, err := newFolder(x.dir)
	if err != nil {
		return nil, err
	}
	s, err := openStore(x.dir, name, x.lx)
	if err != nil {
		return nil, err
	}
	x.next, x.replaced = s, map[search.Key]bool{}
	return s, nil
}

// swap puts the new store in use; the old one goes when the last search in it is done.
func (x *Index) swap() error {
	x.write.Lock()
	defer x.write.Unlock()
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.next == nil {
		return ErrClosed
	}
	if err := setCurrent(x.dir, x.next.name); err != nil {
		return err
	}
	old := x.cur
	x.cur, x.next, x.replaced, x.fresh = x.next, nil, nil, false
	if err := errors.Join(old.close(), removeOthers(x.dir, x.cur.name)); err != nil {
		x.log.Warn("the old search index was not removed", "error", err)
	}
	return nil
}

func (x *Index) abandon(s *store) error {
	x.write.Lock()
	defer x.write.Unlock()
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.next != s {
		return nil
	}
	x.next, x.replaced = nil, nil
	return errors.Join(s.close(), os.RemoveAll(filepath.Join(x.dir, s.name)))
}

// filler is the index that the fill of a rebuild writes to; it reads from the one in use.
type filler struct {
	*Index
	next *store
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
	return f.next.replace(ctx, ps, es)
}

// Close does nothing: the index stays open.
func (f *filler) Close() error { return nil }
