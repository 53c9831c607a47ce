package bleve

import (
	"slices"
	"strconv"
	"strings"

	"github.com/aanpak/aanpak/internal/lang"
	"github.com/aanpak/aanpak/internal/search"
)

// facetFields are the fields of Result.Facets. A filter's bit is its place here, so that the counts of a
// field can leave out the filter on that same field.
var facetFields = [...]string{"type", "kind", "branch", "client", "year", "outcome", "language", "tag", "score", "tender", "document"}

// countedFields is how many of them Result.Facets has.
const countedFields = 9

const (
	bitType = 1 << iota
	bitKind
	bitBranch
	bitClient
	bitYear
	bitOutcome
	bitLanguage
	bitTag
	bitScore
	bitTender
	bitDocument
)

// filter is what Filters and the fields of the text ask for, together.
type filter struct {
	search.Filters
	typed  map[string][]string
	client []string // typed, folded: part of the name is enough
	tags   []string // typed, folded
	years  []string
	types  []search.Type // typed
}

func newFilter(f search.Filters, typed map[string][]string) filter {
	out := filter{Filters: f, typed: typed}
	for _, y := range f.Year {
		out.years = append(out.years, strconv.Itoa(y))
	}
	for _, t := range typed["type"] {
		out.types = append(out.types, search.Type(t))
	}
	if len(f.Documents) == 0 && len(typed["is"]) > 0 {
		out.Documents = []string{""} // nobody said which these are
	}
	out.client, out.tags = foldAll(typed["client"]), foldAll(typed["tag"])
	if len(f.Branch) == 0 {
		out.Branch = typed["branch"]
	}
	if len(f.Tender) == 0 {
		out.Tender = typed["tender"]
	}
	return out
}

func foldAll(in []string) []string {
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = lang.Fold(s)
	}
	return out
}

// failed returns a bit for each field whose filter an entry does not pass.
func (f *filter) failed(m *meta) uint16 {
	var bits uint16
	fail := func(bit uint16, ok bool) {
		if !ok {
			bits |= bit
		}
	}
	fail(bitType, len(f.types) == 0 || slices.Contains(f.types, m.Type))
	fail(bitKind, one(f.Kind, m.Kind) && one(f.typed["kind"], m.Kind))
	fail(bitBranch, one(f.Branch, m.Branch))
	fail(bitClient, one(f.Client, m.Client) && some(f.client, func(c string) bool { return strings.Contains(m.folded[0], c) }))
	fail(bitTender, one(f.Tender, m.Tender))
	fail(bitDocument, len(f.Documents) == 0 || m.Type == search.TypeDocument && slices.Contains(f.Documents, m.Parent))
	fail(bitYear, one(f.years, m.year) && one(f.typed["year"], m.year))
	fail(bitOutcome, one(f.Outcome, m.Outcome) && one(f.typed["outcome"], m.Outcome))
	fail(bitLanguage, one(f.Language, m.Language) && one(f.typed["language"], m.Language))
	fail(bitTag, some(f.Tag, func(t string) bool { return slices.Contains(m.Tags, t) }) &&
		some(f.tags, func(t string) bool { return slices.Contains(strings.Split(m.folded[1], "\n"), t) }))
	fail(bitScore, f.MinScore == 0 || m.Score >= f.MinScore)
	return bits
}

// one tells whether nothing is asked or v is among it.
func one(asked []string, v string) bool { return len(asked) == 0 || slices.Contains(asked, v) }

func some(asked []string, ok func(string) bool) bool {
	return len(asked) == 0 || slices.ContainsFunc(asked, ok)
}

// facets counts hits by value. A hit counts for a field when it passes all filters but the field's own.
func (c *collector) facets() map[string]map[string]int {
	out := make(map[string]map[string]int, countedFields)
	for _, f := range facetFields[:countedFields] {
		out[f] = map[string]int{}
	}
	for i := range c.hits {
		h := &c.hits[i]
		if h.failed&(h.failed-1) != 0 {
			continue
		}
		m := c.m.v.metas[h.meta]
		add := func(bit uint16, field, value string) {
			if h.failed&^bit == 0 && value != "" {
				out[field][value]++
			}
		}
		add(bitType, "type", string(m.Type))
		add(bitKind, "kind", m.Kind)
		add(bitBranch, "branch", m.Branch)
		add(bitClient, "client", m.Client)
		add(bitYear, "year", m.year)
		add(bitOutcome, "outcome", m.Outcome)
		add(bitLanguage, "language", m.Language)
		add(bitScore, "score", scoreStep(m.Score))
		for _, t := range m.Tags {
			add(bitTag, "tag", t)
		}
	}
	return out
}

// scoreStep is the whole number of points a score reaches: 8.4 counts under 8.
func scoreStep(s float64) string {
	if s <= 0 {
		return ""
	}
	return strconv.Itoa(int(s))
}
