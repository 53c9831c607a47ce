package meili

import (
	"context"
	"strings"

	"github.com/aanpak/aanpak/internal/lang"
	"github.com/aanpak/aanpak/internal/search"
)

const (
	fewVisible = 3 // a word on fewer pages than this is checked for typing errors
	maxNear    = 6 // words it may be a mistyped form of
	typoWeight = 0.5
)

// correct looks for what a word may be a mistyped form of, when the viewer sees next to nothing of the word itself. Only
// words that the viewer sees entries of are taken, so that a correction tells nothing of others. It reports whether needs were widened.
func (q *question) correct(ctx context.Context, res *search.Result) (widened bool, err error) {
	near := make([][]string, len(q.needs))
	var all []query
	for i, n := range q.plan.Needs {
		if n.Word == "" || q.counts[i] >= fewVisible {
			continue
		}
		near[i] = q.words.Near(n.Word, maxNear)
		for _, w := range near[i] {
			all = append(all, query{filter: and(q.base, isWord(w))})
		}
	}
	var seen []answer
	if len(all) > 0 {
		if seen, err = q.x.multi(ctx, all...); err != nil {
			return false, err
		}
	}
	texts := make([]string, len(q.needs))
	corrected := false
	for i, n := range q.plan.Needs {
		best := q.typo(i, near[i], seen[:len(near[i])])
		seen = seen[len(near[i]):]
		texts[i] = n.Text
		widened = widened || best != ""
		switch {
		case q.counts[i] > 0:
		case best != "":
			texts[i], corrected = best, true
		default:
			res.Missing = append(res.Missing, n.Text)
		}
	}
	if corrected {
		res.Corrected = strings.Join(texts, " ")
	}
	return widened, nil
}

// typo widens a need with the words it may be a mistyped form of, and returns the likeliest, empty where there is none.
func (q *question) typo(i int, near []string, seen []answer) string {
	n := &q.plan.Needs[i]
	best, most := "", 0
	for k, w := range near {
		count := seen[k].total
		if count < 1 || q.counts[i] > 0 && count < 10*q.counts[i] || best != "" && count < most/20 {
			continue
		}
		n.Ways = append(n.Ways, search.Way{Kind: search.WayTypo, Terms: []string{w}, Weight: typoWeight})
		if count > most && (best == "" || lang.Distance(n.Word, w, 2) <= lang.Distance(n.Word, best, 2)) {
			best, most = w, count
		}
	}
	if best != "" {
		q.needs[i] = meets(*n, q.words)
		q.score = nil
	}
	return best
}
