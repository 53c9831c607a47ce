// Package reuse records that a document, or a page of it, was used in a tender, and that somebody says a document is outdated.
//
// There is one row for each person, document, page and tender: what is counted are tenders and people, never clicks. Whoever sees a
// document sees where it was used, as everybody sees every tender; lists of documents show each viewer only those that they see. What a
// tender came to is read from the tender, so that the credit follows when its outcome changes. Using one's own document counts as its use
// in that tender, and is no credit by others.
package reuse

import (
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
	"github.com/aanpak/aanpak/internal/tenders"
)

// TimesSQL counts how often the document d was reused: the tenders that it was used in, and the others who used it outside any.
const TimesSQL = `(SELECT count(DISTINCT CASE WHEN ru.tender_id <> '' THEN 't' || ru.tender_id ELSE 'u' || ru.user_id END)
	FROM uses AS ru WHERE ru.document_id = d.id AND (ru.tender_id <> '' OR ru.user_id <> d.owner_id))`

// Use is that somebody used a document, or a page of it, in a tender or outside any.
type Use struct {
	bun.BaseModel `bun:"table:uses,alias:us"`

	DocumentID string `bun:",pk"`
	UserID     string `bun:",pk"`
	Page       int    `bun:",pk"` // 0 = the document as a whole
	TenderID   string `bun:",pk"` // empty = outside any
	CreatedAt  time.Time
	Told       string // the outcome that the owner was told, as outcomeTold words it

	// joined: who, the tender as it is now, and the document
	UserName  string          `bun:",scanonly"`
	UserPhoto string          `bun:",scanonly"`
	Reference string          `bun:",scanonly"`
	Tender    string          `bun:",scanonly"` // its title
	Client    string          `bun:",scanonly"`
	Outcome   tenders.Outcome `bun:",scanonly"`
	Score     float64         `bun:",scanonly"`
	Title     string          `bun:",scanonly"` // of the document
	OwnerID   string          `bun:",scanonly"`
}

// ByOther tells whether it is a credit: the document is somebody else's.
func (u *Use) ByOther() bool { return u.UserID != u.OwnerID }

// Input is what a person says of a use.
type Input struct {
	TenderID string    // empty = outside any
	Page     int       // 0 = the document as a whole
	At       time.Time // of what is loaded from elsewhere; zero = now
}

// Mark is that somebody says a document is outdated.
type Mark struct {
	bun.BaseModel `bun:"table:outdated_marks,alias:om"`

	DocumentID string `bun:",pk"`
	UserID     string `bun:",pk"`
	Version    int    // of which it is said: a new one answers it
	Why        string // one line, may be empty
	CreatedAt  time.Time
	AnsweredAt bun.NullTime // when the owner said that it is still right
	AnsweredBy string

	UserName   string `bun:",scanonly"`
	UserPhoto  string `bun:",scanonly"`
	AnswerName string `bun:",scanonly"`
	Title      string `bun:",scanonly"`
	OwnerID    string `bun:",scanonly"`
}

const maxWhy = 200 // runes

// why cleans the line beside a mark.
func why(s string) (string, error) {
	s = fold.Line(s)
	if len([]rune(s)) > maxWhy {
		return s, errs.Invalid("error.invalid").Field("why", "error.field.too_long", "Max", maxWhy)
	}
	return s, nil
}
