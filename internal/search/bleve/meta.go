package bleve

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/aanpak/aanpak/internal/lang"
	"github.com/aanpak/aanpak/internal/search"
)

// meta is what an entry carries beside its text. All pages of a document share one, so it is kept in memory once.
type meta struct {
	Type     search.Type `json:"T"`
	Parent   string      `json:"P"`
	Kind     string      `json:"k,omitempty"`
	Branch   string      `json:"b,omitempty"`
	Client   string      `json:"c,omitempty"`
	Tender   string      `json:"t,omitempty"`
	Year     int         `json:"y,omitempty"`
	Outcome  string      `json:"o,omitempty"`
	Language string      `json:"l,omitempty"`
	Tags     []string    `json:"g,omitempty"`
	Score    float64     `json:"s,omitempty"`
	Reused   int         `json:"r,omitempty"`
	Created  int64       `json:"d,omitempty"` // Unix milliseconds
	Audience []string    `json:"a"`

	parent uint32 // ordinal of the parent
	audi   uint32 // ordinal of the audience
	year   string
	folded [2]string // client, tags
}

func metaOf(e search.Entry) meta {
	m := meta{
		Type: e.Type, Parent: e.Parent, Kind: e.Kind, Branch: e.Branch, Client: e.Client, Tender: e.Tender, Year: e.Year,
		Outcome: e.Outcome, Language: e.Language, Tags: e.Tags, Score: e.Score, Reused: e.Reused,
		Audience: slices.Sorted(slices.Values(e.Audience)),
	}
	if !e.Created.IsZero() {
		m.Created = e.Created.UnixMilli()
	}
	return m
}

func (m *meta) key() search.Key { return search.Key{Type: m.Type, Parent: m.Parent} }

// table keeps metas, parents and audiences under numbers. Numbers are never used again, so that what a running search
// holds stays true; a table that has mostly forgotten metas is replaced together with the columns that use it.
type table struct {
	mu       sync.RWMutex
	ids      map[string]uint32 // JSON → meta
	metas    []*meta
	parents  map[search.Key]uint32
	audience map[string]uint32
	keys     [][]string // audience → its keys
}

func newTable() *table {
	return &table{ids: map[string]uint32{}, parents: map[search.Key]uint32{}, audience: map[string]uint32{}}
}

// id returns the number of the meta with this JSON.
func (t *table) id(raw []byte) (uint32, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if id, ok := t.ids[string(raw)]; ok {
		return id, nil
	}
	m := &meta{}
	if err := json.Unmarshal(raw, m); err != nil {
		return 0, fmt.Errorf("read metadata of an entry: %w", err)
	}
	t.number(m)
	id := uint32(len(t.metas))
	t.metas = append(t.metas, m)
	t.ids[string(raw)] = id
	return id, nil
}

func (t *table) number(m *meta) {
	k := m.key()
	p, ok := t.parents[k]
	if !ok {
		p = uint32(len(t.parents))
		t.parents[k] = p
	}
	a := strings.Join(m.Audience, "\n")
	n, ok := t.audience[a]
	if !ok {
		n = uint32(len(t.keys))
		t.audience[a] = n
		t.keys = append(t.keys, m.Audience)
	}
	m.parent, m.audi = p, n
	if m.Year > 0 {
		m.year = strconv.Itoa(m.Year)
	}
	m.folded = [2]string{lang.Fold(m.Client), lang.Fold(strings.Join(m.Tags, "\n"))}
}

// snapshot returns the slices as they are now; they only grow, so the returned ones may be read without a lock.
func (t *table) snapshot() (metas []*meta, keys [][]string, parents int) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.metas, t.keys, len(t.parents)
}
