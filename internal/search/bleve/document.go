package bleve

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	bdoc "github.com/blevesearch/bleve/v2/document"
	bindex "github.com/blevesearch/bleve_index_api"

	"github.com/aanpak/aanpak/internal/lang"
	"github.com/aanpak/aanpak/internal/search"
)

// The fields of an entry in the index. Change what is in them and mappingVersion must change too.
const (
	fieldExact = "x" // every folded word, with positions, for phrases, nearness and the exact form
	fieldStem  = "s" // stems and parts of text and label
	fieldTitle = "t" // stems and parts of the title
	fieldExtra = "u" // stems and parts of Extra
	fieldEdge  = "e" // the first one to three letters of words and parts
	fieldSplit = "c" // compounds whose parts went into the index
	fieldMeta  = "m" // the JSON of meta
	fieldPage  = "p" // the page
)

// partMark begins the stems of parts of compounds.
const partMark = "+"

// gap is the number of positions between title, label, extra and text, over which no phrase reaches.
const gap = 100

// edgeLetters is the longest beginning kept in fieldEdge; longer ones are looked up in the vocabulary.
const edgeLetters = 3

// field is a field whose terms are counted already, in the form that Bleve's segments are built from.
type field struct {
	name    string
	options bindex.FieldIndexingOptions
	length  int
	freqs   bindex.TokenFrequencies
	slab    []bindex.TokenFreq // allocated together
}

func (f *field) Name() string                                      { return f.name }
func (f *field) Value() []byte                                     { return nil }
func (f *field) ArrayPositions() []uint64                          { return nil }
func (f *field) EncodedFieldType() byte                            { return 't' }
func (f *field) Analyze()                                          {}
func (f *field) Options() bindex.FieldIndexingOptions              { return f.options }
func (f *field) AnalyzedLength() int                               { return f.length }
func (f *field) AnalyzedTokenFrequencies() bindex.TokenFrequencies { return f.freqs }
func (f *field) NumPlainTextBytes() uint64                         { return 0 }

// Size is a rough number of bytes in memory, for Bleve's own bookkeeping.
func (f *field) Size() int { return 64 + 48*len(f.freqs) }

// add counts a term so many times.
func (f *field) add(t term, times int) *bindex.TokenFreq {
	tf := f.freqs[t.text]
	if tf == nil {
		tf = f.put(t)
	}
	if !f.options.SkipFreqNorm() {
		tf.SetFrequency(tf.Frequency() + times)
	}
	f.length += times
	return tf
}

// put adds a term that the field does not have yet, uncounted.
func (f *field) put(t term) *bindex.TokenFreq {
	if len(f.slab) == 0 {
		f.slab = make([]bindex.TokenFreq, 64)
	}
	tf := &f.slab[0]
	f.slab = f.slab[1:]
	tf.Term = t.bytes
	f.freqs[t.text] = tf
	return tf
}

// term is a term in both forms that Bleve wants, so that neither is made again for every entry.
type term struct {
	text  string
	bytes []byte
}

func newTerm(s string) term { return term{s, []byte(s)} }

func newField(name string, size int, o bindex.FieldIndexingOptions) *field {
	return &field{name: name, options: o | bindex.IndexField, freqs: make(bindex.TokenFrequencies, size)}
}

// builder turns entries into documents of the index, one after the other. It serves one goroutine.
type builder struct {
	words *vocabulary
	forms map[string]map[string]*form // by language and word; kept from batch to batch

	exact, stem, title, extra, edge, split *field

	language string           // of the entry, empty where it takes the stems of both
	known    map[string]*form // forms of that language
	pos      int
	slots    []slot           // the words of the entry
	at       map[string]int32 // word → its place in slots
	occ      []occurrence
}

// slot is a word of the entry that is being built.
type slot struct {
	form  *form
	exact *bindex.TokenFreq
	n     int // times in the text at hand
	all   int // times in the entry
}

// occurrence is a word at a position.
type occurrence struct{ slot, pos int32 }

// document builds the document of an entry whose texts were cut by the caller.
func (b *builder) document(e search.Entry, c cut) (*bdoc.Document, error) {
	raw, err := json.Marshal(metaOf(e))
	if err != nil {
		return nil, fmt.Errorf("write metadata of %s %s: %w", e.Type, e.Parent, err)
	}
	b.begin(e)
	b.text(c.title, b.title, 1)
	b.text(c.label, b.stem, 2)
	b.text(c.extra, b.extra, 1)
	b.text(c.text, b.stem, 1)
	b.locate()

	d := bdoc.NewDocument(docID(e))
	for _, f := range []*field{b.exact, b.stem, b.title, b.extra, b.edge, b.split} {
		d.AddField(f)
	}
	d.AddField(keyword(fieldMeta, string(raw)))
	d.AddField(keyword(fieldPage, strconv.Itoa(e.Page)))
	return d, nil
}

func (b *builder) begin(e search.Entry) {
	n := len(e.Text) / 12
	b.exact = newField(fieldExact, n, bindex.IncludeTermVectors)
	b.stem, b.title, b.extra = newField(fieldStem, n, 0), newField(fieldTitle, 8, 0), newField(fieldExtra, 8, 0)
	b.edge, b.split = newField(fieldEdge, n, bindex.SkipFreqNorm), newField(fieldSplit, 8, bindex.SkipFreqNorm)
	b.pos, b.slots, b.occ = 0, b.slots[:0], b.occ[:0]
	if b.at == nil {
		b.at, b.forms = map[string]int32{}, map[string]map[string]*form{}
	}
	clear(b.at)
	b.language = stemLanguage(e.Language)
	b.known = b.forms[b.language]
	if b.known == nil || len(b.known) > maxForms {
		b.known = map[string]*form{}
		b.forms[b.language] = b.known
	}
}

// stemLanguage is the language whose stems are enough; empty where it takes those of both.
func stemLanguage(language string) string {
	if language == lang.Dutch || language == lang.English {
		return language
	}
	return ""
}

func keyword(name, value string) *field {
	f := newField(name, 1, bindex.DocValues|bindex.SkipFreqNorm)
	f.add(newTerm(value), 1)
	return f
}

func docID(e search.Entry) string { return keyID(e.Type, e.Parent, e.Page) }

func keyID(t search.Type, parent string, page int) string {
	return string(t) + "/" + parent + "/" + strconv.Itoa(page)
}

// text adds the tokens of a text to the fields; times is how often a stem of it counts. Each word is looked up once per
// token, and everything that it adds once per text: most tokens of a text are of words that it has several times.
func (b *builder) text(tokens []lang.Token, stems *field, times int) {
	if len(tokens) == 0 {
		return
	}
	first := len(b.occ)
	for _, t := range tokens {
		b.pos++
		b.occur(t.Text).n++
		for _, v := range variants(t.Text) {
			b.occur(v)
			stems.add(newTerm(v), 1)
			stems.add(newTerm(lang.EnglishMark+v), 1)
		}
	}
	for _, o := range b.occ[first:] {
		s := &b.slots[o.slot]
		if s.n == 0 {
			continue
		}
		for _, st := range s.form.stems {
			stems.add(st, s.n*times)
		}
		s.n = 0
	}
	b.pos += gap
}

// occur notes a word at the present position.
func (b *builder) occur(w string) *slot {
	i, ok := b.at[w]
	if !ok {
		i = b.slot(w)
	}
	s := &b.slots[i]
	s.all++
	b.occ = append(b.occ, occurrence{i, int32(b.pos)})
	return s
}

// slot makes a place for a word that the entry did not have yet, and adds what counts once per entry.
func (b *builder) slot(w string) int32 {
	f := b.form(w)
	i := int32(len(b.slots))
	b.at[f.word.text] = i
	b.slots = append(b.slots, slot{form: f, exact: b.exact.put(f.word)})
	for _, e := range f.edges {
		b.edge.add(e, 1)
	}
	if f.split {
		b.split.add(f.word, 1)
	}
	return i
}

// locate gives the words their frequencies and positions.
func (b *builder) locate() {
	places := make([]bindex.TokenLocation, len(b.occ))
	room := make([]*bindex.TokenLocation, len(b.occ))
	for i := range b.slots {
		s := &b.slots[i]
		s.exact.SetFrequency(s.all)
		s.exact.Locations, room = room[:0:s.all], room[s.all:]
	}
	for i, o := range b.occ {
		places[i].Position = int(o.pos)
		tf := b.slots[o.slot].exact
		tf.Locations = append(tf.Locations, &places[i])
	}
	b.exact.length = len(b.occ)
}

// form is what a word adds to the index. It stays the same as long as the index does, see vocabulary.
type form struct {
	word  term
	stems []term // of the word and of its parts
	edges []term
	split bool
}

// maxForms bounds the forms that are kept of a language, to some 8 MB.
const maxForms = 16_000

// form returns what a word adds.
func (b *builder) form(w string) *form {
	if f, ok := b.known[w]; ok {
		return f
	}
	f := &form{word: newTerm(strings.Clone(w))}
	for _, st := range b.stems(w) {
		f.stems = append(f.stems, newTerm(st))
	}
	f.edges = edges(f.edges, f.word.text)
	for _, p := range b.words.parts(w) {
		f.edges = edges(f.edges, p)
		f.stems = append(f.stems, newTerm(partMark+p))
		f.split = true
	}
	b.known[f.word.text] = f
	return f
}

func (b *builder) stems(w string) []string {
	if b.language == "" {
		return b.words.lx.Stems(w)
	}
	return []string{b.words.lx.StemIn(b.language, w)}
}

func edges(dst []term, w string) []term {
	n := 0
	for i, r := range w {
		if n++; n > edgeLetters {
			break
		}
		dst = append(dst, newTerm(w[:i+utf8.RuneLen(r)]))
	}
	return dst
}

// variants returns the other ways in which people ask for a number or address: 1.250,00 as 1250, and the words of an address.
func variants(w string) []string {
	if strings.Contains(w, "@") {
		var out []string
		for _, t := range lang.Tokens(strings.ReplaceAll(w, "@", " ")) {
			out = append(out, t.Text)
		}
		return out
	}
	if w[0] < '0' || w[0] > '9' || !strings.ContainsAny(w, ".,") {
		return nil
	}
	return numberVariants(w)
}

// numberVariants drops the dots or commas between thousands, and decimals that are zero.
func numberVariants(w string) []string {
	groups := strings.FieldsFunc(w, func(r rune) bool { return r == '.' || r == ',' })
	n := len(groups)
	for n > 1 && strings.Trim(groups[n-1], "0") == "" && len(groups[n-1]) <= 2 {
		n--
	}
	for _, g := range groups[1:n] {
		if len(g) != 3 {
			return nil
		}
	}
	return []string{strings.Join(groups[:n], "")}
}
