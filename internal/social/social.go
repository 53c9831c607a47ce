// Package social is what people say to each other: posts, comments, reactions, and what they follow.
//
// A post is for an audience: the company, a branch, groups, or, when it is about a document, whoever sees that document. What a post is for
// is written as audience keys (auth) into post_audience when it is published, and taken out when it is hidden or deleted: visibleTo asks
// for nothing else, and the feed is read from the same rows in the order of time. A comment on a document, a page of it, a passage or a
// tender is a post about it: so it has a thread, reactions, a place in the feed and in search like every other.
//
// The package stands right of library, tenders and groups: it asks them who sees what a post is about, and is told by the library when
// that changes.
package social

import (
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/errs"
)

// Kind is what a post is for.
type Kind string

// The kinds of posts.
const (
	KindText     Kind = "text"
	KindQuestion Kind = "question" // one of its comments can be accepted as the answer
	KindPraise   Kind = "praise"   // of the people whom its text names
	KindPoll     Kind = "poll"
	KindNews     Kind = "news" // of who may write in a channel, see news.go
)

// Kinds lists every kind in the order in which forms show them.
var Kinds = []Kind{KindText, KindQuestion, KindPraise, KindPoll, KindNews}

// Valid tells whether k exists.
func (k Kind) Valid() bool { return slices.Contains(Kinds, k) }

// State is how far a post or comment is.
type State string

// The states. Comments are published, hidden or deleted.
const (
	StateDraft     State = "draft"     // its author's alone
	StateScheduled State = "scheduled" // the same, until it is published by itself
	StatePublished State = "published"
	StateHidden    State = "hidden"  // by who moderates; kept as evidence
	StateDeleted   State = "deleted" // by its author or who moderates
)

// Post is something said.
type Post struct {
	bun.BaseModel `bun:"table:posts,alias:p"`

	ID       string `bun:",pk"`
	AuthorID string
	Kind     Kind
	State    State
	Title    string // may be empty
	Body     string // Markdown; people and groups are named by tokens, see mention.go
	Audience string // as Audience.String has it

	About        Target // a document or tender that the post is about; empty = nothing
	AboutVersion string // id of the version that the page and quote are of
	AboutPage    int    // from 1; 0 = the whole document
	Quote        string // the passage, as the page's text has it
	QuoteBefore  string // some of the text before and after, by which the passage is found again in a later version
	QuoteAfter   string

	PublishAt   bun.NullTime // of a scheduled post
	PublishedAt bun.NullTime
	ActiveAt    bun.NullTime // when it was published, or last commented on
	EditedAt    bun.NullTime
	Closed      bool   // takes no comments any more
	Pinned      bool   // stands first where it is for one branch or group
	AnswerID    string // the accepted comment of a question
	NoPreview   bool   // shows nothing of what it links to
	PollMany    bool   // several options may be chosen
	PollEndsAt  bun.NullTime
	MustRead    bool         // of news: its readers confirm that they have read it
	ReadBy      bun.NullTime // until when they are asked to
	HiddenWhy   string       // of who hid it, for its author; empty on a hidden one = the word list holds it
	Comments    int          // published ones
	CreatedAt   time.Time
	UpdatedAt   time.Time

	// joined
	AuthorName   string `bun:",scanonly"`
	AuthorPhoto  string `bun:",scanonly"`
	AuthorJob    string `bun:",scanonly"`
	AuthorBranch string `bun:",scanonly"` // name
	AboutNumber  int    `bun:",scanonly"` // of AboutVersion; 0 = none
	LentKey      string `bun:",scanonly"` // the key by which it is seen by temporary access only
	InOwn        bool   `bun:",scanonly"` // is for a group that the viewer owns
}

// Published tells whether others see the post.
func (p *Post) Published() bool { return p.State == StatePublished }

// Lent tells whether the viewer sees the post by temporary access only.
func (p *Post) Lent() bool { return p.LentKey != "" }

// Target is the post as something to react to, follow or name.
func (p *Post) Target() Target { return PostTarget(p.ID) }

// Comment is an answer to a post, or to a comment on it.
type Comment struct {
	bun.BaseModel `bun:"table:comments,alias:c"`

	ID        string `bun:",pk"`
	PostID    string
	ParentID  string // the comment that it answers, always one on the post itself; empty = the post
	AuthorID  string
	State     State
	Body      string
	HiddenWhy string // as of a post
	EditedAt  bun.NullTime
	CreatedAt time.Time

	AuthorName   string `bun:",scanonly"`
	AuthorPhoto  string `bun:",scanonly"`
	AuthorBranch string `bun:",scanonly"`
}

// Target is the comment as something to react to.
func (c *Comment) Target() Target { return CommentTarget(c.ID) }

// How long texts may be, in runes, and how many of each a post may have.
const (
	maxTitle   = 150
	maxBody    = 20_000
	maxComment = 10_000
	maxQuote   = 2_000
	maxOption  = 150
	maxOptions = 12
	maxCards   = 10
	maxPraised = 20
	maxGroups  = 10
)

// About is the place that a post is about.
type About struct {
	Target Target
	Page   int    // of a document, from 1; 0 = the whole
	Quote  string // a passage of that page
}

// Card is a document, tender or post that a post shows.
type Card struct {
	bun.BaseModel `bun:"table:post_cards,alias:pc"`

	PostID string `bun:",pk"`
	N      int    `bun:",pk"`
	Target Target
	Page   int // of a document, 0 = the whole
	// Attached tells that the document is a file that goes with the post: it gets the post's audience when that is published. On input it
	// counts for the author's own that nobody else sees.
	Attached bool
}

// Poll is what a poll asks.
type Poll struct {
	Options []string
	Many    bool      // several may be chosen
	EndsAt  time.Time // zero = never
}

// Input is what a person writes as a post.
type Input struct {
	Kind      Kind
	Title     string
	Body      string
	Audience  string // as ParseAudience reads it; ignored where About is set
	About     About
	Cards     []Card
	Poll      Poll
	NoPreview bool      // shows nothing of what it links to
	Closed    bool      // of news that is not published: it takes no comments
	MustRead  bool      // of news
	ReadBy    time.Time // of news that must be read; zero = as soon as one can
	PublishAt time.Time // later: it is scheduled; zero = at once
	Draft     bool      // keep it for later
	SaidAt    time.Time // of what was said before it came here; zero = now
}

// field complains about one field of a form.
func field(name, key string, args ...any) *errs.Error {
	return errs.Invalid("error.invalid").Field(name, key, args...)
}
