package bleve

import bindex "github.com/blevesearch/bleve_index_api"

// term is a word, stem or beginning in both forms that Bleve wants. There is one of each text, which knows where it stands
// in the entry being built: counting a term then takes no look-up, and much of the time went to look-ups.
type term struct {
	text  string
	bytes []byte
	marks [fields]mark
}

// mark is the place of a term in a field of an entry.
type mark struct{ entry, at uint32 }

// field is a field whose terms are counted already, in the form that Bleve's segments are built from.
type field struct {
	name    string
	kind    int // its marks in a term
	options bindex.FieldIndexingOptions
	entry   uint32
	length  int
	terms   []*term
	freqs   []bindex.TokenFreq // of the terms
	byTerm  bindex.TokenFrequencies
}

func (f *field) Name() string                                      { return f.name }
func (f *field) Value() []byte                                     { return nil }
func (f *field) ArrayPositions() []uint64                          { return nil }
func (f *field) EncodedFieldType() byte                            { return 't' }
func (f *field) Analyze()                                          {}
func (f *field) Options() bindex.FieldIndexingOptions              { return f.options }
func (f *field) AnalyzedLength() int                               { return f.length }
func (f *field) AnalyzedTokenFrequencies() bindex.TokenFrequencies { return f.byTerm }
func (f *field) NumPlainTextBytes() uint64                         { return 0 }

// Size is a rough number of bytes in memory, for Bleve's own bookkeeping.
func (f *field) Size() int { return 64 + 48*len(f.byTerm) }

// begin empties the field for an entry.
func (f *field) begin(entry uint32) {
	f.entry, f.length = entry, 0
	f.terms, f.freqs = f.terms[:0], f.freqs[:0]
}

// place returns the place of a term in the field, and whether the term is new there.
func (f *field) place(t *term) (at uint32, fresh bool) {
	m := &t.marks[f.kind]
	if m.entry == f.entry {
		return m.at, false
	}
	*m = mark{f.entry, uint32(len(f.terms))}
	f.terms = append(f.terms, t)
	f.freqs = append(f.freqs, bindex.TokenFreq{Term: t.bytes})
	return m.at, true
}

// add counts a term so many times.
func (f *field) add(t *term, times int) {
	at, _ := f.place(t)
	f.length += times
	if !f.options.SkipFreqNorm() {
		tf := &f.freqs[at]
		tf.SetFrequency(tf.Frequency() + times)
	}
}

// seal makes the table that Bleve reads, once all terms are there.
func (f *field) seal() {
	if f.byTerm == nil {
		f.byTerm = make(bindex.TokenFrequencies, len(f.terms))
	}
	clear(f.byTerm)
	for i, t := range f.terms {
		f.byTerm[t.text] = &f.freqs[i]
	}
}

// keyword returns a field with one value, which questions read by document.
func keyword(name, value string) *field {
	return &field{
		name: name, options: bindex.IndexField | bindex.DocValues | bindex.SkipFreqNorm, length: 1,
		byTerm: bindex.TokenFrequencies{value: {Term: []byte(value)}},
	}
}

// The places of the fields of words in a sheet.
const (
	exact = iota
	stem
	title
	extra
	edge
	split
	fields
)

// sheet is the memory in which the words of one entry are counted. Bleve is done with it when the entry's batch is written.
type sheet struct {
	fields [fields]field
	places []bindex.TokenLocation
	room   []*bindex.TokenLocation
}

// usualTerms is the number of words of an entry for which a new sheet has room: to grow there one by one takes twice as much.
const usualTerms = 200

func newSheet() *sheet {
	s := new(sheet)
	for kind, name := range [fields]string{fieldExact, fieldStem, fieldTitle, fieldExtra, fieldEdge, fieldSplit} {
		s.fields[kind] = field{name: name, kind: kind, options: bindex.IndexField}
	}
	for _, kind := range []int{exact, stem, edge} {
		f := &s.fields[kind]
		f.terms, f.freqs = make([]*term, 0, usualTerms), make([]bindex.TokenFreq, 0, usualTerms)
	}
	s.fields[exact].options |= bindex.IncludeTermVectors
	s.fields[edge].options |= bindex.SkipFreqNorm
	s.fields[split].options |= bindex.SkipFreqNorm
	return s
}

func (s *sheet) begin(entry uint32) {
	for i := range s.fields {
		s.fields[i].begin(entry)
	}
}

// locations returns room for so many.
func (s *sheet) locations(n int) ([]bindex.TokenLocation, []*bindex.TokenLocation) {
	if cap(s.places) < n {
		s.places, s.room = make([]bindex.TokenLocation, n), make([]*bindex.TokenLocation, n)
	}
	return s.places[:n], s.room[:n]
}
