package insight

import (
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/social"
)

// The parts in which people are told apart by how much they saw of the month's news that was for them. They are kept and merged like rungs.
// Who had none is among those who saw none, so that the parts have the same people as the ladder and none can be taken from the other.
const (
	NewsNone Rung = iota // saw none of it
	NewsSome             // saw less than half
	NewsMost             // saw half or more
)

// newsNames are the parts as catalogues, exports and the API call them.
var newsNames = [...]string{"none", "some", "most"}

// NewsParts are the parts in their order, NewsAll is all of them.
var (
	NewsParts = []Cell{{From: NewsNone, To: NewsNone}, {From: NewsSome, To: NewsSome}, {From: NewsMost, To: NewsMost}}
	NewsAll   = Cell{From: NewsNone, To: NewsMost}
)

// NewsName is the name of a part, or of several: "none", "some-most".
func NewsName(c Cell) string { return c.named(newsNames[:]) }

// byNews shows first who saw any, then who saw most.
var byNews = scale{whole: NewsAll, high: map[Cell]Rung{NewsAll: NewsSome, {From: NewsSome, To: NewsMost}: NewsMost}}

// News is how far the news of a month got.
type News struct {
	Pieces int   // published in that month
	Rows   []Row // as those of the month, in parts
}

// part is how many people of a branch saw how much of a month's news.
type part struct {
	bun.BaseModel `bun:"table:participation_news,alias:pn"`

	Month    string `bun:",pk"`
	BranchID string `bun:",pk"`
	Part     Rung   `bun:",pk"`
	People   int
}

// partSQL is the part of somebody who saw seen of asked pieces.
const partSQL = "CASE WHEN seen = 0 THEN 0 WHEN seen * 2 < asked THEN 1 ELSE 2 END"

// pieces are the news of a month.
func (s *Service) pieces(from, to time.Time) *bun.SelectQuery {
	return s.DB.Reader().NewSelect().TableExpr("posts AS p").ColumnExpr("count(*)").Where("p.kind = ?", social.KindNews).Where("p.state = ?", social.StatePublished).
		Where("p.published_at >= ?", from.UTC()).Where("p.published_at < ?", to.UTC())
}

// asked counts the news of a month that is for the reader r; with seen, what of it they saw.
func (s *Service) asked(from, to time.Time, seen bool) *bun.SelectQuery {
	q := s.pieces(from, to).Apply(social.ForReader)
	if seen {
		q.Join("JOIN news_seen AS ns ON ns.post_id = p.id AND ns.user_id = r.id")
	}
	return q
}
