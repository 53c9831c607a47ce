package vocabulary

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/lang"
)

// made is a vocabulary that was loaded and then grew, so that some of its words are not sorted yet.
func made(loaded, grown int) (*Vocabulary, map[string]uint32) {
	rng := rand.New(rand.NewPCG(1, 2))
	v, all := New(lang.NewLexicon()), map[string]uint32{}
	some := func(n int) map[string]uint32 {
		out := map[string]uint32{}
		for range n {
			w := make([]byte, 3+rng.IntN(6))
			for i := range w {
				w[i] = 'a' + byte(rng.IntN(4))
			}
			out[string(w)] = uint32(1 + rng.IntN(50))
		}
		return out
	}
	first := some(loaded)
	v.Load(first, nil)
	more := some(grown)
	v.Count(more)
	for _, m := range []map[string]uint32{first, more} {
		for w, n := range m {
			all[w] += n
		}
	}
	return v, all
}

func TestCompletions(t *testing.T) {
	for _, grown := range []int{0, 300, 2 * maxUnsorted} {
		v, all := made(2000, grown)
		if unsorted := len(v.words) - len(v.sorted); unsorted > maxUnsorted {
			t.Errorf("%d words are not sorted", unsorted)
		}
		for _, prefix := range []string{"a", "bc", "dad", "abcd", "zz", ""} {
			for _, most := range []int{1, 20, 100_000} {
				var want []string
				for w := range all {
					if strings.HasPrefix(w, prefix) {
						want = append(want, w)
					}
				}
				slices.SortFunc(want, func(a, b string) int {
					if c := int(all[b]) - int(all[a]); c != 0 {
						return c
					}
					return strings.Compare(a, b)
				})
				want = want[:min(len(want), most)]
				if got := v.Completions(prefix, min(most, len(all))); !slices.Equal(got, want) {
					t.Errorf("%d grown, %q, %d: %v, want %v", grown, prefix, most, got, want)
				}
			}
		}
		top := uint32(0)
		for _, n := range all {
			top = max(top, n)
		}
		if v.Most() != int(top) {
			t.Errorf("most: %d, want %d", v.Most(), top)
		}
	}
}

// TestAround: compounds of a word that only the question knows are found, those that come later too, and asking again finds the same.
func TestAround(t *testing.T) {
	v := New(lang.NewLexicon())
	v.Load(map[string]uint32{"zworkelplan": 3, "plan": 50, "school": 40}, nil)
	ask := func() string { return strings.Join(v.Late("zworkel", "zworkel", 10), " ") }
	for range 2 {
		if got := ask(); got != "zworkelplan" {
			t.Fatalf("around zworkel: %q", got)
		}
	}
	v.Count(map[string]uint32{"zworkelschool": 1})
	for range 2 {
		if got := ask(); got != "zworkelplan zworkelschool" {
			t.Errorf("around zworkel, after more came: %q", got)
		}
	}
	for i := range 2 * maxAround {
		v.Late(fmt.Sprintf("kw%c%c%cx", 'a'+i%26, 'a'+i/26%26, 'a'+i/676), "x", 10)
	}
	if n := len(v.asked.known); n > maxAround {
		t.Errorf("%d words are remembered", n)
	}
}

func BenchmarkCompletions(b *testing.B) {
	v, _ := made(100_000, 1000)
	for b.Loop() {
		v.Completions("abc", 20)
	}
}
