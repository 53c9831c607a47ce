package bleve

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/search"
)

// TestBeginnings compares the entries of a beginning with the words themselves, over several segments, with words that are no longer
// than what was typed and with entries that were replaced and removed.
func TestBeginnings(t *testing.T) {
	x := open(t, t.TempDir())
	texts := map[string]string{}
	for i, text := range strings.Split("be|bewoners|beton en bouw|b|ben ik|bo|élan eén|el|bewonerscommunicatie|ë|oud|weg", "|") {
		id := fmt.Sprintf("d%02d", i)
		texts[id] = text
		put(t, x, entry(id, 1, text))
	}
	texts["d10"] = "nieuw beleid"
	put(t, x, entry("d10", 1, texts["d10"]))
	delete(texts, "d11")
	if err := x.Replace(bg, []search.Key{{Type: search.TypeDocument, Parent: "d11"}}, nil); err != nil {
		t.Fatal(err)
	}
	for _, typed := range strings.Fields("b be bew bo bou el e o ou oud w we c co com n ni z zz") {
		got, df := begun(t, x, typed)
		var want []string
		for id, text := range texts {
			text = strings.NewReplacer("é", "e", "ë", "e", "bewonerscommunicatie", "bewonerscommunicatie communicatie").Replace(text)
			if slices.ContainsFunc(strings.Fields(text), func(w string) bool { return strings.HasPrefix(w, typed) }) {
				want = append(want, id)
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) || int(df) != len(want) {
			t.Errorf("%s: found %v of %v, want %v", typed, got, df, want)
		}
	}
}

// begun returns the parents with a word that begins so, and how many entries it is said to have.
func begun(t *testing.T, x *Index, letters string) (parents []string, df float64) {
	t.Helper()
	v, err := x.cur.view()
	if err != nil {
		t.Fatal(err)
	}
	defer v.close()
	m := newMatcher(bg, v, x.cur.words)
	defer m.release()
	sets, df, err := m.beginnings(letters)
	if err != nil {
		t.Fatal(err)
	}
	for seg, set := range sets {
		for _, doc := range set.ToArray() {
			parents = append(parents, v.metas[v.cols[seg].meta[doc]].Parent)
		}
	}
	return parents, df
}

// TestMemoryUsedAgain puts entries of very different words and lengths one after the other, since the memory of one serves
// the next.
func TestMemoryUsedAgain(t *testing.T) {
	x := open(t, t.TempDir())
	long := strings.Repeat("lang verhaal met woorden ", 3000)
	for i := range 12 {
		text := []string{long + "alfa", "alfa kort", "beta", long + "beta beta", "gamma"}[i%5]
		e := entry(fmt.Sprintf("d%d", i), 1, text)
		e.Title, e.Language = []string{"titel", "", "kop"}[i%3], []string{"nl", "en", ""}[i%3]
		put(t, x, e, entry(fmt.Sprintf("f%d", i), 1, "delta"))
	}
	for q, want := range map[string]int{"alfa": 6, "beta": 4, "gamma": 2, "delta": 12, "verhaal": 5, "titel": 4, "kop": 4, `"alfa kort"`: 3, `"woorden beta"`: 2} {
		if got := total(t, x, q); got != want {
			t.Errorf("%s: %d, want %d", q, got, want)
		}
	}
}
