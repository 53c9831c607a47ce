package bleve

import (
	"unicode/utf8"

	"github.com/RoaringBitmap/roaring/v2"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// beginnings returns, by segment, the entries that have a word or part beginning with one to three letters, and how many
// they are.
func (m *matcher) beginnings(letters string) (sets []*roaring.Bitmap, df float64, err error) {
	for _, s := range m.v.segs {
		dict, err := s.Segment().Dictionary(fieldEdge)
		if err != nil {
			return nil, 0, err
		}
		set := roaring.New()
		if dict != nil {
			if set, err = beginningsIn(dict, letters, s.Deleted()); err != nil {
				return nil, 0, err
			}
		}
		sets = append(sets, set)
		df += float64(set.GetCardinality())
		if err := m.ctx.Err(); err != nil {
			return nil, 0, err
		}
	}
	return sets, df, nil
}

// beginningsIn looks a beginning up, or puts it together out of the words of two letters and the beginnings of three.
func beginningsIn(dict segment.TermDictionary, letters string, deleted *roaring.Bitmap) (*roaring.Bitmap, error) {
	if utf8.RuneCountInString(letters) != 2 {
		return entriesOf(dict, letters, deleted)
	}
	var sets []*roaring.Bitmap
	it := dict.AutomatonIterator(nil, []byte(letters), after(letters))
	for {
		e, err := it.Next()
		if err != nil {
			return nil, err
		}
		if e == nil {
			return roaring.FastOr(sets...), nil
		}
		set, err := entriesOf(dict, e.Term, deleted)
		if err != nil {
			return nil, err
		}
		sets = append(sets, set)
	}
}

// after is what comes after the last term that begins with letters. No byte of UTF-8 is the highest, so it is never too far.
func after(letters string) []byte {
	end := []byte(letters)
	end[len(end)-1]++
	return end
}

// entriesOf returns the live entries of a term. Nobody may change the set: it may be that of the segment.
func entriesOf(dict segment.TermDictionary, term string, deleted *roaring.Bitmap) (*roaring.Bitmap, error) {
	list, err := dict.PostingsList([]byte(term), deleted, nil)
	if err != nil {
		return nil, err
	}
	it := list.Iterator(false, false, false, nil)
	if o, ok := it.(segment.OptimizablePostingsIterator); ok {
		if _, one := o.DocNum1Hit(); !one && o.ActualBitmap() != nil {
			return o.ActualBitmap(), nil
		}
	}
	set := roaring.New()
	for {
		x, err := it.Next()
		if err != nil || x == nil {
			return set, err
		}
		set.Add(uint32(x.Number()))
	}
}
