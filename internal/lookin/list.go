package lookin

import (
	"context"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/people"
)

// mostListed bounds the lists of pages.
const mostListed = 100

// named reads access with the names of people.
func named(q *bun.SelectQuery) *bun.SelectQuery {
	return q.ColumnExpr("ta.*").ColumnExpr("u.name AS user_name").ColumnExpr("coalesce(c.name, '') AS concerns_name").
		Join("JOIN users AS u ON u.id = ta.user_id").Join("LEFT JOIN users AS c ON c.id = ta.concerns_user_id").
		Order("ta.began_at DESC", "ta.id DESC").Limit(mostListed)
}

// List returns all access that was asked for, the newest first, for administrators. Titles are not told: they may be private.
func (s *Service) List(ctx context.Context, v auth.Viewer) (list []*Access, err error) {
	if err := people.CanAdminister(v); err != nil {
		return nil, err
	}
	return list, s.read(ctx, &list, "1 = 1")
}

// Active returns what the viewer has access to now, with titles.
func (s *Service) Active(ctx context.Context, v auth.Viewer) (list []*Access, err error) {
	if len(v.Grants) == 0 {
		return nil, nil
	}
	ids := make([]string, len(v.Grants))
	for i, g := range v.Grants {
		ids[i] = g.ID
	}
	if err := s.read(ctx, &list, "ta.id IN (?)", bun.List(ids)); err != nil {
		return nil, err
	}
	return list, s.titles(ctx, list)
}

// ofMine is access that concerns somebody: to what they own, and to the groups that they are an owner of.
const ofMine = "(ta.concerns_user_id = ?0 OR (ta.kind = 'group' AND ta.object_id IN (SELECT group_id FROM group_members WHERE user_id = ?0 AND owner)))"

// About returns the access that others had to what is the viewer's, with what they saw.
func (s *Service) About(ctx context.Context, v auth.Viewer) (list []*Access, err error) {
	if v.UserID == "" {
		return nil, nil
	}
	if err := s.read(ctx, &list, ofMine, v.UserID); err != nil {
		return nil, err
	}
	if err := s.seenBy(ctx, list); err != nil {
		return nil, err
	}
	return list, s.titles(ctx, list)
}

// Of returns who looked at a document by temporary access, for its owner.
func (s *Service) Of(ctx context.Context, v auth.Viewer, d *library.Document) (list []*Access, err error) {
	if v.UserID == "" || v.UserID != d.OwnerID {
		return nil, nil
	}
	return list, s.read(ctx, &list, "(ta.kind = 'document' AND ta.object_id = ?0 OR ta.id IN (SELECT access_id FROM temporary_access_seen WHERE object = ?1))", d.ID, "document:"+d.ID)
}

func (s *Service) read(ctx context.Context, list *[]*Access, where string, args ...any) error {
	if err := s.db.Reader().NewSelect().Model(list).Apply(named).Where(where, args...).Scan(ctx); err != nil {
		return fmt.Errorf("list temporary access: %w", db.Classify(err))
	}
	return nil
}

func (s *Service) seenBy(ctx context.Context, list []*Access) error {
	if len(list) == 0 {
		return nil
	}
	byID, ids := map[string]*Access{}, make([]string, len(list))
	for i, a := range list {
		byID[a.ID], ids[i] = a, a.ID
	}
	var rows []Seen
	if err := s.db.Reader().NewSelect().Model(&rows).Where("tas.access_id IN (?)", bun.List(ids)).Order("tas.seen_at", "tas.object").Scan(ctx); err != nil {
		return fmt.Errorf("what was seen: %w", db.Classify(err))
	}
	for _, r := range rows {
		byID[r.AccessID].Seen = append(byID[r.AccessID].Seen, r)
	}
	return nil
}

// titles fills what things are called.
func (s *Service) titles(ctx context.Context, list []*Access) error {
	var documents, groups []string
	for _, a := range list {
		switch a.Kind {
		case KindDocument:
			documents = append(documents, a.ObjectID)
		case KindGroup:
			groups = append(groups, a.ObjectID)
		case KindPerson:
		}
		for _, x := range a.Seen {
			if id, ok := strings.CutPrefix(x.Object, "document:"); ok {
				documents = append(documents, id)
			}
		}
	}
	docs, err := s.library.ByIDs(ctx, auth.System(), documents)
	if err != nil || len(documents)+len(groups) == 0 {
		return err
	}
	named, err := s.groups.ByIDs(ctx, auth.System(), groups)
	if err != nil {
		return err
	}
	for _, a := range list {
		if d := docs[a.ObjectID]; d != nil {
			a.Title = d.Title
		}
		if g := named[a.ObjectID]; g != nil {
			a.Title = g.Name
		}
		for i, x := range a.Seen {
			if d := docs[strings.TrimPrefix(x.Object, "document:")]; d != nil {
				a.Seen[i].Title = d.Title
			}
		}
	}
	return nil
}
