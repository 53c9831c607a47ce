package groups

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/notify"
	"github.com/aanpak/aanpak/internal/people"
)

// Memberships returns the ids of the groups whose member somebody is, for auth.Viewer.
func Memberships(ctx context.Context, tx bun.IDB, userID string) (ids []string, err error) {
	err = tx.NewSelect().Model((*Member)(nil)).Column("group_id").Where("m.user_id = ?", userID).Where("m.state = ?", StateMember).Order("group_id").Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("groups of a person: %w", db.Classify(err))
	}
	return ids, nil
}

// Holders selects the ids of the members of a group, who hold its audience key.
func Holders(tx bun.IDB, id string) *bun.SelectQuery {
	return tx.NewSelect().Model((*Member)(nil)).Column("m.user_id").Where("m.group_id = ?", id).Where("m.state = ?", StateMember)
}

// Members returns the people of a group by name, owners first. Who asked and who is invited only those see who may let them in.
func (s *Service) Members(ctx context.Context, v auth.Viewer, g *Group) (list []*Member, err error) {
	if !CanSeeMembers(v, g) {
		return nil, nil
	}
	q := s.db.Reader().NewSelect().Model(&list).ColumnExpr("m.*").ColumnExpr("u.name, u.function, b.name AS branch_name, "+people.FaceSQL+" AS photo").
		Join("JOIN users AS u ON u.id = m.user_id").Join("JOIN branches AS b ON b.id = u.branch_id").
		Where("m.group_id = ?", g.ID).Where("u.deactivated_at IS NULL").Order("m.owner DESC", "u.name_folded", "u.id")
	if CanManage(v, g) != nil {
		q.Where("m.state = ?", StateMember)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("members: %w", db.Classify(err))
	}
	return list, nil
}

// Join lets the viewer into an open group, or where invited; in a closed one it asks the owners.
func (s *Service) Join(ctx context.Context, v auth.Viewer, id string) (state State, err error) {
	err = s.change(ctx, v, id, func(ctx context.Context, tx bun.Tx, g *Group) error {
		state = StateMember
		switch {
		case g.State == StateMember:
			return nil
		case g.Kind == KindClosed && g.State != StateInvited:
			state = StateAsked
		case g.Kind == KindHidden && g.State != StateInvited:
			return errs.Forbidden("error.group_manage")
		}
		return s.put(ctx, tx, v, g, v.UserID, state)
	})
	return state, err
}

// Leave takes the viewer out of a group, or turns an invitation down. The last owner of a group with others in it first names another.
func (s *Service) Leave(ctx context.Context, v auth.Viewer, id string) error {
	return s.change(ctx, v, id, func(ctx context.Context, tx bun.Tx, g *Group) error {
		return s.drop(ctx, tx, v, g, v.UserID)
	})
}

// Add lets somebody in who asked, and invites anybody else.
func (s *Service) Add(ctx context.Context, v auth.Viewer, id, userID string) error {
	return s.manage(ctx, v, id, func(ctx context.Context, tx bun.Tx, g *Group) error {
		if userID == v.UserID && !g.Owner {
			return errs.Forbidden("error.let_in_self") // an administrator
		}
		if err := active(ctx, tx, userID); err != nil {
			return err
		}
		now, err := member(ctx, tx, id, userID)
		switch {
		case err != nil:
			return err
		case now.State == StateAsked:
			return s.put(ctx, tx, v, g, userID, StateMember)
		case now.State == StateNone:
			return s.put(ctx, tx, v, g, userID, StateInvited)
		}
		return nil // in it, or invited, already
	})
}

// Remove takes somebody out of a group, or says no to somebody who asked.
func (s *Service) Remove(ctx context.Context, v auth.Viewer, id, userID string) error {
	return s.manage(ctx, v, id, func(ctx context.Context, tx bun.Tx, g *Group) error {
		return s.drop(ctx, tx, v, g, userID)
	})
}

// SetOwner makes a member an owner, or an owner a plain member; one owner stays.
func (s *Service) SetOwner(ctx context.Context, v auth.Viewer, id, userID string, owner bool) error {
	return s.manage(ctx, v, id, func(ctx context.Context, tx bun.Tx, g *Group) error {
		now, err := member(ctx, tx, id, userID)
		if err != nil {
			return err
		}
		if now.State != StateMember {
			return errs.NotFound("user")
		}
		if !owner {
			if err := anotherOwner(ctx, tx, now, true); err != nil {
				return err
			}
		}
		if _, err := tx.NewUpdate().Model((*Member)(nil)).Set("owner = ?", owner).Where("group_id = ?", id).Where("user_id = ?", userID).Exec(ctx); err != nil {
			return err
		}
		return audit.Log(ctx, tx, v, "group.owner", "group:"+id, fmt.Sprintf("user:%s %t", userID, owner))
	})
}

// put writes how far somebody is into a group.
func (s *Service) put(ctx context.Context, tx bun.Tx, v auth.Viewer, g *Group, userID string, state State) error {
	row := &Member{GroupID: g.ID, UserID: userID, State: state, Since: s.now()}
	_, err := tx.NewInsert().Model(row).On("CONFLICT (group_id, user_id) DO UPDATE").Set("state = EXCLUDED.state").Set("since = EXCLUDED.since").Exec(ctx)
	if err != nil {
		return err
	}
	if err := s.tell(ctx, tx, v, g, userID, state); err != nil {
		return err
	}
	return audit.Log(ctx, tx, v, "group."+string(state), "group:"+g.ID, "user:"+userID)
}

// tell lets those know who are to do something, or waited: the owners of who asks, and whoever was invited or let in.
func (s *Service) tell(ctx context.Context, tx bun.Tx, v auth.Viewer, g *Group, userID string, state State) error {
	e := notify.Event{Kind: notify.Membership, Actor: v.UserID, Thread: auth.GroupKey(g.ID), Group: g.ID, About: auth.GroupKey(g.ID), URL: "/groups/" + g.ID, To: []string{userID}}
	switch state {
	case StateAsked:
		e.Word = "asked"
		if err := tx.NewSelect().Model((*Member)(nil)).Column("user_id").Where("m.group_id = ?", g.ID).Where("m.owner").Where("m.state = ?", StateMember).Scan(ctx, &e.To); err != nil {
			return err
		}
	case StateInvited:
		e.Word = "invited"
	default:
		e.Word = "let_in"
	}
	return s.notify.Tell(ctx, tx, e)
}

// drop takes somebody out.
func (s *Service) drop(ctx context.Context, tx bun.Tx, v auth.Viewer, g *Group, userID string) error {
	now, err := member(ctx, tx, g.ID, userID)
	if err != nil || now.State == StateNone {
		return err
	}
	if err := anotherOwner(ctx, tx, now, false); err != nil {
		return err
	}
	if _, err := tx.NewDelete().Model((*Member)(nil)).Where("group_id = ?", g.ID).Where("user_id = ?", userID).Exec(ctx); err != nil {
		return err
	}
	return audit.Log(ctx, tx, v, "group.leave", "group:"+g.ID, "user:"+userID)
}

// member returns what somebody is in a group; of nobody the state is none.
func member(ctx context.Context, tx bun.IDB, groupID, userID string) (Member, error) {
	var m Member
	err := tx.NewSelect().Model(&m).Where("m.group_id = ?", groupID).Where("m.user_id = ?", userID).Scan(ctx)
	if db.IsNoRows(err) {
		return Member{GroupID: groupID, UserID: userID}, nil
	}
	return m, err
}

// anotherOwner refuses to take the last owner away while others are in the group; with always, even of one that stands alone.
func anotherOwner(ctx context.Context, tx bun.IDB, m Member, always bool) error {
	if !m.Owner {
		return nil
	}
	others := func(only string) (bool, error) {
		return tx.NewSelect().Model((*Member)(nil)).Where("m.group_id = ?", m.GroupID).Where("m.user_id <> ?", m.UserID).Where("m.state = ?", StateMember).Where(only).Exists(ctx)
	}
	if owners, err := others("m.owner"); err != nil || owners {
		return err
	}
	if some, err := others("1 = 1"); err != nil || !some && !always {
		return err
	}
	return errs.Conflict("error.group_last_owner")
}

// active wants somebody who works here.
func active(ctx context.Context, tx bun.IDB, userID string) error {
	ok, err := tx.NewSelect().TableExpr("users").Where("id = ?", userID).Where("deactivated_at IS NULL").Exists(ctx)
	if err == nil && !ok {
		err = errs.Invalid("error.invalid").Field("user", "error.field.person_unknown")
	}
	return err
}
