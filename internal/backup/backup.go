// Package backup writes all that an installation holds into one archive, and an archive into an empty installation.
//
// The archive is a zip: manifest.json, the rows of each table as JSON lines under tables/, and the files under files/. It says
// nothing of the database or the store that it came from, so it is also the way from SQLite and a folder to PostgreSQL and S3,
// and back. Rows are read in one snapshot, while people go on working; files are read after them, with the sweeper held off, so
// that every file which a row names is still there. Each part is checked by its SHA-256, files by the one that was taken when
// they were uploaded.
//
// What can be made again is left out: page images and the search index. Which domain a table belongs to is nothing to this
// package: it carries rows and knows only in which order tables name each other.
package backup

import (
	"fmt"
	"time"

	"github.com/dustin/go-humanize"
)

// Format is the version of the archive's own form.
const Format = 1

// Manifest says what an archive holds.
type Manifest struct {
	Format    int       `json:"format"`
	Version   string    `json:"version"`   // of the program that wrote it
	Migration string    `json:"migration"` // last one of the database
	CreatedAt time.Time `json:"created_at"`
	Tables    []Table   `json:"tables"` // in an order in which they can be filled
	Files     []File    `json:"files"`
	// Wrong are files whose bytes were missing or not what was uploaded. The archive holds what there was.
	Wrong []string `json:"wrong,omitempty"`
	// Settings are those of the environment, for people to read; secrets are left out.
	Settings map[string]string `json:"settings,omitempty"`
}

// Table is a part with rows.
type Table struct {
	Name   string `json:"name"`
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256"` // of the JSON lines
}

// File is a part with bytes.
type File struct {
	Key    string `json:"key"` // in the blob store
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// rows is the number of rows in all.
func (m *Manifest) rows() (n int64) {
	for _, t := range m.Tables {
		n += t.Rows
	}
	return n
}

// Summary tells what an archive holds.
func (m *Manifest) Summary() string {
	var size uint64
	for _, f := range m.Files {
		size += uint64(f.Size)
	}
	return fmt.Sprintf("%d rows and %d files (%s) of %s", m.rows(), len(m.Files), humanize.Bytes(size), m.CreatedAt.Format("2006-01-02 15:04 MST"))
}

// The names of parts.
const (
	manifestName = "manifest.json"
	jobsName     = "jobs.jsonl" // rows of jobs.Waiting
)

func tablePart(name string) string { return "tables/" + name + ".jsonl" }
func filePart(key string) string   { return "files/" + key }
