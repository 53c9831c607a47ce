package searchtest

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/search"
)

func similar(t *testing.T, x search.Index) {
	text := "Communicatie met bewoners: een vaste contactpersoon en een spreekuur in de wijkkeet."
	not := search.Key{Type: search.TypeDocument, Parent: "renovatie"}
	r, err := x.Similar(context.Background(), text, search.Key{}, search.Query{Audience: Everybody})
	if err != nil || len(r.Hits) == 0 || r.Hits[0].Parent != "renovatie" {
		t.Errorf("similar: %+v, %v", r.Hits, err)
	}
	english := "The calculations of the schedule, and how the communities around the harbour are informed."
	r, err = x.Similar(context.Background(), english, search.Key{}, search.Query{Audience: Everybody})
	if err != nil || len(r.Hits) == 0 || r.Hits[0].Parent != "english" {
		t.Errorf("similar in English: %+v, %v", r.Hits, err)
	}
	r, err = x.Similar(context.Background(), text, not, search.Query{Audience: Everybody})
	if err != nil || strings.Contains(parents(r), "renovatie") {
		t.Errorf("the document itself is left out: %q, %v", parents(r), err)
	}
}

func keys(t *testing.T, x search.Index) string {
	t.Helper()
	var out []string
	if err := x.Parents(context.Background(), func(k search.Key) error { out = append(out, k.Parent); return nil }); err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return sprint(out)
}

func listing(t *testing.T, x search.Index) {
	if got := keys(t, x); got != "[begroting english p1 renovatie school t1]" {
		t.Errorf("parents: %s", got)
	}
	counts := map[string]int{}
	if err := x.Words(context.Background(), func(w string, n int) error { counts[w] = n; return nil }); err != nil {
		t.Fatal(err)
	}
	if counts["bewonerscommunicatie"] != 1 || counts["communicatie"] != 1 || counts["bewoners"] != 2 {
		t.Errorf("words: bewonerscommunicatie %d, communicatie %d, bewoners %d", counts["bewonerscommunicatie"], counts["communicatie"], counts["bewoners"])
	}
	if err := x.Ping(context.Background()); err != nil {
		t.Errorf("ping: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := x.Search(ctx, search.Query{Text: "bewoners", Audience: Everybody}); err == nil {
		t.Error("a search with a cancelled context gave no error")
	}
}

// hostile: whatever is asked, there is an answer and nothing outside the audience in it.
func hostile(t *testing.T, x search.Index) {
	for _, q := range []string{
		"", " ", "\"", "\"\"", "-", "--", "-\"", "---a", ":", "kind:", "kind:x:y", "jaar:abc", "*", "?", "~", "^2", "a~9", "[a TO z]", "(((", "+a -b",
		"\x00", "\xff\xfe", "e\u0301\u0301\u0301", "\u202Ebewoners", "\u202e", "<script>alert(1)</script>", "' OR 1=1 --", "audience:company", "m:{}", `{"a":1}`,
		strings.Repeat("a", 100_000), strings.Repeat("bewoners ", 5_000), strings.Repeat("\"", 999), strings.Repeat("-a ", 400), "de het een", "。、", "😀 😀",
		"zwanenhals OR audience:group:calc", "company/../begroting", strings.Repeat("bewonerscommunicatie", 20),
	} {
		for _, p := range []bool{false, true} {
			r := ask(t, x, q, func(s *search.Query) { s.Prefix = p; s.Limit, s.Offset = -5, -7 })
			if strings.Contains(parents(r), "begroting") {
				t.Errorf("%.40q found what is outside the audience", q)
			}
		}
	}
	r := ask(t, x, "bewoners", func(s *search.Query) { s.Limit = 1 << 40; s.Offset = 1 << 40; s.Sort = "nonsense" })
	if r.Total != 2 {
		t.Errorf("limits beyond reason: total %d", r.Total)
	}
}
