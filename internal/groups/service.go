package groups

import (
	"context"
	"fmt"
	"time"

	"github.com/rs/xid"
	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
	"github.com/aanpak/aanpak/internal/index"
	"github.com/aanpak/aanpak/internal/notify"
	"github.com/aanpak/aanpak/internal/search"
)

// Service is the use cases of groups.
type Service struct {
	db      *db.DB
	changed func()
	now     func() time.Time
	notify  *notify.Service                                           // nil tells nobody
	onLent  func(ctx context.Context, v auth.Viewer, id string) error // nil where nobody has temporary access
}

// OnLent says what is to be done before a viewer is shown a hidden group that they see by temporary access only.
func (s *Service) OnLent(f func(ctx context.Context, v auth.Viewer, id string) error) { s.onLent = f }

// New returns the service. changed is called after a commit that left marks for the index; n tells people what concerns them.
func New(d *db.DB, changed func(), n *notify.Service) *Service {
	return &Service{db: d, changed: changed, now: db.Now, notify: n}
}

// joined reads groups with their size and what the viewer is in them.
func joined(v auth.Viewer) func(*bun.SelectQuery) *bun.SelectQuery {
	return func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.ColumnExpr("g.*").
			ColumnExpr("(SELECT count(*) FROM group_members AS c JOIN users AS cu ON cu.id = c.user_id WHERE c.group_id = g.id AND c.state = ? AND cu.deactivated_at IS NULL) AS members", StateMember).
			ColumnExpr("coalesce(mine.state, '') AS state").ColumnExpr("coalesce(mine.owner, FALSE) AS owner").
			ColumnExpr("CASE WHEN mine.owner THEN (SELECT count(*) FROM group_members AS a JOIN users AS au ON au.id = a.user_id WHERE a.group_id = g.id AND a.state = ? AND au.deactivated_at IS NULL) ELSE 0 END AS asking", StateAsked).
			Join("LEFT JOIN group_members AS mine ON mine.group_id = g.id AND mine.user_id = ?", v.UserID)
	}
}

// Get returns a group by id.
func (s *Service) Get(ctx context.Context, v auth.Viewer, id string) (*Group, error) {
	g, err := get(ctx, s.db.Reader(), v, id)
	if err != nil || s.onLent == nil || g.Kind != KindHidden || g.State != StateNone || !v.Granted(auth.GroupKey(id)) {
		return g, err
	}
	return g, s.onLent(ctx, v, id)
}

func get(ctx context.Context, tx bun.IDB, v auth.Viewer, id string) (*Group, error) {
	g := new(Group)
	err := tx.NewSelect().Model(g).Apply(joined(v)).Apply(visibleTo(v)).Where("g.id = ?", id).Scan(ctx)
	if db.IsNoRows(err) {
		return nil, errs.NotFound("group")
	}
	if err != nil {
		return nil, fmt.Errorf("read group: %w", db.Classify(err))
	}
	return g, nil
}

// ByIDs returns the groups of the ids that the viewer may know of, by id.
func (s *Service) ByIDs(ctx context.Context, v auth.Viewer, ids []string) (map[string]*Group, error) {
	var list []*Group
	err := s.db.Reader().NewSelect().Model(&list).Apply(joined(v)).Apply(visibleTo(v)).Where("g.id IN (?)", bun.List(ids)).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("read groups: %w", db.Classify(err))
	}
	out := make(map[string]*Group, len(list))
	for _, g := range list {
		out[g.ID] = g
	}
	return out, nil
}

// Filter narrows List. Empty fields do not filter.
type Filter struct {
	Query string // part of the name
	Mine  bool   // only groups that the viewer is a member of, or is invited to
	Other bool   // only the others
	After string // id of the last group of the page before
	Limit int
}

// List returns groups by name.
func (s *Service) List(ctx context.Context, v auth.Viewer, f Filter) (list []*Group, err error) {
	q := s.db.Reader().NewSelect().Model(&list).Apply(joined(v)).Apply(visibleTo(v)).Order("g.name_folded", "g.id")
	if f.Query != "" {
		q.Where("g.name_folded LIKE ? ESCAPE '!'", "%"+db.EscapeLike(fold.Key(f.Query))+"%")
	}
	if f.Mine {
		q.Where("mine.state IN (?)", bun.List([]State{StateMember, StateInvited}))
	}
	if f.Other {
		q.Where("coalesce(mine.state, '') NOT IN (?)", bun.List([]State{StateMember, StateInvited}))
	}
	if f.After != "" {
		q.Where("(g.name_folded, g.id) > (SELECT name_folded, id FROM groups WHERE id = ?)", f.After)
	}
	if f.Limit > 0 {
		q.Limit(int64(f.Limit))
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("list groups: %w", db.Classify(err))
	}
	return list, nil
}

// Create begins a group, with the viewer as its owner.
func (s *Service) Create(ctx context.Context, v auth.Viewer, n Input) (*Group, error) {
	if err := CanCreate(v, n.Official); err != nil {
		return nil, err
	}
	if err := n.clean(); err != nil {
		return nil, err
	}
	g := &Group{ID: xid.New().String(), CreatedBy: v.UserID, CreatedAt: s.now(), UpdatedAt: s.now()}
	n.apply(g)
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewInsert().Model(g).Exec(ctx); err != nil {
			return inputError(err)
		}
		first := &Member{GroupID: g.ID, UserID: v.UserID, State: StateMember, Owner: true, Since: s.now()}
		if _, err := tx.NewInsert().Model(first).Exec(ctx); err != nil {
			return err
		}
		name := g.Name
		if g.Kind == KindHidden { // whoever reads the trail need not know of it
			name = ""
		}
		if err := audit.Log(ctx, tx, v, "group.create", "group:"+g.ID, name); err != nil {
			return err
		}
		return index.Mark(ctx, tx, search.TypeGroup, g.ID)
	})
	if err != nil {
		return nil, fmt.Errorf("create group: %w", db.Classify(err))
	}
	s.changed()
	return s.Get(ctx, v, g.ID)
}

// Update changes a group.
func (s *Service) Update(ctx context.Context, v auth.Viewer, id string, n Input) (*Group, error) {
	if err := n.clean(); err != nil {
		return nil, err
	}
	err := s.manage(ctx, v, id, func(ctx context.Context, tx bun.Tx, g *Group) error {
		if n.Official != g.Official {
			if err := CanCreate(v, true); err != nil {
				return err
			}
		}
		before := *g
		n.apply(g)
		g.UpdatedAt = s.now()
		if _, err := tx.NewUpdate().Model(g).Column("name", "name_folded", "about", "kind", "official", "updated_at").WherePK().Exec(ctx); err != nil {
			return inputError(err)
		}
		if g.Kind != before.Kind {
			if err := audit.Log(ctx, tx, v, "group.kind", "group:"+id, string(before.Kind)+" → "+string(g.Kind)); err != nil {
				return err
			}
		}
		return index.Mark(ctx, tx, search.TypeGroup, id)
	})
	if err != nil {
		return nil, fmt.Errorf("update group: %w", err)
	}
	return s.Get(ctx, v, id)
}

// manage lets somebody who may do so change a group, in one transaction.
func (s *Service) manage(ctx context.Context, v auth.Viewer, id string, f func(context.Context, bun.Tx, *Group) error) error {
	return s.change(ctx, v, id, func(ctx context.Context, tx bun.Tx, g *Group) error {
		if err := CanManage(v, g); err != nil {
			return err
		}
		return f(ctx, tx, g)
	})
}

// change lets somebody who sees a group do something in it, in one transaction.
func (s *Service) change(ctx context.Context, v auth.Viewer, id string, f func(context.Context, bun.Tx, *Group) error) error {
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		g, err := get(ctx, tx, v, id)
		if err != nil {
			return err
		}
		return f(ctx, tx, g)
	})
	if err != nil {
		return db.Classify(err)
	}
	s.changed()
	return nil
}

// inputError words the clash that only the database sees.
func inputError(err error) error {
	if db.IsUnique(err) {
		return errs.Conflict("error.group_exists").Field("name", "error.field.group_taken")
	}
	return err
}
