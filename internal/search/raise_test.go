package search_test

import (
	"testing"

	"github.com/aanpak/aanpak/internal/search"
)

func TestRaise(t *testing.T) {
	for _, c := range []struct {
		name   string
		score  float64
		titled []float64
		after  func(float64) bool
	}{
		{"alone", 10, nil, func(x float64) bool { return x == 12 }},
		{"title out of reach", 10, []float64{20}, func(x float64) bool { return x == 12 }},
		{"title in reach", 10, []float64{11}, func(x float64) bool { return x > 10.999 && x < 11 }},
		{"the nearest of two", 10, []float64{11.5, 11}, func(x float64) bool { return x > 10.999 && x < 11 }},
		{"title as good", 10, []float64{10}, func(x float64) bool { return x == 10 }},
		{"title passed before", 10, []float64{9}, func(x float64) bool { return x == 12 }},
		{"nothing", 0, nil, func(x float64) bool { return x == 0 }},
	} {
		if got := search.Raise(c.score, c.titled); !c.after(got) {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	words := search.Parse(`kind:approach "Plan van" aanpak -oud is:spotlight`).TitleWords()
	if len(words) != 3 || words[0] != "plan" || words[2] != "aanpak" {
		t.Errorf("words of a title: %q", words)
	}
}
