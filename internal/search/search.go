// Package search finds entries (pages of documents, tenders, people, later posts and fragments) by text.
//
// Index is implemented by bleve (embedded) and, at scale, by a server; searchtest holds the contract that every
// implementation passes. What words are the same word is decided by package lang, never by an engine. Who may
// see an entry is carried as audience keys, and every query names the keys of its viewer: there is no way to
// ask without them but Everything, which only jobs use. The package never imports a domain.
package search

import (
	"context"
	"errors"
	"time"
)

// ErrAway says that the engine does not answer. What is to be indexed waits until it does; nothing is wrong with it.
var ErrAway = errors.New("the search engine does not answer")

// Type is what an entry is of.
type Type string

// The types of entries.
const (
	TypeDocument Type = "document" // one entry per page
	TypeTender   Type = "tender"
	TypePerson   Type = "person"
	TypeGroup    Type = "group"
	TypePost     Type = "post"
	TypeFragment Type = "fragment"
)

// Entry is one thing that can be found. Pages of the same document share Parent; all other types have one
// entry per Parent. Metadata is repeated on each page.
type Entry struct {
	Type   Type
	Parent string // id of the document, tender, person …
	Page   int    // from 1 for documents, else 0

	Title string // weighs most
	Label string // name of a sheet or slide
	Extra string // reference, client, place, names, tags: found, but not shown as snippet
	Text  string

	Kind     string // of a document
	Branch   string // id
	Client   string
	Tender   string // id
	Year     int    // 0 = unknown
	Outcome  string
	Language string
	Tags     []string
	Score    float64 // of the tender, 0 = unknown
	Reused   int
	Created  time.Time

	Audience []string // keys of auth.Viewer.AudienceKeys
}

// Sort is the order of hits.
type Sort string

// The orders.
const (
	SortRelevance Sort = "relevance"
	SortNewest    Sort = "newest"
	SortReused    Sort = "reused"
	SortScore     Sort = "score"
)

// Filters narrow a query. Values of one field are alternatives; fields are all required.
type Filters struct {
	Kind, Branch, Client, Tender, Outcome, Language, Tag []string
	Year                                                 []int
	MinScore                                             float64
	Documents                                            []string // ids; what is:… in the text stands for
}

// Query is a question. Text is what the person typed: words, "quoted phrases", -word, field:value. An index
// applies the fields of the text itself; branch: and tender: it compares with ids, so a caller that lets people type names
// resolves them (Parse(text).Fields) and puts the ids in Filters, which then take their place. What is: asks for no index knows:
// the caller puts the ids of the documents in Filters.Documents, and without them nothing is found. Without words a query lists everything
// that passes the filters.
type Query struct {
	Text     string
	Types    []Type // empty = all
	Filters  Filters
	Audience []string // keys of the viewer; empty finds nothing
	// Everything skips the audience filter: for jobs and commands, never for a person.
	Everything bool
	Sort       Sort
	// Raised are ids of documents that come a little sooner than their words alone would bring them, where hits are ordered by relevance: see
	// Raise.
	Raised []string
	Limit  int // of collapsed hits; 0 = 20, at most 100
	Offset int
	Facets bool // compute facets
	Prefix bool // the last word is still being typed
	// Count asks for Total, and with Facets for those of the field type; Brief asks for hits with their best page: an engine may leave out
	// whatever else costs it time, and of more hits than are shown need not count how many more.
	Count, Brief bool
	// Plain takes the words as they are: a hit has every one on a page. No typing error is corrected and no word left out.
	Plain bool
}

// Hit is a document, tender, person … that matches, with its best page and a few of its other pages.
type Hit struct {
	Type   Type
	Parent string
	Page   int // best page; 0 for types without pages
	Score  float64
	Pages  []int // further matching pages, best first, at most three
	More   int   // number of matching pages beside Page, true count. A page counts when its text matches; title and Extra alone make the first page the hit
}

// Result is an answer.
type Result struct {
	Total  int // collapsed hits, all types asked for; of a brief question at least those that are shown
	Pages  int // matching pages of documents
	Hits   []Hit
	Facets map[string]map[string]int // field → value → number of collapsed hits; fields: type kind branch client year outcome language tag score
	// Corrected is the query as understood where a word was found only after correcting a typing error, else empty.
	Corrected string
	// Relaxed says that no page, nor all pages of one document together, had every word: the hits have the most of them.
	Relaxed bool
	// Missing are the words, as typed, of which the viewer sees no page at all.
	Missing []string
	Took    time.Duration
}

// Index stores entries and answers queries. All methods are safe for concurrent use.
type Index interface {
	// Replace puts the entries of the parents in one batch, removing every earlier entry of those parents that is
	// not among them. A key of parents with no entries is thereby removed. Entries are searchable when it returns.
	Replace(ctx context.Context, parents []Key, entries []Entry) error
	Search(ctx context.Context, q Query) (Result, error)
	// Similar finds documents like the text: "more like this". The parent named in not is left out.
	Similar(ctx context.Context, text string, not Key, q Query) (Result, error)
	// Parents calls f for each parent in the index, in no order, to compare the index with the database.
	Parents(ctx context.Context, f func(Key) error) error
	// Pages returns the pages of a parent that are in the index, in order; 0 for what has none.
	Pages(ctx context.Context, k Key) ([]int, error)
	// Words calls f for each word of the library's own vocabulary with the number of entries it occurs in.
	// The decompounder learns from it.
	Words(ctx context.Context, f func(word string, entries int) error) error
	// Ping says whether the engine answers.
	Ping(ctx context.Context) error
	Close() error
}

// Pausing is an Index for which a write costs much, however little is written.
type Pausing interface {
	// Pause is how long to gather more after a write that took so long.
	Pause(took time.Duration) time.Duration
}

// Key names a parent.
type Key struct {
	Type   Type
	Parent string
}
