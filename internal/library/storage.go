package library

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/people"
)

// Use is what files take. The numbers are of all documents, also of those that the administrator may not see, and of the trash: they
// name none.
type Use struct {
	Name  string // a kind, or a branch's name
	Files int    // versions
	Bytes int64
}

// Storage is what the library's files take.
type Storage struct {
	Stored   Use   // what is in the store, where equal files are kept once
	Kinds    []Use // the largest first
	Branches []Use // the largest first
}

// Storage adds up the files, for administrators.
func (s *Service) Storage(ctx context.Context, v auth.Viewer) (out Storage, err error) {
	if err := people.CanAdminister(v); err != nil {
		return out, err
	}
	r := s.db.Reader()
	err = r.NewRaw("SELECT count(*) AS files, coalesce(sum(size), 0) AS bytes FROM (SELECT min(size) AS size FROM versions GROUP BY blob) AS b").Scan(ctx, &out.Stored)
	if err == nil {
		out.Kinds, err = useBy(ctx, r, "d.kind")
	}
	if err == nil {
		out.Branches, err = useBy(ctx, r, "b.name")
	}
	if err != nil {
		return out, fmt.Errorf("what files take: %w", db.Classify(err))
	}
	return out, nil
}

func useBy(ctx context.Context, r bun.IDB, column string) (list []Use, err error) {
	err = r.NewSelect().TableExpr("versions AS v").Join("JOIN documents AS d ON d.id = v.document_id").Join("JOIN branches AS b ON b.id = d.branch_id").
		ColumnExpr(column+" AS name, count(*) AS files, sum(v.size) AS bytes").GroupExpr(column).OrderExpr("sum(v.size) DESC, "+column).Scan(ctx, &list)
	return list, err
}
