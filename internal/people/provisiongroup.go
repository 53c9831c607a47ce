package people

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/rs/xid"
	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
)

// ProvisionedGroup is a group of the company's identity service. It is no group of ours, to which people belong: rules say what roles and
// branches it means.
type ProvisionedGroup struct {
	bun.BaseModel `bun:"table:scim_groups,alias:pg"`

	ID         string `bun:",pk"`
	Name       string
	NameFolded string
	ExternalID string // the service's own
	CreatedAt  time.Time
	UpdatedAt  time.Time

	Size    int      `bun:",scanonly"` // number of members
	Members []string `bun:"-"`         // ids of Provisioned; set by ProvisionedGroup and to be set by who writes
}

// provisionedMember is somebody in a group.
type provisionedMember struct {
	bun.BaseModel `bun:"table:scim_members,alias:pm"`

	GroupID  string `bun:",pk"`
	MemberID string `bun:",pk"`
}

// ProvisionedGroups returns all groups by name, without the members.
func (s *Service) ProvisionedGroups(ctx context.Context, v auth.Viewer) (list []*ProvisionedGroup, err error) {
	if err := CanAdminister(v); err != nil {
		return nil, err
	}
	err = s.db.Reader().NewSelect().Model(&list).Apply(selectProvisionedGroups).Order("pg.name_folded", "pg.id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list provisioned groups: %w", db.Classify(err))
	}
	return list, nil
}

func selectProvisionedGroups(q *bun.SelectQuery) *bun.SelectQuery {
	return q.ColumnExpr("pg.*").ColumnExpr("(SELECT count(*) FROM scim_members AS pm WHERE pm.group_id = pg.id) AS size")
}

// ProvisionedGroup returns a group with its members.
func (s *Service) ProvisionedGroup(ctx context.Context, v auth.Viewer, id string) (*ProvisionedGroup, error) {
	if err := CanAdminister(v); err != nil {
		return nil, err
	}
	g, err := provisionedGroup(ctx, s.db.Reader(), id)
	if err != nil {
		return nil, fmt.Errorf("read provisioned group: %w", db.Classify(err))
	}
	return g, nil
}

func provisionedGroup(ctx context.Context, d bun.IDB, id string) (*ProvisionedGroup, error) {
	g := new(ProvisionedGroup)
	err := d.NewSelect().Model(g).Apply(selectProvisionedGroups).Where("pg.id = ?", id).Scan(ctx)
	if db.IsNoRows(err) {
		return nil, errs.NotFound("group")
	}
	if err != nil {
		return nil, err
	}
	err = d.NewSelect().Model((*provisionedMember)(nil)).Column("member_id").Where("pm.group_id = ?", id).Order("pm.member_id").Scan(ctx, &g.Members)
	return g, err
}

// groupsOf returns the groups that people are in.
func groupsOf(ctx context.Context, d bun.IDB, ids []string) (map[string][]*ProvisionedGroup, error) {
	var rows []struct {
		ProvisionedGroup
		MemberID string
	}
	err := d.NewSelect().TableExpr("scim_members AS pm").ColumnExpr("pm.member_id, pg.id, pg.name, pg.name_folded, pg.external_id").
		Join("JOIN scim_groups AS pg ON pg.id = pm.group_id").Where("pm.member_id IN (?)", bun.List(ids)).Order("pg.name_folded", "pg.id").Scan(ctx, &rows)
	out := map[string][]*ProvisionedGroup{}
	for i := range rows {
		out[rows[i].MemberID] = append(out[rows[i].MemberID], &rows[i].ProvisionedGroup)
	}
	return out, err
}

// GroupsOfProvisioned returns the groups that people are in, by their ids.
func (s *Service) GroupsOfProvisioned(ctx context.Context, v auth.Viewer, ids []string) (map[string][]*ProvisionedGroup, error) {
	if err := CanAdminister(v); err != nil || len(ids) == 0 {
		return nil, err
	}
	out, err := groupsOf(ctx, s.db.Reader(), ids)
	return out, db.Classify(err)
}

// ProvisionGroup makes a group. Members are given at once what it means.
func (s *Service) ProvisionGroup(ctx context.Context, v auth.Viewer, g *ProvisionedGroup) error {
	return s.inProvisionTurn(ctx, v, "provision group", func(ctx context.Context, tx bun.Tx) error {
		g.ID, g.CreatedAt, g.UpdatedAt = xid.New().String(), s.Now(), s.Now()
		g.NameFolded = fold.Key(g.Name)
		if _, err := tx.NewInsert().Model(g).Exec(ctx); err != nil {
			return groupTaken(err)
		}
		if err := s.setMembers(ctx, tx, g, nil); err != nil {
			return err
		}
		return s.decideAgain(ctx, tx, v, g.Members)
	})
}

func groupTaken(err error) error {
	if db.IsUnique(err) {
		return errs.Conflict("error.provision.group_name")
	}
	return err
}

// ChangeProvisionedGroup has change say what a group is to be, in the transaction that writes it.
func (s *Service) ChangeProvisionedGroup(ctx context.Context, v auth.Viewer, id string, change func(*ProvisionedGroup) error) (g *ProvisionedGroup, err error) {
	err = s.inProvisionTurn(ctx, v, "change provisioned group", func(ctx context.Context, tx bun.Tx) error {
		if g, err = provisionedGroup(ctx, tx, id); err != nil {
			return err
		}
		before, name, externalID := slices.Clone(g.Members), g.Name, g.ExternalID
		if err := change(g); err != nil {
			return err
		}
		g.NameFolded, g.UpdatedAt = fold.Key(g.Name), s.Now()
		if _, err := tx.NewUpdate().Model(g).Column("name", "name_folded", "external_id", "updated_at").WherePK().Exec(ctx); err != nil {
			return groupTaken(err)
		}
		if err := s.setMembers(ctx, tx, g, before); err != nil {
			return err
		}
		concerned := changed(before, g.Members)
		if name != g.Name || externalID != g.ExternalID {
			concerned = append(slices.Clone(before), missing(g.Members, before)...)
		}
		return s.decideAgain(ctx, tx, v, concerned)
	})
	return g, err
}

// UnprovisionGroup removes a group: its members lose what only it meant.
func (s *Service) UnprovisionGroup(ctx context.Context, v auth.Viewer, id string) error {
	return s.inProvisionTurn(ctx, v, "unprovision group", func(ctx context.Context, tx bun.Tx) error {
		g, err := provisionedGroup(ctx, tx, id)
		if err != nil {
			return err
		}
		if _, err := tx.NewDelete().Model(g).WherePK().Exec(ctx); err != nil {
			return err
		}
		return s.decideAgain(ctx, tx, v, g.Members)
	})
}

// setMembers writes who came and who went. Only people that the service has made can be members.
func (s *Service) setMembers(ctx context.Context, tx bun.Tx, g *ProvisionedGroup, before []string) error {
	slices.Sort(g.Members)
	g.Members = slices.Compact(g.Members)
	g.Size = len(g.Members)
	if gone := missing(before, g.Members); len(gone) > 0 {
		if _, err := tx.NewDelete().Model((*provisionedMember)(nil)).Where("group_id = ?", g.ID).Where("member_id IN (?)", bun.List(gone)).Exec(ctx); err != nil {
			return err
		}
	}
	var rows []provisionedMember
	for _, id := range missing(g.Members, before) {
		rows = append(rows, provisionedMember{GroupID: g.ID, MemberID: id})
	}
	for some := range slices.Chunk(rows, insertAtOnce) {
		if _, err := tx.NewInsert().Model(&some).Exec(ctx); err != nil {
			if db.IsForeignKey(err) {
				return errs.Invalid("error.provision.member")
			}
			return err
		}
	}
	return nil
}

// missing are those of a list that are not in the other.
func missing(list, other []string) (out []string) {
	there := map[string]bool{}
	for _, id := range other {
		there[id] = true
	}
	for _, id := range list {
		if !there[id] {
			out = append(out, id)
		}
	}
	return out
}

func changed(before, after []string) []string {
	return append(missing(before, after), missing(after, before)...)
}
