package meili

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/meilisearch/meilisearch-go"

	"github.com/aanpak/aanpak/internal/search"
)

// TestRebuild fills a new index while the old one answers and others write.
func TestRebuild(t *testing.T) {
	x := open(t)
	mustPut(t, x, entry("old", 1, "kade"), entry("both", 1, "brug"))
	err := x.Rebuild(bg, func(next search.Index) error {
		if err := put(next, entry("new", 1, "sluis"), entry("both", 1, "brug")); err != nil {
			return err
		}
		if total(t, x, "sluis") != 0 || total(t, x, "kade") != 1 {
			t.Error("what is filled shows before it is whole")
		}
		if err := put(x, entry("both", 1, "tunnel"), entry("late", 1, "viaduct")); err != nil {
			return err
		}
		if total(t, x, "tunnel") != 1 {
			t.Error("what is written meanwhile is not found")
		}
		if err := x.Rebuild(bg, func(search.Index) error { return nil }); !errors.Is(err, ErrRebuilding) {
			t.Errorf("a second rebuild: %v", err)
		}
		return put(next, entry("both", 1, "read before it changed"))
	})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]int{"sluis": 1, "tunnel": 1, "viaduct": 1, "kade": 0, "brug": 0, "changed": 0} {
		if got := total(t, x, text); got != want {
			t.Errorf("%s: %d, want %d", text, got, want)
		}
	}
	mustPut(t, x, entry("after", 1, "dijk"))
	if total(t, x, "dijk") != 1 {
		t.Error("the new index does not take entries")
	}
}

// TestRebuildFails: the index in use stays, and another rebuild may begin.
func TestRebuildFails(t *testing.T) {
	x := open(t)
	mustPut(t, x, entry("a", 1, "kade"))
	bad := errors.New("no more")
	err := x.Rebuild(bg, func(next search.Index) error { return errors.Join(put(next, entry("b", 1, "brug")), bad) })
	if !errors.Is(err, bad) || total(t, x, "kade") != 1 || total(t, x, "brug") != 0 {
		t.Errorf("err %v", err)
	}
	if err := x.Rebuild(bg, func(next search.Index) error { return put(next, entry("b", 1, "brug")) }); err != nil || total(t, x, "brug") != 1 {
		t.Errorf("a rebuild afterwards: %v", err)
	}
}

// TestReopened: another process finds what this one wrote, with the same words, and settings that are newer are left alone.
func TestReopened(t *testing.T) {
	x := open(t)
	if !x.Fresh() {
		t.Error("a new index is not fresh")
	}
	mustPut(t, x, entry("a", 1, "De bewonerscommunicatie begint."))
	y, err := Open(bg, Options{Address: x.addr, Transport: x.srv.http.Transport})
	if err != nil {
		t.Fatal(err)
	}
	if y.Fresh() || total(t, y, "communicatie") != 1 {
		t.Errorf("reopened: fresh %v", y.Fresh())
	}
	mustPut(t, x, entry("b", 1, "Een spreekuur."))
	if err := y.refreshWords(bg); err != nil {
		t.Fatal(err)
	}
	if r, err := y.Search(bg, search.Query{Text: "spreekuurr", Everything: true}); err != nil || r.Corrected != "spreekuur" {
		t.Errorf("a word that another process wrote: %q, %v", r.Corrected, err)
	}
	if err := y.Close(); err != nil {
		t.Error(err)
	}
	err = x.srv.task(bg, "note", func(api meilisearch.ServiceManager) (*meilisearch.TaskInfo, error) {
		return api.Index(x.versionsUID()).AddDocumentsWithContext(bg, []version{{ID: x.uid, Version: 99}}, nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(bg, Options{Address: x.addr, Transport: x.srv.http.Transport}); err == nil || !strings.Contains(err.Error(), "newer") {
		t.Errorf("settings of a newer version: %v", err)
	}
}

// TestLimits: the server cuts a text after 65,535 words and a question after ten, and stops counting at a thousand. We do not.
func TestLimits(t *testing.T) {
	x := openReal(t)
	var b strings.Builder
	for i := range 70_000 {
		fmt.Fprintf(&b, "w%d ", i)
	}
	mustPut(t, x, entry("long", 1, b.String()+"slotwoord aan het eind"))
	if total(t, x, "slotwoord") != 1 || total(t, x, `"slotwoord aan het eind"`) != 1 || total(t, x, "w69999") != 1 {
		t.Error("the end of a long page is not found")
	}
	twelve := "alfa bravo charlie delta echo foxtrot golf hotel india juliet kilo lima"
	mustPut(t, x, entry("all", 1, twelve), entry("ten", 1, strings.Join(strings.Fields(twelve)[:10], " ")))
	if r, err := x.Search(bg, search.Query{Text: twelve, Everything: true}); err != nil || r.Total != 1 || r.Hits[0].Parent != "all" {
		t.Errorf("twelve words: %+v, %v", r.Hits, err)
	}
	var many []search.Entry
	for i := range 1500 {
		e := entry(fmt.Sprint("m", i), 1, "grindbak")
		e.Year = 2024 - i%2
		many = append(many, e)
	}
	mustPut(t, x, many...)
	r, err := x.Search(bg, search.Query{Text: "grindbak", Everything: true, Facets: true, Offset: 1490})
	if err != nil || r.Total != 1500 || r.Pages != 1500 || len(r.Hits) != 10 || r.Facets["year"]["2024"] != 750 {
		t.Errorf("1,500 documents: total %d, pages %d, %d hits, years %v, %v", r.Total, r.Pages, len(r.Hits), r.Facets["year"], err)
	}
}

// TestPages: the pages that are in the index, in order.
func TestPages(t *testing.T) {
	x := openReal(t)
	mustPut(t, x, entry("a", 2, "kade"), entry("a", 1, "kade"), entry("b", 1, "brug"))
	for parent, want := range map[string]string{"a": "[1 2]", "b": "[1]", "none": "[]"} {
		got, err := x.Pages(bg, search.Key{Type: search.TypeDocument, Parent: parent})
		if err != nil || fmt.Sprint(got) != want {
			t.Errorf("%s: %v, %v; want %s", parent, got, err, want)
		}
	}
}

// TestValuesAreNoFilters: what people type, and the names of things, cannot widen a filter; values that differ stay different.
func TestValuesAreNoFilters(t *testing.T) {
	x := open(t)
	secret := entry("secret", 1, "geheim")
	secret.Audience = []string{"group:Calc"}
	odd := entry("odd", 1, "openbaar")
	odd.Client, odd.Tags = `A"B\ OR id EXISTS`, []string{"Één", "een"}
	mustPut(t, x, secret, odd)
	for _, key := range []string{"group:calc", `x" OR id EXISTS OR id = "`, `x\`, `x"] OR id IN ["`, "GROUP:CALC", ""} {
		if r, err := x.Search(bg, search.Query{Text: "geheim", Audience: []string{key}}); err != nil || r.Total != 0 {
			t.Errorf("audience %q found %d, %v", key, r.Total, err)
		}
	}
	with := func(f search.Filters, text string) int {
		r, err := x.Search(bg, search.Query{Text: text, Audience: []string{"company"}, Filters: f, Facets: true})
		if err != nil {
			t.Errorf("%+v: %v", f, err)
		}
		return r.Total
	}
	if with(search.Filters{Client: []string{`A"B\ OR id EXISTS`}}, "") != 1 || with(search.Filters{Client: []string{`x" OR id EXISTS OR id = "`}}, "") != 0 {
		t.Error("a client with signs")
	}
	if with(search.Filters{Tag: []string{"Één"}}, "") != 1 || with(search.Filters{Tag: []string{"éÉN"}}, "") != 0 || with(search.Filters{}, "tag:EEN") != 1 {
		t.Error("a tag with accents")
	}
	r, err := x.Search(bg, search.Query{Audience: []string{"company"}, Facets: true})
	if err != nil || r.Facets["client"][odd.Client] != 1 || r.Facets["tag"]["Één"] != 1 || r.Facets["tag"]["een"] != 1 {
		t.Errorf("facets %v, %v", r.Facets, err)
	}
}
