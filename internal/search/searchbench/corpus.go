// Package searchbench makes a large library of Dutch-looking text for the benchmarks of search, always the same one for the same
// size: words by Zipf's law out of common words, building words, their compounds and names.
package searchbench

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sort"
	"strings"
	"time"

	"github.com/aanpak/aanpak/internal/lang"
	"github.com/aanpak/aanpak/internal/search"
)

// Corpus is a made-up library. It is immutable.
type Corpus struct {
	Documents, Pages int
	words            []string
	cum              []float64 // cumulated weights of words
	prose            []float64 // the same for Prose
	first            []int     // first page of each document
}

// PageWords is the number of words on an average page; Groups the number of audience keys.
const (
	PageWords = 300
	Groups    = 400
)

const common = `de het een van en in is dat op te zijn voor met die niet aan er om ook als bij of uit nog naar worden wordt door over deze dit wij onze hun tot meer
onder tijdens zoals binnen tussen elke alle`

// New returns a library of so many pages in so many documents.
func New(documents, pages int) *Corpus {
	c := &Corpus{Documents: documents, Pages: pages, words: vocabulary()}
	c.cum, c.prose = zipf(len(c.words), 1), zipf(len(c.words), 1.25)
	rng := rand.New(rand.NewPCG(1, 2))
	weights := make([]float64, documents)
	total := 0.0
	for i := range weights {
		weights[i] = 0.2 + rng.ExpFloat64()
		total += weights[i]
	}
	at := 0.0
	for _, w := range weights {
		c.first = append(c.first, int(at))
		at += w / total * float64(pages)
	}
	return c
}

// zipf returns the cumulated weights of n ranks.
func zipf(n int, exponent float64) []float64 {
	cum := make([]float64, n)
	sum := 0.0
	for i := range cum {
		sum += 1 / math.Pow(float64(i)+2.7, exponent)
		cum[i] = sum
	}
	return cum
}

// vocabulary is some 150,000 words, the commonest first.
func vocabulary() []string {
	rng := rand.New(rand.NewPCG(3, 4))
	words := strings.Fields(common)
	seeds := lang.SeedWords()
	rng.Shuffle(len(seeds), func(i, j int) { seeds[i], seeds[j] = seeds[j], seeds[i] })
	words = append(words, seeds...)
	seen := map[string]bool{}
	links := []string{"", "", "s", "en"}
	for len(words) < 120_000 {
		w := seeds[int(float64(len(seeds))*rng.Float64()*rng.Float64())] + links[rng.IntN(4)] + seeds[rng.IntN(len(seeds))]
		if rng.IntN(5) == 0 {
			w += "en"
		}
		if !seen[w] {
			seen[w] = true
			words = append(words, w)
		}
	}
	for len(words) < 150_000 {
		words = append(words, name(rng))
	}
	return words
}

func name(rng *rand.Rand) string {
	const cons, vow = "bdfghjklmnprstvwz", "aeiou"
	var b strings.Builder
	for range 2 + rng.IntN(3) {
		b.WriteByte(cons[rng.IntN(len(cons))])
		b.WriteByte(vow[rng.IntN(len(vow))])
		if rng.IntN(3) == 0 {
			b.WriteByte(cons[rng.IntN(len(cons))])
		}
	}
	return b.String()
}

// Word returns a word of a rank: 0 is the commonest. Building words begin after Common.
func (c *Corpus) Word(rank int) string { return c.words[rank%len(c.words)] }

// Common is the number of words without meaning at the top.
func (c *Corpus) Common() int { return len(strings.Fields(common)) }

// Text returns the text of a page, from 0. Half of the words of a document's pages are of its own themes, so that
// documents differ as real ones do.
func (c *Corpus) Text(page int) string {
	rng := rand.New(rand.NewPCG(5, uint64(page)))
	doc := sort.SearchInts(c.first, page+1) - 1
	var b strings.Builder
	n, common := PageWords/2+rng.IntN(PageWords), c.Common()
	for i := range n {
		rank := c.rank(rng)
		if rank > common && rng.IntN(2) == 0 {
			rank = common + (rank*7+doc*31)%(common+40*(1+rank))
		}
		b.WriteString(c.Word(rank))
		if i%14 == 13 {
			b.WriteByte('.')
		}
		b.WriteByte(' ')
	}
	return b.String()
}

// Prose returns the text of a page, from 0, whose words repeat as those of people do: some 155 different words in 300, where
// Text has 240 and is harder on an index than what offices write.
func (c *Corpus) Prose(page int) string {
	rng := rand.New(rand.NewPCG(13, uint64(page)))
	var b strings.Builder
	for i := range PageWords/2 + rng.IntN(PageWords) {
		b.WriteString(c.words[sort.SearchFloat64s(c.prose, rng.Float64()*c.prose[len(c.prose)-1])])
		if i%14 == 13 {
			b.WriteByte('.')
		}
		b.WriteByte(' ')
	}
	return b.String()
}

func (c *Corpus) rank(rng *rand.Rand) int {
	return sort.SearchFloat64s(c.cum, rng.Float64()*c.cum[len(c.cum)-1])
}

// Document returns the entries of a document, from 0.
func (c *Corpus) Document(doc int) []search.Entry {
	rng := rand.New(rand.NewPCG(7, uint64(doc)))
	end := c.Pages
	if doc+1 < len(c.first) {
		end = c.first[doc+1]
	}
	base := search.Entry{
		Type: search.TypeDocument, Parent: fmt.Sprintf("d%05d", doc),
		Title:  fmt.Sprintf("%s %s %s", c.Word(50+rng.IntN(600)), c.Word(50+rng.IntN(600)), c.Word(2000+rng.IntN(9000))),
		Extra:  fmt.Sprintf("20%02d-%03d", 15+rng.IntN(11), rng.IntN(999)),
		Kind:   []string{"approach", "calculation", "schedule", "risk", "quality", "reference"}[rng.IntN(6)],
		Branch: fmt.Sprintf("b%02d", rng.IntN(12)), Client: fmt.Sprintf("Gemeente %s", c.Word(130_000+rng.IntN(300))),
		Year: 2015 + rng.IntN(11), Outcome: []string{"won", "lost", ""}[rng.IntN(3)], Language: "nl",
		Score: float64(rng.IntN(10)), Reused: rng.IntN(30), Created: time.Unix(1_400_000_000+int64(rng.IntN(300_000_000)), 0),
		Audience: audience(rng),
	}
	var out []search.Entry
	for p := c.first[doc]; p < end; p++ {
		e := base
		e.Page, e.Text = p-c.first[doc]+1, c.Text(p)
		out = append(out, e)
	}
	return out
}

// audience is the company for a third of the documents and one to three groups for the others.
func audience(rng *rand.Rand) []string {
	if rng.IntN(3) == 0 {
		return []string{"company"}
	}
	var out []string
	for range 1 + rng.IntN(3) {
		out = append(out, fmt.Sprintf("group:%d", rng.IntN(Groups)))
	}
	return out
}

// Viewer returns the keys of somebody in 49 groups.
func Viewer(seed uint64) []string {
	rng := rand.New(rand.NewPCG(9, seed))
	keys := []string{"company"}
	for range 49 {
		keys = append(keys, fmt.Sprintf("group:%d", rng.IntN(Groups)))
	}
	return keys
}

// Query returns a question of so many building words, from among the commoner ones.
func (c *Corpus) Query(seed uint64, words int) string {
	rng := rand.New(rand.NewPCG(11, seed))
	var out []string
	for range words {
		out = append(out, c.Word(c.Common()+rng.IntN(1500)))
	}
	return strings.Join(out, " ")
}

// Page returns the number of a page in the library, for Text.
func (c *Corpus) Page(parent string, page int) int {
	var doc int
	_, _ = fmt.Sscanf(parent, "d%d", &doc)
	return c.first[doc] + page - 1
}
