// Package opening lets all branches begin at the same moment, and welcomes who comes.
//
// Until the moment that an administrator chose, those who prepare it are in: everybody with a role beyond member. They bring in documents,
// found groups, and write posts that wait for the moment. Members who sign in see when it opens, and hear of nothing but of their own ways
// in. Without a moment the company is open, as it is after it.
//
// Everybody who came lately finds a short tour until they have seen it.
package opening

import (
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/people"
)

// Plan is when the company opens, and what it says to who comes.
type Plan struct {
	At   time.Time `json:"at,omitzero"`    // whole minutes; zero = it is open
	Text string    `json:"text,omitempty"` // Markdown, read while waiting and in the tour
	Film string    `json:"film,omitempty"` // id of a document of the library that is a film for the whole company; empty = none
	Told time.Time `json:"told,omitempty"` // the moment of which everybody was told that it has come
	Over bool      `json:"-"`              // the moment has come, or there is none
}

// maxText is how long the text may be, in runes.
const maxText = 5000

// newFor is how long somebody, or a company that has opened, counts as new.
const newFor = 30 * 24 * time.Hour

// waiting is the role of those for whom the company is not open before its moment. Who has another prepares it.
const waiting = auth.RoleMember

func waits(v auth.Viewer) bool { return v.UserID != "" && !v.IsSystem() && v.Role == waiting }

// welcomed says that somebody has seen the tour.
type welcomed struct {
	bun.BaseModel `bun:"table:welcomed,alias:w"`

	UserID string `bun:",pk"`
	At     time.Time
}

// References are the columns of this domain that name people.
var References = []people.Reference{
	{Table: "welcomed", Column: "user_id", How: people.Joins, Erase: people.Goes},
}
