package library

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strings"
	"testing"
)

// The prints in a database were made with FNV-1a; others would find no copy of what is there.
func TestPrintsStayTheSame(t *testing.T) {
	std := fnv.New64a()
	h := uint64(fnvOffset)
	for _, w := range []string{"bewoners", "", "wíj", "plan"} {
		std.Write([]byte(w + " "))
		h = fnv1a(h, w)
	}
	if h != std.Sum64() {
		t.Errorf("%x, want %x", h, std.Sum64())
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
