// Package meili is the search index on a Meilisearch server, for installations with several processes.
//
// One entry per page, one hit per document. Which pages are found is decided by filters alone: the terms of search.NewPlan
// are facets of an entry, compared whole, so that the answers are those of the embedded engine, with true totals, page counts
// and facets, and nothing that the server guesses at. The audience is a filter of every question. The server's own ranking picks
// the likeliest pages, which are then scored here, by the same rules as there.
//
// The words of the index are kept in memory as well (package vocabulary), read when it is opened and again when others have
// written. One process at a time writes (package index sees to it); what it wrote is found when Replace returns. A server that is away makes every
// method fail with ErrAway; opening goes on without it and is finished when it answers.
package meili

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/meilisearch/meilisearch-go"

	"github.com/aanpak/aanpak/internal/lang"
	"github.com/aanpak/aanpak/internal/search"
	"github.com/aanpak/aanpak/internal/search/vocabulary"
)

// ErrClosed says that the index was closed.
var ErrClosed = errors.New("the search index is closed")

// ErrRebuilding says that a rebuild is under way already.
var ErrRebuilding = errors.New("the search index is being rebuilt already")

// Options are the settings of an index.
type Options struct {
	Address   Address
	Lexicon   *lang.Lexicon     // shared with the marker; nil makes one
	Log       *slog.Logger      // nil = none
	Transport http.RoundTripper // nil = of our own; tests record with it
	Clock     func() time.Time  // nil = time.Now
}

// Index implements search.Index on a server.
type Index struct {
	addr Address
	uid  string
	srv  *server
	lx   *lang.Lexicon
	log  *slog.Logger
	now  func() time.Time

	words  atomic.Pointer[vocabulary.Vocabulary]
	opened chan struct{} // closed when the index is there and the words are read
	fresh  atomic.Bool
	stamp  atomic.Pointer[time.Time] // when the index was changed last, as far as the words know

	write    sync.Mutex // one writer at a time
	state    sync.Mutex
	next     string // index being filled by a rebuild, else empty
	replaced map[search.Key]bool

	life context.Context // ends with Close
	end  context.CancelFunc
	done sync.WaitGroup
}

var _ search.Index = (*Index)(nil)

// Open connects to a server and makes the index there. It fails where the server refuses; where it does not answer Open succeeds, and
// the index is made when it does.
func Open(ctx context.Context, o Options) (*Index, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Lexicon == nil {
		o.Lexicon = lang.NewLexicon()
	}
	if o.Transport == nil {
		o.Transport = newTransport()
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	x := &Index{
		addr: o.Address, uid: fmt.Sprintf("%s_%d", o.Address.Prefix, generation), srv: newServer(o.Address, o.Transport),
		lx: o.Lexicon, log: o.Log, now: o.Clock, opened: make(chan struct{}),
	}
	x.life, x.end = context.WithCancel(context.Background())
	first, cancel := context.WithTimeout(ctx, openWait)
	defer cancel()
	err := x.setUp(first)
	switch {
	case errors.Is(err, ErrAway) && ctx.Err() == nil:
		x.log.Warn("search is away; everything else works", "err", err)
	case err != nil:
		return nil, errors.Join(fmt.Errorf("open search index: %w", err), x.Close())
	}
	x.done.Go(x.keep)
	return x, nil
}

const (
	openWait   = 20 * time.Second // for the server, when opening
	retryEvery = 2 * time.Second  // while it is away
	lookEvery  = 30 * time.Second // for compounds whose parts have become known
	wordsLooks = 10               // of these, between looks whether others have written
	keyLooks   = 120              // of these, between looks whether the key of our own grows old
)

// setUp makes the index where it is missing and reads its words. It may be called again after a failure.
func (x *Index) setUp(ctx context.Context) error {
	if err := x.srv.ownKey(ctx, x.now); err != nil {
		return err
	}
	if err := x.migrate(ctx); err != nil {
		return err
	}
	n, err := x.entries(ctx)
	if err != nil {
		return err
	}
	x.fresh.Store(n == 0)
	if err := x.readWords(ctx); err != nil {
		return err
	}
	close(x.opened)
	return nil
}

func (x *Index) entries(ctx context.Context) (n int64, err error) {
	err = x.srv.do(ctx, "count entries", func(api meilisearch.ServiceManager) error {
		stats, err := api.Index(x.uid).GetStatsWithContext(ctx, nil)
		if err == nil {
			n = stats.NumberOfDocuments
		}
		return err
	})
	return n, err
}

// keep finishes opening, and then keeps key and words up to date, until Close.
func (x *Index) keep() {
	for !x.isOpen() {
		if !x.sleep(retryEvery) {
			return
		}
		if err := x.setUp(x.life); err != nil && !errors.Is(err, ErrAway) {
			x.log.Error("open search index", "err", err)
		}
	}
	for i := 1; x.sleep(lookEvery); i++ {
		x.words.Load().Refresh()
		if i%wordsLooks == 0 {
			x.warn("read the words of the search index", x.refreshWords(x.life))
		}
		if i%keyLooks == 0 {
			x.warn("renew the key of the search server", x.srv.rotate(x.life, x.now()))
		}
	}
}

func (x *Index) warn(what string, err error) {
	if err != nil && x.life.Err() == nil {
		x.log.Warn(what, "err", err)
	}
}

func (x *Index) sleep(d time.Duration) bool {
	select {
	case <-x.life.Done():
		return false
	case <-time.After(d):
		return true
	}
}

func (x *Index) isOpen() bool {
	select {
	case <-x.opened:
		return true
	default:
		return false
	}
}

// ready returns the words of an index that is open.
func (x *Index) ready(ctx context.Context) (*vocabulary.Vocabulary, error) {
	switch {
	case x.life.Err() != nil:
		return nil, ErrClosed
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case !x.isOpen():
		return nil, ErrAway
	}
	return x.words.Load(), nil
}

// Lexicon returns the lexicon that the index uses, for the marker.
func (x *Index) Lexicon() *lang.Lexicon { return x.lx }

// Ready waits until the index is open, which it is when Open returns unless the server was away.
func (x *Index) Ready(ctx context.Context) error {
	select {
	case <-x.opened:
		return nil
	case <-x.life.Done():
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Fresh tells whether the index had nothing in it when it was opened: it is new, or of a new generation. Everything must then be put into it.
func (x *Index) Fresh() bool { return x.fresh.Load() }

// Ping says whether the server answers and has the index.
func (x *Index) Ping(ctx context.Context) error {
	if _, err := x.ready(ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, searchTimeout)
	defer cancel()
	_, err := x.multi(ctx, query{filter: nothing})
	return err
}

// MissingRights returns the rights that we need and the key lacks, by their names on the server.
func (x *Index) MissingRights(ctx context.Context) ([]string, error) {
	return x.srv.missingRights(ctx, x.uid)
}

// Close ends what runs beside and gives the key of our own back; whatever is asked of the index afterwards fails with ErrClosed. Closing twice does nothing.
func (x *Index) Close() error {
	if x.life.Err() != nil {
		return nil
	}
	x.end()
	x.done.Wait()
	x.write.Lock()
	defer x.write.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if err := x.srv.forgetKey(ctx); err != nil && !errors.Is(err, ErrAway) {
		return fmt.Errorf("close search index: %w", err)
	}
	return nil
}
