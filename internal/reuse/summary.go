package reuse

import (
	"slices"

	"github.com/aanpak/aanpak/internal/tenders"
)

// In is a tender that a document was used in.
type In struct {
	TenderID, Reference, Title, Client string
	Outcome                            tenders.Outcome
	Score                              float64
	Uses                               []*Use // the newest first
}

// Summary is where a document was used, in tenders and people.
type Summary struct {
	Tenders []In   // the last used first
	Others  []*Use // outside any tender, one for each person
	Best    float64
}

// Times is how often the document was reused. It counts what TimesSQL counts.
func (s Summary) Times() int {
	n := len(s.Tenders)
	for _, u := range s.Others {
		if u.ByOther() {
			n++
		}
	}
	return n
}

// Sum puts the uses of one document together.
func Sum(list []*Use) (s Summary) {
	for _, u := range list {
		if u.TenderID == "" {
			if !slices.ContainsFunc(s.Others, func(o *Use) bool { return o.UserID == u.UserID }) {
				s.Others = append(s.Others, u)
			}
			continue
		}
		at := slices.IndexFunc(s.Tenders, func(in In) bool { return in.TenderID == u.TenderID })
		if at < 0 {
			at = len(s.Tenders)
			s.Tenders = append(s.Tenders, In{TenderID: u.TenderID, Reference: u.Reference, Title: u.Tender, Client: u.Client, Outcome: u.Outcome, Score: u.Score})
			s.Best = max(s.Best, u.Score)
		}
		s.Tenders[at].Uses = append(s.Tenders[at].Uses, u)
	}
	return s
}
