package library

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/jobs"
)

// Copy is another document with the same bytes or much of the same text.
type Copy struct {
	*Document
	Exact   bool
	Overlap float64    // share of this document's text that the other has too, 0–1
	Pages   []PagePair // which pages, at most 20
}

// PagePair is a page here and the page of the other document that has the same text.
type PagePair struct {
	Here  int `json:"here"`
	There int `json:"there"`
}

// ExactCopies returns the older and newer documents with the same bytes that the viewer may see.
func (s *Service) ExactCopies(ctx context.Context, v auth.Viewer, d *Document) (list []*Document, err error) {
	err = s.db.Reader().NewSelect().Model(&list).Apply(s.joined).Apply(lending(v)).Apply(visibleTo(v)).Apply(present).
		Where("v.sha256 = ?", d.SHA256).Where("d.id <> ?", d.ID).Order("d.created_at").Limit(20).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("exact copies: %w", db.Classify(err))
	}
	return list, s.noteLent(ctx, v, list...)
}

// Copies returns exact and near copies of a document that the viewer may see, the nearest first.
func (s *Service) Copies(ctx context.Context, v auth.Viewer, d *Document) ([]Copy, error) {
	exact, err := s.ExactCopies(ctx, v, d)
	if err != nil {
		return nil, err
	}
	var out []Copy
	known := map[string]bool{}
	for _, o := range exact {
		known[o.ID] = true
		out = append(out, Copy{Document: o, Exact: true, Overlap: 1})
	}
	near, err := s.nearCopies(ctx, v, d)
	if err != nil {
		return nil, err
	}
	for _, c := range near {
		if !known[c.ID] {
			out = append(out, c)
		}
	}
	return out, nil
}

// nearCopy says that two versions share text. It is written once per pair and direction.
type nearCopy struct {
	bun.BaseModel `bun:"table:near_copies,alias:nc"`

	VersionID string `bun:",pk"`
	OtherID   string `bun:",pk"`
	Overlap   float64
	Pages     string // JSON of []PagePair
}

func (s *Service) nearCopies(ctx context.Context, v auth.Viewer, d *Document) ([]Copy, error) {
	var rows []struct {
		DocumentID, Pages string
		Overlap           float64
	}
	err := s.db.Reader().NewSelect().TableExpr("near_copies AS nc").ColumnExpr("o.document_id, nc.overlap, nc.pages").
		Join("JOIN versions AS o ON o.id = nc.other_id").Join("JOIN documents AS od ON od.readable_id = o.id").
		Where("nc.version_id = ?", d.ReadableID).Where("o.document_id <> ?", d.ID).Order("nc.overlap DESC").Limit(50).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("near copies: %w", db.Classify(err))
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.DocumentID
	}
	docs, err := s.ByIDs(ctx, v, ids)
	if err != nil {
		return nil, err
	}
	var out []Copy
	for _, r := range rows {
		if o := docs[r.DocumentID]; o != nil {
			c := Copy{Document: o, Overlap: r.Overlap}
			if err := json.Unmarshal([]byte(r.Pages), &c.Pages); err != nil {
				return nil, fmt.Errorf("near copies: %w", err)
			}
			out = append(out, c)
		}
	}
	return out, nil
}

const (
	// minOverlap is the share of a document's own text, boilerplate aside, from which a copy is worth telling.
	minOverlap = 0.5
	// minWhole is how many whole pages are worth telling, however long the document.
	minWhole = 3
	// wholeShare of the shingles of a page make it a whole page, if it has at least wholeSize.
	wholeShare, wholeSize = 0.8, 60
	// boilerplateIn is in how many documents, otherwise different, a passage must be to be boilerplate.
	boilerplateIn = 3
	// commonPrint is how many pages may share a print before it is boilerplate that says nothing.
	commonPrint = 200
	maxPairs    = 20
)

// findCopies looks for the versions that share the prints of this one, and measures the overlap on the texts themselves. It runs
// only where some page shares a print, see writePrints.
func (s *Service) findCopies(ctx context.Context, _ jobs.Run, args readArgs) error {
	mine, err := s.pageShingles(ctx, args.VersionID)
	if err != nil || len(mine) == 0 {
		return err
	}
	candidates, err := s.candidates(ctx, args.VersionID, mine)
	if err != nil || len(candidates) == 0 {
		return err
	}
	others, err := s.others(ctx, candidates, mine)
	if err != nil {
		return err
	}
	return s.writeCopies(ctx, near(args.VersionID, mine, others))
}

// others reads the candidates and keeps of their shingles what is here too, so that ten long documents fit in memory.
func (s *Service) others(ctx context.Context, ids []string, mine []shingles) (map[string][]shingles, error) {
	here := setOf(mine)
	out := map[string][]shingles{}
	for _, id := range ids {
		theirs, err := s.pageShingles(ctx, id)
		if err != nil {
			return nil, err
		}
		for i, p := range theirs {
			theirs[i] = p.only(here)
		}
		out[id] = theirs
	}
	return out, nil
}

// near returns, in both directions, the pairs of which one is copied from the other.
func near(id string, mine []shingles, others map[string][]shingles) (found []nearCopy) {
	boilerplate := boilerplateOf(mine, others)
	for other, theirs := range others {
		there, back := compare(mine, theirs, boilerplate), compare(theirs, mine, boilerplate)
		if !there.copied() && !back.copied() {
			continue
		}
		found = append(found, nearCopyOf(id, other, there), nearCopyOf(other, id, back))
	}
	return found
}

func nearCopyOf(from, to string, o overlap) nearCopy {
	pages, _ := json.Marshal(o.pairs)
	return nearCopy{VersionID: from, OtherID: to, Overlap: o.share, Pages: string(pages)}
}

// boilerplateOf returns the shingles that several documents have which otherwise differ: forms, standard chapters. Versions of
// one plan, which are alike as a whole, do not make each other's text boilerplate.
func boilerplateOf(mine []shingles, others map[string][]shingles) map[uint64]bool {
	count := map[uint64]int{}
	for _, theirs := range others {
		if compare(mine, theirs, nil).share >= minOverlap || compare(theirs, mine, nil).share >= minOverlap {
			continue
		}
		for h := range setOf(theirs) {
			count[h]++
		}
	}
	common := map[uint64]bool{}
	for h, n := range count {
		if n >= boilerplateIn {
			common[h] = true
		}
	}
	return common
}

// candidates returns the versions that share the most prints, at most ten.
func (s *Service) candidates(ctx context.Context, versionID string, mine []shingles) ([]string, error) {
	var prints []int64
	for _, p := range mine {
		prints = append(prints, p.prints()...)
	}
	count := map[string]int{}
	for batch := range slices.Chunk(prints, 500) {
		var rows []pagePrint
		err := s.db.Reader().NewSelect().Model(&rows).Where("print IN (?)", bun.List(batch)).Where("version_id <> ?", versionID).Limit(20_000).Scan(ctx)
		if err != nil {
			return nil, fmt.Errorf("copies: %w", err)
		}
		often := map[int64]int{}
		for _, r := range rows {
			often[r.Print]++
		}
		for _, r := range rows {
			if often[r.Print] <= commonPrint {
				count[r.VersionID]++
			}
		}
	}
	var ids []string
	for id, n := range count {
		if n >= 2 {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b string) int { return count[b] - count[a] })
	return ids[:min(10, len(ids))], nil
}

func (s *Service) writeCopies(ctx context.Context, found []nearCopy) error {
	if len(found) == 0 {
		return nil
	}
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewInsert().Model(&found).On("CONFLICT (version_id, other_id) DO UPDATE").Set("overlap = EXCLUDED.overlap").Set("pages = EXCLUDED.pages").Exec(ctx)
		return err
	})
	if db.IsForeignKey(err) {
		return nil // one of them was purged meanwhile
	}
	return err
}

// pageShingles reads the texts of a version and cuts them into shingles.
func (s *Service) pageShingles(ctx context.Context, versionID string) ([]shingles, error) {
	var out []shingles
	err := s.eachPage(ctx, versionID, func(p *Page) error {
		if sh := shinglesOf(p.Number, p.Text); len(sh.hashes) >= minShingles {
			out = append(out, sh)
		}
		return nil
	})
	return out, err
}

// eachPage reads the pages of a version a hundred at a time.
func (s *Service) eachPage(ctx context.Context, versionID string, f func(*Page) error) error {
	for last := 0; ; {
		var list []*Page
		err := s.db.Reader().NewSelect().Model(&list).Where("p.version_id = ?", versionID).Where("p.number > ?", last).Order("p.number").Limit(100).Scan(ctx)
		if err != nil {
			return fmt.Errorf("pages of %s: %w", versionID, err)
		}
		for _, p := range list {
			if err := f(p); err != nil {
				return err
			}
			last = p.Number
		}
		if len(list) < 100 {
			return nil
		}
	}
}

// blobGrace is how long a file that nobody names may lie: an upload in progress has stored it but not yet written it down.
const blobGrace = 24 * time.Hour
