package bleve

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/index/scorch/mergeplan"
	bindex "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"

	"github.com/aanpak/aanpak/internal/lang"
	"github.com/aanpak/aanpak/internal/search"
	"github.com/aanpak/aanpak/internal/search/vocabulary"
)

// lockWait bounds the wait for Bleve's own lock on a folder, which else never ends.
const lockWait = "2s"

// wordsWait bounds how long opening waits for the vocabulary. Until it is there searching goes without completions of
// four letters and more, typing corrections and late compounds, and writing waits.
const wordsWait = 250 * time.Millisecond

// smallSegment is the number of entries below which segments count as equally small when Bleve plans to merge them. Its own
// 2,000 has it merge all it has after nearly every batch, until there are 20,000 entries. The price is some thirty segments
// for 100,000 entries rather than fifteen, so tidy merges them once writing rests.
const smallSegment = 50

// store is one folder of the index with what is kept of it in memory.
type store struct {
	name  string
	dir   string // of the segments
	sc    bindex.Index
	queue *bindex.AnalysisQueue
	words *vocabulary.Vocabulary
	build builder // used by one writer at a time, but for its shelf

	mu     sync.Mutex
	cols   *columns
	pages  map[search.Key][]int32 // what is in the index, sorted
	hidden map[search.Key]bool    // being written in several batches: not there yet

	batch atomic.Uint64 // number of the last batch
	saved uint64        // batch at which the vocabulary was written down

	ready    chan struct{} // closed when the vocabulary is loaded
	wordsErr error         // why it could not be; to be read after ready

	warm chan struct{}   // a batch was written
	life context.Context // ends with close
	end  context.CancelFunc
	done sync.WaitGroup
}

func openStore(dir, name string, lx *lang.Lexicon) (*store, error) {
	queue := bindex.NewAnalysisQueue(2)
	sc, err := scorch.NewScorch(scorch.Name, map[string]any{
		"path":                   filepath.Join(dir, name),
		"bolt_timeout":           lockWait,
		"numSnapshotsToKeep":     1,
		"scorchMergePlanOptions": map[string]any{"FloorSegmentSize": smallSegment},
	}, queue)
	if err != nil {
		return nil, err
	}
	if err := sc.Open(); err != nil {
		queue.Close()
		if err.Error() == "timeout" {
			err = ErrLocked
		}
		return nil, err
	}
	s := &store{
		name: name, dir: filepath.Join(dir, name), sc: sc, queue: queue, words: vocabulary.New(lx),
		cols:  &columns{segs: map[uint64]*column{}, tab: newTable()},
		pages: map[search.Key][]int32{}, hidden: map[search.Key]bool{},
		ready: make(chan struct{}), warm: make(chan struct{}, 1),
	}
	s.saved = math.MaxUint64 // not yet
	s.life, s.end = context.WithCancel(context.Background())
	s.build.words = s.words
	if err := s.load(); err != nil {
		return nil, errors.Join(err, sc.Close())
	}
	s.done.Go(s.loadWords)
	s.done.Go(s.keepWarm)
	select { // that of a small library is there at once
	case <-s.ready:
	case <-time.After(wordsWait):
	}
	return s, nil
}

func (s *store) close() error {
	s.end()
	s.done.Wait()
	err := errors.Join(s.saveWords(), s.sc.Close())
	s.queue.Close()
	return err
}

// view returns the index as it is now; the caller closes it.
func (s *store) view() (*view, error) {
	r, err := s.sc.Reader()
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	cols := s.cols
	s.mu.Unlock()
	v, err := cols.view(r)
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return v, nil
}

func (s *store) empty() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.pages) == 0
}

func (s *store) hiddenNow() map[search.Key]bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.hidden) == 0 {
		return nil
	}
	return maps.Clone(s.hidden)
}

// keys returns the parents that are wholly in the index.
func (s *store) keys() []search.Key {
	s.mu.Lock()
	defer s.mu.Unlock()
	keys := make([]search.Key, 0, len(s.pages))
	for k := range s.pages {
		if !s.hidden[k] {
			keys = append(keys, k)
		}
	}
	return keys
}

func (s *store) pagesOf(k search.Key) []int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hidden[k] {
		return nil
	}
	out := make([]int, 0, len(s.pages[k]))
	for _, p := range s.pages[k] {
		out = append(out, int(p))
	}
	return out
}

// load fills the memory from the folder: which pages there are and which parents are half-written.
func (s *store) load() error {
	v, err := s.view()
	if err != nil {
		return err
	}
	defer v.close()
	for i, seg := range v.segs {
		it := seg.DocNumbersLive().Iterator()
		for it.HasNext() {
			d := it.Next()
			k := v.metas[v.cols[i].meta[d]].key()
			s.pages[k] = append(s.pages[k], v.cols[i].page[d])
		}
	}
	for _, p := range s.pages {
		slices.Sort(p)
	}
	if n, err := strconv.ParseUint(string(v.snap.Internal()[batchName]), 10, 64); err == nil {
		s.batch.Store(n)
	}
	for name := range v.snap.Internal() {
		if k, ok := pendingKey(name); ok {
			s.hidden[k] = true
		}
	}
	return nil
}

// loadWords reads the vocabulary and lets the decompounder learn from it.
func (s *store) loadWords() {
	defer s.giveBack()
	defer close(s.ready)
	if counts, split, ok := s.savedWords(); ok {
		s.words.Load(counts, split)
		s.saved = s.batch.Load()
		return
	}
	v, err := s.view()
	if err != nil {
		s.wordsErr = err
		return
	}
	defer v.close()
	counts, split := map[string]uint32{}, map[string]bool{}
	for _, seg := range v.segs {
		err = errors.Join(
			s.countTerms(seg, fieldExact, func(w string, n uint32) { counts[w] += n }),
			s.countTerms(seg, fieldSplit, func(w string, _ uint32) { split[w] = true }))
		if err != nil {
			s.wordsErr = fmt.Errorf("load the words of the index: %w", err)
			return
		}
	}
	s.words.Load(counts, split)
}

// giveBack returns memory to the system: what is read on the way to a large vocabulary is several times what is kept.
func (s *store) giveBack() {
	if !s.stopped() && s.words.Size() > vocabulary.FewWords {
		debug.FreeOSMemory()
	}
}

// loaded waits for the vocabulary.
func (s *store) loaded(ctx context.Context) error {
	select {
	case <-s.ready:
		return s.wordsErr
	case <-ctx.Done():
		return ctx.Err()
	}
}

// countTerms calls f for each word of a field in a segment, with the number of live entries that have it.
func (s *store) countTerms(seg *scorch.SegmentSnapshot, field string, f func(string, uint32)) error {
	dict, err := seg.Segment().Dictionary(field)
	if err != nil || dict == nil {
		return err
	}
	var list segment.PostingsList
	it := dict.AutomatonIterator(nil, nil, nil)
	for i := 0; ; i++ {
		e, err := it.Next()
		if err != nil || e == nil {
			return err
		}
		if i&0xfff == 0 && s.stopped() {
			return ErrClosed
		}
		if !vocabulary.IsWord(e.Term) {
			continue
		}
		if list, err = dict.PostingsList([]byte(e.Term), seg.Deleted(), list); err != nil {
			return err
		}
		if n := list.Count(); n > 0 {
			f(strings.Clone(e.Term), uint32(n))
		}
	}
}

func (s *store) eachWord(ctx context.Context, f func(string, int) error) error {
	v, err := s.view()
	if err != nil {
		return err
	}
	defer v.close()
	counts := map[string]uint32{}
	for _, seg := range v.segs {
		if err := s.countTerms(seg, fieldExact, func(w string, n uint32) { counts[w] += n }); err != nil {
			return fmt.Errorf("list words: %w", err)
		}
	}
	for w, n := range counts {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := f(w, int(n)); err != nil {
			return err
		}
	}
	return nil
}

func (s *store) stopped() bool { return s.life.Err() != nil }

// keepWarm reads the metadata of new segments, those that Bleve merges in the background too, before a question needs it.
func (s *store) keepWarm() {
	var rest time.Time // not to look for late compounds before
	for {
		select {
		case <-s.life.Done():
			return
		case <-s.warm:
		}
		for i := 0; i < 20 || s.words.Stale(); i++ {
			if v, err := s.view(); err == nil {
				v.close()
			}
			if start := time.Now(); start.After(rest) {
				s.words.Refresh()
				rest = time.Now().Add(refreshRest * time.Since(start))
			}
			select {
			case <-s.life.Done():
				return
			case <-time.After(250 * time.Millisecond):
			}
		}
		if len(s.warm) == 0 {
			s.tidy()
		}
	}
}

// tidy merges small segments, as nobody writes: questions look into each. It lets go of what only writing needs.
func (s *store) tidy() {
	sc, ok := s.sc.(*scorch.Scorch)
	if !ok {
		return
	}
	s.build.shelf.clear()
	plan := mergeplan.DefaultMergePlanOptions
	// What fails of this is tried again after the next batch.
	_ = s.saveWords()
	_ = sc.ForceMerge(s.life, &plan)
	if v, err := s.view(); err == nil {
		v.close()
	}
}

// refreshRest is how many times as long as it took the search for late compounds rests: an import teaches new words with
// nearly every batch.
const refreshRest = 50
