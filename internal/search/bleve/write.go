package bleve

import (
	"context"
	"fmt"
	"slices"
	"strings"

	bindex "github.com/blevesearch/bleve_index_api"

	"github.com/aanpak/aanpak/internal/lang"
	"github.com/aanpak/aanpak/internal/search"
)

// A batch has at most so many entries and bytes of text: larger ones take memory, smaller ones time.
const (
	batchEntries = 500
	batchBytes   = 3 << 20
)

// pendingPrefix begins the internal keys that name parents which are being written in several batches.
const pendingPrefix = "pending\x00"

func pendingName(k search.Key) []byte {
	return []byte(pendingPrefix + string(k.Type) + "\x00" + k.Parent)
}

func pendingKey(name string) (search.Key, bool) {
	rest, ok := strings.CutPrefix(name, pendingPrefix)
	t, parent, ok2 := strings.Cut(rest, "\x00")
	return search.Key{Type: search.Type(t), Parent: parent}, ok && ok2
}

// replace puts the entries of the parents into the store. Many entries go in several batches; a parent that is new is
// then found when its last batch is in, also when the process is killed in between.
func (s *store) replace(ctx context.Context, parents []search.Key, entries []search.Entry) error {
	if err := s.loaded(ctx); err != nil { // it says which compounds are in the index with their parts
		return err
	}
	fresh := make(map[search.Key][]int32, len(parents))
	for _, k := range parents {
		fresh[k] = nil
	}
	for _, e := range entries {
		k := search.Key{Type: e.Type, Parent: e.Parent}
		fresh[k] = append(fresh[k], int32(e.Page))
	}
	chunks := chunk(entries)
	for i, c := range chunks {
		if err := ctx.Err(); err != nil {
			return err
		}
		b := bindex.NewBatch()
		if err := s.fill(b, c); err != nil {
			s.build.release()
			return err
		}
		if i == 0 && len(chunks) > 1 {
			s.announce(b, fresh)
		}
		if i == len(chunks)-1 {
			s.finish(b, fresh)
		}
		n := s.number(b)
		err := s.sc.Batch(b)
		s.build.release()
		if err != nil {
			return fmt.Errorf("write batch: %w", err)
		}
		s.batch.Store(n)
	}
	s.settle(fresh)
	return nil
}

// chunk cuts entries into batches. There is always one, which removes what is gone.
func chunk(entries []search.Entry) [][]search.Entry {
	var out [][]search.Entry
	start, size := 0, 0
	for i, e := range entries {
		if i > start && (i-start >= batchEntries || size+len(e.Text) > batchBytes) {
			out = append(out, entries[start:i])
			start, size = i, 0
		}
		size += len(e.Text)
	}
	return append(out, entries[start:])
}

// cut is the texts of an entry as tokens.
type cut struct{ title, label, extra, text []lang.Token }

func cutEntry(e search.Entry) cut {
	return cut{lang.Tokens(e.Title), lang.Tokens(e.Label), lang.Tokens(e.Extra), lang.AppendTokens(make([]lang.Token, 0, len(e.Text)/6), e.Text)}
}

// fill adds entries to a batch. Their words are counted first, so that a compound and its part that come together are
// already known to each other.
func (s *store) fill(b *bindex.Batch, entries []search.Entry) error {
	cuts := make([]cut, len(entries))
	for i, e := range entries {
		cuts[i] = cutEntry(e)
	}
	s.words.count(countWords(cuts))
	for i, e := range entries {
		d, err := s.build.document(e, cuts[i])
		if err != nil {
			return err
		}
		b.Update(d)
	}
	return nil
}

// countWords returns the words of letters with the number of entries that have each.
func countWords(cuts []cut) map[string]uint32 {
	type seen struct {
		last int // entry, from 1
		n    uint32
	}
	words := map[string]*seen{}
	for i, c := range cuts {
		for _, tokens := range [...][]lang.Token{c.title, c.label, c.extra, c.text} {
			for _, t := range tokens {
				w := words[t.Text]
				if w == nil {
					w = &seen{}
					words[t.Text] = w
				}
				if w.last != i+1 {
					w.last = i + 1
					w.n++
				}
			}
		}
	}
	counts := make(map[string]uint32, len(words))
	for w, s := range words {
		if isWord(w) {
			counts[w] = s.n
		}
	}
	return counts
}

// announce hides the parents that are new until finish.
func (s *store) announce(b *bindex.Batch, fresh map[search.Key][]int32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k := range fresh {
		if _, there := s.pages[k]; !there {
			s.hidden[k] = true
			b.SetInternal(pendingName(k), []byte{1})
		}
	}
}

// finish removes the pages that are gone, in the same batch as the last of the new ones.
func (s *store) finish(b *bindex.Batch, fresh map[search.Key][]int32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k, pages := range fresh {
		slices.Sort(pages)
		for _, old := range s.pages[k] {
			if _, ok := slices.BinarySearch(pages, old); !ok {
				b.Delete(keyID(k.Type, k.Parent, int(old)))
			}
		}
		if s.hidden[k] {
			b.DeleteInternal(pendingName(k))
		}
	}
}

// settle notes what is in the index now, and asks for its metadata to be read.
func (s *store) settle(fresh map[search.Key][]int32) {
	s.mu.Lock()
	for k, pages := range fresh {
		delete(s.hidden, k)
		if len(pages) == 0 {
			delete(s.pages, k)
			continue
		}
		s.pages[k] = slices.Compact(pages)
	}
	if metas, _, _ := s.cols.tab.snapshot(); len(metas) > 4*len(s.pages)+10_000 {
		s.cols = &columns{segs: map[uint64]*column{}, tab: newTable()} // mostly metadata of the past
	}
	s.mu.Unlock()
	select {
	case s.warm <- struct{}{}:
	default:
	}
}
