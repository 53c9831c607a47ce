package bleve

import (
	"fmt"
	"strconv"
	"sync"

	"github.com/blevesearch/bleve/v2/index/scorch"
	bindex "github.com/blevesearch/bleve_index_api"
)

// column is the metadata of the documents of one segment, by local number. Segments never change, so neither does it.
type column struct {
	meta []uint32
	page []int32
}

// columns keeps the columns of the segments that exist.
type columns struct {
	mu   sync.Mutex
	segs map[uint64]*column
	tab  *table
}

// view is the index at one moment.
type view struct {
	snap    *scorch.IndexSnapshot
	segs    []*scorch.SegmentSnapshot
	cols    []*column
	metas   []*meta
	keys    [][]string // of audiences
	parents int
	docs    float64
}

func (v *view) close() { _ = v.snap.Close() }

// view opens a view; the caller closes it. Columns of segments not seen before are read, those of segments that are gone are
// forgotten.
func (c *columns) view(r bindex.IndexReader) (*view, error) {
	snap, ok := r.(*scorch.IndexSnapshot)
	if !ok {
		return nil, fmt.Errorf("unexpected index reader %T", r)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	v := &view{snap: snap, segs: snap.Segments()}
	used := make(map[uint64]*column, len(v.segs))
	base := uint64(0)
	for _, s := range v.segs {
		col := c.segs[s.Id()]
		if col == nil {
			var err error
			if col, err = c.read(snap, s, base); err != nil {
				return nil, err
			}
		}
		used[s.Id()] = col
		c.segs[s.Id()] = col
		v.cols = append(v.cols, col)
		v.docs += float64(s.Count())
		base += uint64(s.FullSize())
	}
	if len(c.segs) > 4*len(used)+64 {
		c.segs = used
	}
	v.metas, v.keys, v.parents = c.tab.snapshot()
	return v, nil
}

func (c *columns) read(snap *scorch.IndexSnapshot, s *scorch.SegmentSnapshot, base uint64) (*column, error) {
	dv, err := snap.DocValueReader([]string{fieldMeta, fieldPage})
	if err != nil {
		return nil, fmt.Errorf("open metadata: %w", err)
	}
	n := s.FullSize()
	col := &column{meta: make([]uint32, n), page: make([]int32, n)}
	var failed error
	for i := range n {
		err := dv.VisitDocValues(bindex.NewIndexInternalID(nil, base+uint64(i)), func(f string, term []byte) {
			switch f {
			case fieldMeta:
				col.meta[i], err = c.tab.id(term)
			case fieldPage:
				var p int
				p, err = strconv.Atoi(string(term))
				col.page[i] = int32(p)
			}
			if err != nil {
				failed = err
			}
		})
		if err != nil {
			return nil, fmt.Errorf("read metadata: %w", err)
		}
	}
	return col, failed
}
