package lookin

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/library"
)

// sight is a thing that is about to be shown, and the key by which it is seen.
type sight struct{ key, object string }

// sawDocuments implements library's OnLent.
func (s *Service) sawDocuments(ctx context.Context, v auth.Viewer, list []*library.Document) error {
	sights := make([]sight, len(list))
	for i, d := range list {
		a, _ := library.ParseAudience(d.Audience)
		sights[i].object = "document:" + d.ID
		for _, key := range []string{auth.DocumentKey(d.ID), auth.OwnerKey(d.OwnerID)} {
			if sights[i].key == "" && v.Granted(key) {
				sights[i].key = key
			}
		}
		for _, id := range a.IDs {
			if key := auth.GroupKey(id); sights[i].key == "" && a.Kind == "group" && v.Granted(key) {
				sights[i].key = key
			}
		}
	}
	return s.saw(ctx, v, sights...)
}

// Saw writes down what is about to be shown by temporary access only: seen has the key by which, by the thing as "kind:id".
func (s *Service) Saw(ctx context.Context, v auth.Viewer, seen map[string]string) error {
	sights := make([]sight, 0, len(seen))
	for object, key := range seen {
		sights = append(sights, sight{key, object})
	}
	return s.saw(ctx, v, sights...)
}

// saw writes down what is seen for the first time under each access.
func (s *Service) saw(ctx context.Context, v auth.Viewer, sights ...sight) error {
	rows := make([]Seen, 0, len(sights))
	for _, x := range sights {
		id := grantOf(v, x.key)
		if id == "" {
			return errs.NotFound("document") // ended meanwhile
		}
		rows = append(rows, Seen{AccessID: id, Object: x.object, SeenAt: s.Now()})
	}
	fresh, err := s.fresh(ctx, rows)
	if err != nil || len(fresh) == 0 {
		return err
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error { return write(ctx, tx, v, fresh) })
	if err != nil {
		return fmt.Errorf("write down what is seen: %w", db.Classify(err))
	}
	return nil
}

func grantOf(v auth.Viewer, key string) string {
	for _, g := range v.Grants {
		if g.Key == key {
			return g.ID
		}
	}
	return ""
}

// fresh leaves out what is written down already, so that looking again writes nothing.
func (s *Service) fresh(ctx context.Context, rows []Seen) (out []Seen, err error) {
	var known []Seen
	q := s.db.Reader().NewSelect().Model(&known).WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
		for _, r := range rows {
			q.WhereOr("(tas.access_id = ? AND tas.object = ?)", r.AccessID, r.Object)
		}
		return q
	})
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("what was seen: %w", db.Classify(err))
	}
	have := map[sight]bool{}
	for _, k := range known {
		have[sight{k.AccessID, k.Object}] = true
	}
	for _, r := range rows {
		if x := (sight{r.AccessID, r.Object}); !have[x] {
			have[x] = true
			out = append(out, r)
		}
	}
	return out, nil
}

func write(ctx context.Context, tx bun.Tx, v auth.Viewer, rows []Seen) error {
	for i := range rows {
		res, err := tx.NewInsert().Model(&rows[i]).On("CONFLICT (access_id, object) DO NOTHING").Exec(ctx)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			if err != nil {
				return err
			}
			continue // by another request at the same time
		}
		if err := audit.Log(ctx, tx, v, "access.seen", rows[i].Object, "access:"+rows[i].AccessID); err != nil {
			return err
		}
	}
	return nil
}
