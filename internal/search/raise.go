package search

import "math"

const (
	// RaisedAmong is among how many of the best hits, by their words alone, documents are raised.
	RaisedAmong = 40
	// raisedBy is by what share the score of a raised document grows.
	raisedBy = 0.2
)

// Raise is the score of a document that is to come a little sooner than its words alone would bring it. titled are the scores, not raised, of
// the other hits whose title begins with all the words of the question as they were typed: what was before it of these stays before it, so
// that a title that is what somebody typed is never passed.
func Raise(score float64, titled []float64) float64 {
	raised := score * (1 + raisedBy)
	for _, t := range titled {
		if t >= score {
			raised = min(raised, math.Nextafter(t, 0))
		}
	}
	return max(score, raised)
}

// TitleWords are the words, folded, with which a title must begin to be what was typed; none where the question has no words.
func (p ParsedQuery) TitleWords() (out []string) {
	for _, w := range p.Words {
		for _, t := range w.Tokens {
			out = append(out, t.Text)
		}
	}
	return out
}
