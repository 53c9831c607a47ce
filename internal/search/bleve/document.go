package bleve

import (
	"encoding/json"
	"fmt"
	"strconv"

	bdoc "github.com/blevesearch/bleve/v2/document"

	"github.com/aanpak/aanpak/internal/lang"
	"github.com/aanpak/aanpak/internal/search"
	"github.com/aanpak/aanpak/internal/search/vocabulary"
)

// The fields of an entry in the index. Change what is in them and mappingVersion must change too.
const (
	fieldExact = "x" // every folded word, with positions, for phrases, nearness and the exact form
	fieldStem  = "s" // stems and parts of text and label
	fieldTitle = "t" // stems and parts of the title
	fieldExtra = "u" // stems and parts of Extra
	fieldEdge  = "e" // the first letter and the first three letters of words and parts
	fieldSplit = "c" // compounds whose parts went into the index
	fieldMeta  = "m" // the JSON of meta
	fieldPage  = "p" // the page
)

// partMark begins the stems of parts of compounds.
const partMark = "+"

// gap is the number of positions between title, label, extra and text, over which no phrase reaches.
const gap = 100

// builder turns entries into documents of the index, one after the other. It serves one goroutine.
type builder struct {
	words *vocabulary.Vocabulary
	known map[string]*lexis // by language; kept from batch to batch
	shelf shelf

	*lexis          // of the language of the entry
	sheet  *sheet   // of the entry
	used   []*sheet // of the batch
	entry  uint32   // number of the entry
	pos    int
	slots  []slot // the words of the entry, as in the exact field
	occ    []occurrence
}

// slot is a word of the entry that is being built.
type slot struct {
	form *form
	n    int // times in the text at hand
	all  int // times in the entry
}

// occurrence is a word at a position.
type occurrence struct {
	slot uint32
	pos  int32
}

// document builds the document of an entry whose texts were cut by the caller. It holds until release.
func (b *builder) document(e search.Entry, c vocabulary.Cut) (*bdoc.Document, error) {
	raw, err := json.Marshal(metaOf(e))
	if err != nil {
		return nil, fmt.Errorf("write metadata of %s %s: %w", e.Type, e.Parent, err)
	}
	b.begin(e)
	b.text(c.Title, title, 1)
	b.text(c.Label, stem, 2)
	b.text(c.Extra, extra, 1)
	b.text(c.Text, stem, 1)
	b.locate()

	d := bdoc.NewDocument(docID(e))
	for i := range b.sheet.fields {
		f := &b.sheet.fields[i]
		f.seal()
		d.AddField(f)
	}
	d.AddField(keyword(fieldMeta, string(raw)))
	d.AddField(keyword(fieldPage, strconv.Itoa(e.Page)))
	return d, nil
}

func (b *builder) begin(e search.Entry) {
	b.entry++
	b.sheet = b.shelf.take()
	b.sheet.begin(b.entry)
	b.used = append(b.used, b.sheet)
	b.pos, b.slots, b.occ = 0, b.slots[:0], b.occ[:0]
	b.lexis = b.lexisOf(vocabulary.StemLanguage(e.Language))
}

// release takes back the memory of the documents since the last release.
func (b *builder) release() {
	b.shelf.put(b.used)
	clear(b.used)
	b.used, b.sheet = b.used[:0], nil
}

func docID(e search.Entry) string { return keyID(e.Type, e.Parent, e.Page) }

func keyID(t search.Type, parent string, page int) string {
	return string(t) + "/" + parent + "/" + strconv.Itoa(page)
}

// text adds the tokens of a text to the fields; times is how often a stem of it counts. Each word is looked up once per
// token, and everything that it adds once per text: most tokens of a text are of words that it has several times.
func (b *builder) text(tokens []lang.Token, field, times int) {
	if len(tokens) == 0 {
		return
	}
	stems := &b.sheet.fields[field]
	first := len(b.occ)
	for _, t := range tokens {
		b.pos++
		b.occur(t.Text).n++
		for _, v := range vocabulary.Variants(t.Text) {
			b.occur(v)
			stems.add(b.term(v), 1)
			stems.add(b.term(lang.EnglishMark+v), 1)
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
	f := b.form(w)
	i, fresh := b.sheet.fields[exact].place(f.word)
	if fresh {
		b.meet(f)
	}
	s := &b.slots[i]
	s.all++
	b.occ = append(b.occ, occurrence{i, int32(b.pos)})
	return s
}

// meet makes a slot for a word that the entry did not have yet, and adds what counts once per entry.
func (b *builder) meet(f *form) {
	b.slots = append(b.slots, slot{form: f})
	for _, e := range f.edges {
		b.sheet.fields[edge].add(e, 1)
	}
	if f.split {
		b.sheet.fields[split].add(f.word, 1)
	}
}

// locate gives the words their frequencies and positions.
func (b *builder) locate() {
	places, room := b.sheet.locations(len(b.occ))
	f := &b.sheet.fields[exact]
	for i, s := range b.slots {
		f.freqs[i].SetFrequency(s.all)
		f.freqs[i].Locations, room = room[:0:s.all], room[s.all:]
	}
	for i, o := range b.occ {
		places[i].Position = int(o.pos)
		tf := &f.freqs[o.slot]
		tf.Locations = append(tf.Locations, &places[i])
	}
	f.length = len(b.occ)
}
