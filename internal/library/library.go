// Package library keeps the company's documents: files with versions, pages of text, an audience and an owner.
//
// An uploaded file is stored first and then written down in one transaction with the job that reads it, so that what
// was acknowledged is never lost. Reading happens in package reader; what was read is found through package index.
// Who may see a document is decided by visibleTo and nowhere else.
package library

import (
	"slices"
	"time"

	"github.com/uptrace/bun"
)

// Kind is what a document is for.
type Kind string

// The kinds of documents.
const (
	KindApproach     Kind = "approach"
	KindCalculation  Kind = "calculation"
	KindSchedule     Kind = "schedule"
	KindRisk         Kind = "risk"
	KindQuality      Kind = "quality"
	KindSafety       Kind = "safety"
	KindReference    Kind = "reference"
	KindCV           Kind = "cv"
	KindPresentation Kind = "presentation"
	KindNotice       Kind = "notice"
	KindAward        Kind = "award"
	KindOther        Kind = "other"
)

// Kinds lists every kind in the order in which forms show them.
var Kinds = []Kind{
	KindApproach, KindCalculation, KindSchedule, KindRisk, KindQuality, KindSafety,
	KindReference, KindCV, KindPresentation, KindNotice, KindAward, KindOther,
}

// Valid tells whether k exists.
func (k Kind) Valid() bool { return slices.Contains(Kinds, k) }

// Status is how far a file has come.
type Status string

// The states of a version. Ready and failed are final.
const (
	StatusReceived Status = "received"
	StatusReading  Status = "reading"
	StatusReady    Status = "ready"
	StatusFailed   Status = "failed"
)

// Final tells whether nothing more happens to the version by itself.
func (s Status) Final() bool { return s == StatusReady || s == StatusFailed }

// Document is a file in the library with all that is known of it. The fields below "joined" are set by the methods
// that read.
type Document struct {
	bun.BaseModel `bun:"table:documents,alias:d"`

	ID          string `bun:",pk"`
	Title       string
	TitleFolded string
	Kind        Kind
	BranchID    string
	TenderID    string // empty where the document belongs to no tender
	OwnerID     string
	Language    string // ISO 639-1, empty = unknown
	LanguageSet bool   // a person chose the language: reading must not change it
	Audience    string // as ParseAudience reads it
	VersionID   string // the newest version
	ReadableID  string // the newest version that could be read, which search finds; empty where there is none
	Reads       int    // how often it was opened
	SourceID    string // where it came from: the archive's document, or "import"
	SourcePath  string
	CreatedAt   time.Time
	UpdatedAt   time.Time
	DeletedAt   bun.NullTime
	DeletedBy   string

	// joined: the newest version, branch, owner and tender
	Number        int     `bun:",scanonly"`
	Status        Status  `bun:",scanonly"`
	Failure       string  `bun:",scanonly"` // a reader.Reason, empty unless failed
	FailureDetail string  `bun:",scanonly"`
	Pages         int     `bun:",scanonly"`
	NoText        int     `bun:",scanonly"` // pages that are images and wait for OCR
	SHA256        string  `bun:"sha256,scanonly"`
	Size          int64   `bun:",scanonly"`
	MediaType     string  `bun:",scanonly"`
	Filename      string  `bun:",scanonly"`
	BranchName    string  `bun:",scanonly"`
	OwnerName     string  `bun:",scanonly"`
	OwnerPhoto    string  `bun:",scanonly"`
	TenderRef     string  `bun:",scanonly"`
	TenderTitle   string  `bun:",scanonly"`
	Client        string  `bun:",scanonly"`
	Place         string  `bun:",scanonly"`
	Year          int     `bun:",scanonly"`
	Outcome       string  `bun:",scanonly"`
	Score         float64 `bun:",scanonly"`
	Reused        int     `bun:",scanonly"` // in how many tenders, and by how many others outside any

	Lent bool `bun:",scanonly"` // whether the viewer sees it by temporary access only

	Tags []string `bun:"-"`
}

// Deleted tells whether the document is in the trash.
func (d *Document) Deleted() bool { return !d.DeletedAt.IsZero() }

// Version is one uploaded file of a document. It never changes but for its state.
type Version struct {
	bun.BaseModel `bun:"table:versions,alias:v"`

	ID               string `bun:",pk"`
	DocumentID       string
	Number           int    // from 1
	SHA256           string `bun:"sha256"`
	Blob             string // key in the blob store; equal files share it
	Size             int64  // bytes
	MediaType        string // from the content once it is read, before that from the name
	Filename         string
	Status           Status
	Failure          string
	FailureDetail    string
	Pages            int
	PagesWithoutText int
	Language         string
	CreatedBy        string
	CreatedAt        time.Time
	ReadAt           bun.NullTime

	CreatorName  string `bun:",scanonly"`
	CreatorPhoto string `bun:",scanonly"`
}

// Page is the text of one page of a version.
type Page struct {
	bun.BaseModel `bun:"table:pages,alias:p"`

	VersionID string `bun:",pk"`
	Number    int    `bun:",pk"` // from 1
	Label     string
	Text      string
	Grid      bool // Text is rows of a sheet, see reader.ParseGrid
	Reader    string
	Quality   float64
	Width     float64 // points; 0 where the page has no size
	Height    float64
}

// Tag is a word that people give to documents.
type Tag struct {
	bun.BaseModel `bun:"table:document_tags,alias:dt"`

	DocumentID string `bun:",pk"`
	Tag        string
	TagFolded  string `bun:",pk"`
}

// audienceKey is a row that lets a key see a document.
type audienceKey struct {
	bun.BaseModel `bun:"table:document_audience,alias:a"`

	DocumentID string `bun:",pk"`
	Key        string `bun:",pk"`
}
