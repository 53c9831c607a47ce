package site

import (
	"testing"

	"github.com/aanpak/aanpak/internal/find"
	index "github.com/aanpak/aanpak/internal/search"
)

// TestAsides: what is not shown is counted with as few questions as filters allow, and the words of documents may be on different pages.
func TestAsides(t *testing.T) {
	in := find.Query{Text: "communicatie", Filters: index.Filters{Branch: []string{"zwolle"}, Kind: []string{"approach"}}}
	free, typed := find.Query{Text: "communicatie"}, find.Query{Text: "type:person communicatie"}
	for _, c := range []struct {
		name  string
		q     find.Query
		shown index.Type
		plain bool
		want  []int // types a question
	}{
		{"no filters", free, index.TypeDocument, true, []int{4}},
		{"not plainly", free, index.TypeDocument, false, []int{1, 1, 1, 1}},
		{"documents are not shown", free, index.TypePerson, true, []int{1, 3}},
		{"groups have no branch", in, index.TypeDocument, true, []int{2, 2}},
		{"a type in the words", typed, index.TypeDocument, true, []int{1, 1, 1, 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.q.Types = []index.Type{c.shown}
			got := asides(c.q, c.plain)
			if len(got) != len(c.want) {
				t.Fatalf("%d questions: %+v", len(got), got)
			}
			for i, q := range got {
				if len(q.Types) != c.want[i] || !q.Aside || len(q.Filters.Kind) > 0 && q.Types[0] != index.TypeDocument {
					t.Errorf("question %d: %+v", i, q)
				}
				if q.Plain != (c.plain && q.Types[0] != index.TypeDocument) {
					t.Errorf("question %d of %v: plain %v", i, q.Types, q.Plain)
				}
			}
		})
	}
}
