package bleve

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	bindex "github.com/blevesearch/bleve_index_api"
)

// wordsFile is where the vocabulary is kept in the folder of a store, so that opening need not walk through every word
// of the index, which for 100,000 pages takes seconds and maps most of the index into memory. It names the last batch that
// it knows; where that is not the last one of the index, as after a kill, the words are read from the index itself.
const wordsFile = "vocabulary"

// batchName is the internal key with the number of the last batch.
const batchName = "batch"

// number gives a batch the next number. It counts once the batch is written.
func (s *store) number(b *bindex.Batch) uint64 {
	n := s.batch.Load() + 1
	b.SetInternal([]byte(batchName), strconv.AppendUint(nil, n, 10))
	return n
}

// saveWords writes the vocabulary down. Words enter it before their batch is written, so it has at least those of the
// batches up to the number read first.
func (s *store) saveWords() error {
	n := s.batch.Load()
	if n == s.saved || s.wordsErr != nil {
		return nil
	}
	path := filepath.Join(s.dir, wordsFile)
	f, err := os.Create(path + ".new")
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	lines := 0
	s.words.Each(func(word string, count uint32, split bool) {
		lines++
		fmt.Fprintf(w, "%s %d %t\n", word, count, split)
	})
	fmt.Fprintf(w, "= %d %d\n", n, lines)
	if err := errors.Join(w.Flush(), f.Close()); err != nil {
		return err
	}
	s.saved = n
	return os.Rename(path+".new", path)
}

// savedWords returns the vocabulary that was written down, if it is whole and of the last batch.
func (s *store) savedWords() (counts map[string]uint32, split map[string]bool, ok bool) {
	raw, err := os.ReadFile(filepath.Join(s.dir, wordsFile))
	if err != nil {
		return nil, nil, false
	}
	counts, split = map[string]uint32{}, map[string]bool{}
	for line := range strings.Lines(string(raw)) {
		f := strings.Fields(line)
		if len(f) != 3 {
			return nil, nil, false
		}
		if f[0] == "=" {
			return counts, split, f[1] == strconv.FormatUint(s.batch.Load(), 10) && f[2] == strconv.Itoa(len(counts))
		}
		n, err := strconv.ParseUint(f[1], 10, 32)
		if err != nil {
			return nil, nil, false
		}
		counts[f[0]] = uint32(n)
		if f[2] == "true" {
			split[f[0]] = true
		}
	}
	return nil, nil, false
}
