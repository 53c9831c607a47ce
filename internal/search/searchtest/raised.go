package searchtest

import (
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/search"
)

// raised: documents that are to come sooner do, but not before a title that is what was typed; of other orders they change nothing, and who
// does not see them does not meet them.
func raised(t *testing.T, x search.Index) {
	filler := strings.Repeat("gewone zinnen over iets anders in de bouw. ", 12)
	said := strings.Repeat("wij gaan duurzaam bouwen. ", 20)
	Put(t, x, doc("title", "Duurzaam bouwen", nil, said)...)
	Put(t, x, doc("other", "Verslag over bouwen dat duurzaam is", nil, said)...)
	Put(t, x, doc("first", "Verslag een", func(e *search.Entry) { e.Reused = 1 }, filler+"de gevel is hoog "+filler)...)
	Put(t, x, doc("second", "Verslag twee", nil, filler+"de gevel is hoog "+filler+"en wat er verder nog is.")...)
	Put(t, x, doc("much", "Gevels", nil, strings.Repeat("gevel gevel gevel. ", 20))...)
	Put(t, x, doc("secret", "Geheim", func(e *search.Entry) { e.Audience = []string{"user:1"} }, "de gevel")...)
	with := func(ids ...string) func(*search.Query) { return func(q *search.Query) { q.Raised = ids } }
	before := inOrder(ask(t, x, "gevel"))
	for _, c := range []struct {
		q    string
		by   func(*search.Query)
		want string
	}{
		{"gevel", with("first"), "much first second"},
		{"gevel", with("second"), "much second first"},
		{"gevel", with("secret", "unknown"), before},
		{"gevel", func(q *search.Query) { q.Raised, q.Sort = []string{"second"}, search.SortReused }, inOrder(ask(t, x, "gevel", func(q *search.Query) { q.Sort = search.SortReused }))},
		{"gevel", func(q *search.Query) { q.Raised, q.Limit, q.Facets = []string{"second"}, 2, false }, "much second"},
	} {
		if got := inOrder(ask(t, x, c.q, c.by)); got != c.want {
			t.Errorf("%s: order %s, want %s", c.q, got, c.want)
		}
	}
	for _, ids := range [][]string{nil, {"other"}, {"other", "title"}} {
		if got := inOrder(ask(t, x, "duurzaam bouwen", with(ids...))); got != "title other" {
			t.Errorf("with %v raised: order %s, though the title is what was typed", ids, got)
		}
	}
	if got := inOrder(ask(t, x, "bouwen duurzaam", with("other"))); got != "other title" { // no title begins so
		t.Errorf("typed in another order: %s", got)
	}
}

// documents: a question within some documents, by their ids or by what the text calls them.
func documents(t *testing.T, x search.Index) {
	within := func(ids ...string) func(*search.Query) {
		return func(q *search.Query) { q.Filters.Documents = ids }
	}
	for _, c := range []struct {
		q    string
		by   func(*search.Query)
		want string
	}{
		{"", within("renovatie", "school"), "renovatie school"},
		{"bewoners", within("school"), "school"},
		{"is:spotlight bewoners", within("school", "unknown"), "school"},
		{"is:uitgelicht", within("renovatie"), "renovatie"},
		{"is:spotlight", within(), ""},
		{"is:spotlight bewoners", within(), ""},
		{"", within("t1"), ""},        // a tender
		{"", within("begroting"), ""}, // not for everybody
	} {
		r := ask(t, x, c.q, c.by)
		wantParents(t, r, c.want, c.q+" within some documents")
		if n := r.Facets["type"]["document"]; n != len(strings.Fields(c.want)) {
			t.Errorf("%q within some documents: %d are counted, want %s", c.q, n, c.want)
		}
	}
}
