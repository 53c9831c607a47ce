package library

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// The prints in a database were made with FNV-1a of six words; others would find no copy of what is there.
func TestPrintsStayTheSame(t *testing.T) {
	words := strings.Fields("wij werken met korte lijnen een vast aanspreekpunt en een wekelijks overleg op locatie")
	var want []uint64
	for i := range len(words) - 5 {
		std := fnv.New64a()
		for _, w := range words[i : i+6] {
			std.Write([]byte(w + " "))
		}
		want = append(want, mix(std.Sum64()))
	}
	slices.Sort(want)
	got := shinglesOf(1, "Wij werken met korte lijnen, één VAST\naanspreekpunt en een wekelijks overleg (2×) op locatie.")
	if !slices.Equal(got.hashes, want) || got.size != len(want) {
		t.Errorf("%x, want %x", got.hashes, want)
	}
	if few := shinglesOf(1, "niet meer dan vijf woorden"); len(few.hashes) != 0 {
		t.Errorf("five words have the shingles %x", few.hashes)
	}
}

// prose is text of so many words that no other seed has.
func prose(seed uint64, words int) string {
	rng := rand.New(rand.NewPCG(seed, 1))
	var b strings.Builder
	for range words {
		for range 6 {
			b.WriteByte(byte('a' + rng.IntN(26)))
		}
		b.WriteByte(' ')
	}
	return b.String()
}

func pagesOf(texts ...string) (out []shingles) {
	for i, t := range texts {
		out = append(out, shinglesOf(i+1, t))
	}
	return out
}

// TestNear tells an excerpt, a plan with some whole pages of another and its versions, and not what only shares a form.
func TestNear(t *testing.T) {
	form := prose(1, 300)
	text := func(n uint64) string { return prose(100+n, 200) }
	mine := pagesOf(form+text(1), form+text(2), text(3), text(4), text(5), text(6), text(7), text(8), text(9), text(10))
	others := map[string][]shingles{
		"excerpt":  pagesOf(text(3)),
		"chapters": pagesOf(text(20), text(3), text(4), text(5), text(21), text(22), text(23), text(24), text(25)),
		"twoPages": pagesOf(text(30), text(3), text(4), text(31), text(32), text(33), text(34), text(35)),
	}
	for i := range uint64(5) {
		others[fmt.Sprint("form", i)] = pagesOf(form+text(40+i), form+text(50+i), text(60+i))
		others[fmt.Sprint("version", i)] = pagesOf(form+text(1), form+text(2), text(3), text(4), text(5), text(6), text(7), text(70+i))
	}
	got := map[string]int{}
	for _, c := range near("mine", mine, others) {
		if c.VersionID == "mine" {
			got[c.OtherID] = int(c.Overlap * 100)
		}
	}
	for other := range others {
		want := !strings.HasPrefix(other, "form") && other != "twoPages"
		if _, told := got[other]; told != want {
			t.Errorf("%s: told %v, want %v (%v)", other, told, want, got)
		}
	}
	if got["excerpt"] < 5 || got["excerpt"] > 10 || got["version0"] < 75 || got["version0"] > 95 {
		t.Errorf("shares in per cent: %v", got)
	}
}
