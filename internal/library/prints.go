package library

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"
)

// pagePrint is one of the few fingerprints of a page by which pages with the same text find each other.
type pagePrint struct {
	bun.BaseModel `bun:"table:page_prints,alias:pp"`

	Print     int64
	VersionID string
	Page      int
}

// printBatch bounds the prints of one statement.
const printBatch = 500

// printsOf fingerprints the pages of a version.
func printsOf(versionID string, pages []*Page) (prints []pagePrint) {
	for _, p := range pages {
		sh := shinglesOf(p.Number, p.Text)
		if len(sh.hashes) < minShingles {
			continue
		}
		for _, h := range sh.prints() {
			prints = append(prints, pagePrint{Print: h, VersionID: versionID, Page: p.Number})
		}
	}
	return prints
}

// writePrints writes the prints of a version down with its pages, and tells whether another version has one of them. Most have
// none in common with any, and need no further look for copies. Of two that are written at once the second sees the first:
// transactions take turns here.
func (s *Service) writePrints(ctx context.Context, tx bun.Tx, prints []pagePrint) (shared bool, err error) {
	if len(prints) == 0 {
		return false, nil
	}
	if err := s.db.Turn(ctx, tx, "prints"); err != nil {
		return false, err
	}
	for batch := range slices.Chunk(prints, printBatch) {
		if !shared {
			if shared, err = s.sharesPrint(ctx, tx, batch); err != nil {
				return false, err
			}
		}
		if _, err := tx.NewInsert().Model(&batch).Exec(ctx); err != nil {
			return false, fmt.Errorf("write prints: %w", err)
		}
	}
	return shared, nil
}

func (s *Service) sharesPrint(ctx context.Context, tx bun.Tx, prints []pagePrint) (bool, error) {
	list := make([]int64, len(prints))
	for i, p := range prints {
		list[i] = p.Print
	}
	shared, err := tx.NewSelect().Model((*pagePrint)(nil)).Where("print IN (?)", bun.List(list)).Where("version_id <> ?", prints[0].VersionID).Exists(ctx)
	if err != nil {
		return false, fmt.Errorf("look for prints: %w", err)
	}
	return shared, nil
}
