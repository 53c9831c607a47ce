package meili

import (
	"slices"
	"strconv"
	"strings"

	"github.com/aanpak/aanpak/internal/lang"
	"github.com/aanpak/aanpak/internal/search"
	"github.com/aanpak/aanpak/internal/search/vocabulary"
)

// The marks of terms. A facet keeps any character, so they need no encoding: only fields that the server cuts into words do.
const (
	partMark = "+" // stem of a part of a compound
	wordMark = "=" // the very word, in head
)

// document is an entry as the server keeps it: one per page. What decides whether a page is found are the sets of terms, which
// the server compares whole; the fields that it cuts into words only order what was found.
type document struct {
	ID   string `json:"id"`
	Key  string `json:"key"` // of the parent; distinct
	Type string `json:"type"`
	Page int    `json:"page"`

	Words  []string `json:"words,omitempty"`  // every folded word of letters, of all texts
	Signs  []string `json:"signs,omitempty"`  // every other token: numbers, addresses, V&G
	Body   []string `json:"body,omitempty"`   // stems and parts of text and label
	Head   []string `json:"head,omitempty"`   // stems, parts and marked words of title and Extra
	Chains []string `json:"chains,omitempty"` // words that follow each other, see chains
	Split  []string `json:"split,omitempty"`  // compounds whose parts are in Body or Head

	RankTitle string `json:"rank_title,omitempty"` // terms without marks, to order by
	RankOften string `json:"rank_often,omitempty"` // those that the text has often
	RankExtra string `json:"rank_extra,omitempty"`
	RankText  string `json:"rank_text,omitempty"`

	Title string `json:"title,omitempty"` // folded tokens with a space between, to score by
	Label string `json:"label,omitempty"`
	Extra string `json:"extra,omitempty"`
	Text  string `json:"text,omitempty"`

	Kind     string   `json:"kind,omitempty"`
	Branch   string   `json:"branch,omitempty"`
	Client   string   `json:"client,omitempty"`
	Tender   string   `json:"tender,omitempty"`
	Year     string   `json:"year,omitempty"`
	Outcome  string   `json:"outcome,omitempty"`
	Language string   `json:"language,omitempty"`
	Tags     []string `json:"tag,omitempty"`
	Step     string   `json:"score,omitempty"` // whole points
	Points   float64  `json:"points"`
	Reused   int      `json:"reused"`
	Created  int64    `json:"created"` // Unix milliseconds
	Audience []string `json:"audience"`
}

// oftenTimes is how often a text has a term that says what the page is about.
const oftenTimes = 3

// newDocument makes the document of an entry whose texts were cut by the caller.
func newDocument(e search.Entry, c vocabulary.Cut, words *vocabulary.Vocabulary) (document, error) {
	key, err := keyName(search.Key{Type: e.Type, Parent: e.Parent})
	if err != nil {
		return document{}, err
	}
	d := document{ID: pageID(key, e.Page), Key: key, Type: string(e.Type), Page: e.Page}
	d.about(e)
	b := builder{words: words, language: vocabulary.StemLanguage(e.Language), all: set{}, signs: set{}, split: set{}, chains: set{}}
	title, extra := b.terms(c.Title), b.terms(c.Extra)
	text, label := b.terms(c.Text), b.terms(c.Label)
	for _, tokens := range [][]lang.Token{c.Title, c.Label, c.Extra, c.Text} {
		b.chain(tokens)
	}
	d.Words, d.Signs, d.Split, d.Chains = b.all.sorted(), b.signs.sorted(), b.split.sorted(), b.chains.sorted()
	d.Body = union(text, label).sorted()
	head := union(title, extra)
	for _, t := range slices.Concat(c.Title, c.Extra) {
		head[wordMark+t.Text]++
	}
	d.Head = head.sorted()
	d.RankTitle, d.RankExtra = title.plain(1), extra.plain(1)
	d.RankOften, d.RankText = text.plain(oftenTimes), union(text, label).plain(1)
	d.Title, d.Label, d.Extra, d.Text = join(c.Title), join(c.Label), join(c.Extra), join(c.Text)
	return d, nil
}

// about fills in what the entry carries beside its texts.
func (d *document) about(e search.Entry) {
	d.Kind, d.Branch, d.Client, d.Tender = exactly(e.Kind), exactly(e.Branch), exactly(e.Client), exactly(e.Tender)
	d.Outcome, d.Language, d.Tags, d.Audience = exactly(e.Outcome), exactly(e.Language), exactlyAll(e.Tags), exactlyAll(e.Audience)
	d.Points, d.Reused = e.Score, e.Reused
	if e.Year != 0 {
		d.Year = strconv.Itoa(e.Year)
	}
	if e.Score > 0 {
		d.Step = strconv.Itoa(int(e.Score))
	}
	if !e.Created.IsZero() {
		d.Created = e.Created.UnixMilli()
	}
}

func join(tokens []lang.Token) string {
	var b strings.Builder
	for i, t := range tokens {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(t.Text)
	}
	return b.String()
}

// set counts terms.
type set map[string]int

func (s set) sorted() []string {
	out := make([]string, 0, len(s))
	for t := range s {
		out = append(out, t)
	}
	slices.Sort(out)
	return out
}

// plain joins the terms that are there so many times, without their marks.
func (s set) plain(times int) string {
	seen := set{}
	for t, n := range s {
		if n >= times {
			seen[strings.TrimLeft(t, partMark+lang.EnglishMark)]++
		}
	}
	return strings.Join(seen.sorted(), " ")
}

func union(a, b set) set {
	out := make(set, len(a)+len(b))
	for _, s := range []set{a, b} {
		for t, n := range s {
			out[t] += n
		}
	}
	return out
}

// builder turns tokens into terms.
type builder struct {
	words    *vocabulary.Vocabulary
	language string // whose stems are enough; empty for both
	all      set
	signs    set
	split    set
	chains   set
}

// terms counts the stems and parts of a text, and notes its words.
func (b *builder) terms(tokens []lang.Token) set {
	out := make(set, len(tokens))
	for _, t := range tokens {
		b.word(t.Text, out)
		for _, v := range vocabulary.Variants(t.Text) {
			b.word(v, out)
			out[lang.EnglishMark+v]++
		}
	}
	return out
}

func (b *builder) word(w string, out set) {
	if vocabulary.IsWord(w) {
		b.all[w]++
	} else {
		b.signs[w]++
	}
	for _, s := range b.stems(w) {
		out[s]++
	}
	for _, p := range b.words.Parts(w) {
		out[partMark+p]++
		b.split[w]++
	}
}

func (b *builder) stems(w string) []string {
	lx := b.words.Lexicon()
	if b.language == "" {
		return lx.Stems(w)
	}
	return []string{lx.StemIn(b.language, w)}
}
