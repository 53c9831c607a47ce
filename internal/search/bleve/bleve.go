// Package bleve is the embedded search index: Bleve's segments on disk, with matching, ranking, collapsing and facets of our own.
//
// Bleve keeps the postings; the words in them come from package lang, and search.NewPlan says what to look for. What entries
// carry beside their text is read once per segment into memory, so that the audience is checked for every page before
// anything is counted, and collapsing to documents, facets and sorting are exact. An audience decides alone: no count, facet,
// correction or completion comes from an entry outside it.
//
// A store is one folder of an index; Index holds the current one, and while it is rebuilt a second. A folder is used by one
// process at a time. The mapping's version is in the folder's name: a new version starts empty, which Fresh tells.
package bleve

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	segment "github.com/blevesearch/scorch_segment_api/v2"

	"github.com/aanpak/aanpak/internal/lang"
	"github.com/aanpak/aanpak/internal/search"
)

// mappingVersion changes whenever the same entries would be indexed differently; the index is then filled anew.
const mappingVersion = 3

type (
	posting = segment.Posting
	lexicon = lang.Lexicon
)

// ErrLocked says that another process has the index open.
var ErrLocked = errors.New("the search index is in use by another process: stop it first")

// ErrRebuilding says that a rebuild is under way already.
var ErrRebuilding = errors.New("the search index is being rebuilt already")

// ErrClosed says that the index was closed.
var ErrClosed = errors.New("the search index is closed")

// Options are the settings of an index.
type Options struct {
	Dir     string        // folder of its own; made when it is not there
	Lexicon *lang.Lexicon // shared with the marker; nil makes one
	Log     *slog.Logger  // nil = none
}

// Index implements search.Index on Bleve.
type Index struct {
	dir  string
	lx   *lang.Lexicon
	log  *slog.Logger
	lock *folderLock

	mu       sync.RWMutex // held for reading while a store is used, for writing to swap
	cur      *store
	next     *store // being rebuilt, else nil
	replaced map[search.Key]bool
	fresh    bool

	write sync.Mutex // one writer at a time
}

var _ search.Index = (*Index)(nil)

// Open opens the index in a folder, or makes one. It fails with ErrLocked when another process has it open.
func Open(o Options) (*Index, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Lexicon == nil {
		o.Lexicon = lang.NewLexicon()
	}
	lock, err := lockFolder(o.Dir)
	if err != nil {
		return nil, fmt.Errorf("open search index %s: %w", o.Dir, err)
	}
	x := &Index{dir: o.Dir, lx: o.Lexicon, log: o.Log, lock: lock}
	if err := x.openCurrent(); err != nil {
		return nil, errors.Join(fmt.Errorf("open search index %s: %w", o.Dir, err), lock.release())
	}
	return x, nil
}

func (x *Index) openCurrent() error {
	name, err := currentFolder(x.dir)
	if err != nil {
		return err
	}
	if x.cur, err = openStore(x.dir, name, x.lx); err != nil {
		return err
	}
	x.fresh = x.cur.empty()
	if err := setCurrent(x.dir, name); err != nil {
		return errors.Join(err, x.cur.close())
	}
	return removeOthers(x.dir, name)
}

// Lexicon returns the lexicon that the index uses, for the marker.
func (x *Index) Lexicon() *lang.Lexicon { return x.lx }

// Fresh tells whether the index had nothing in it when it was opened: it is new, or its mapping changed. Everything must
// then be put into it, with Rebuild or with Replace.
func (x *Index) Fresh() bool { return x.fresh }

// Ready says that the index is open, which it is since Open returned.
func (x *Index) Ready(context.Context) error { return nil }

// Search answers a question.
func (x *Index) Search(ctx context.Context, q search.Query) (search.Result, error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.cur == nil {
		return search.Result{}, ErrClosed
	}
	res, err := x.cur.search(ctx, q, x.lx)
	if err != nil {
		return res, fmt.Errorf("search: %w", err)
	}
	return res, nil
}

// Similar finds documents like a text. The filters, audience and paging of q count, its Text is ignored.
func (x *Index) Similar(ctx context.Context, text string, not search.Key, q search.Query) (search.Result, error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.cur == nil {
		return search.Result{}, ErrClosed
	}
	res, err := x.cur.similar(ctx, text, not, q)
	if err != nil {
		return res, fmt.Errorf("search similar: %w", err)
	}
	return res, nil
}

// Parents calls f for each parent in the index.
func (x *Index) Parents(ctx context.Context, f func(search.Key) error) error {
	x.mu.RLock()
	if x.cur == nil {
		x.mu.RUnlock()
		return ErrClosed
	}
	keys := x.cur.keys()
	x.mu.RUnlock()
	for _, k := range keys {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := f(k); err != nil {
			return err
		}
	}
	return nil
}

// Pages returns the pages of a parent that are wholly in the index.
func (x *Index) Pages(_ context.Context, k search.Key) ([]int, error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.cur == nil {
		return nil, ErrClosed
	}
	return x.cur.pagesOf(k), nil
}

// Words calls f for each word of three letters or more.
func (x *Index) Words(ctx context.Context, f func(word string, entries int) error) error {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.cur == nil {
		return ErrClosed
	}
	return x.cur.eachWord(ctx, f)
}

// Ping says whether the index is open.
func (x *Index) Ping(context.Context) error {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.cur == nil {
		return ErrClosed
	}
	v, err := x.cur.view()
	if err != nil {
		return fmt.Errorf("search index: %w", err)
	}
	v.close()
	return nil
}

// Close waits for searches and a batch under way and closes the index; whatever is asked of it afterwards fails with
// ErrClosed. A rebuild under way is given up. Closing twice does nothing.
func (x *Index) Close() error {
	x.write.Lock()
	defer x.write.Unlock()
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.cur == nil {
		return nil
	}
	err := x.cur.close()
	if x.next != nil {
		err = errors.Join(err, x.next.close())
	}
	x.cur, x.next = nil, nil
	return errors.Join(err, x.lock.release())
}
