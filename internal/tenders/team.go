package tenders

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/index"
	"github.com/aanpak/aanpak/internal/notify"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/search"
)

// Member is somebody of a tender's team: whoever began it, and whom those who may change it add. What is for the team only, its members
// see.
type Member struct {
	bun.BaseModel `bun:"table:tender_members,alias:tm"`

	TenderID string `bun:",pk"`
	UserID   string `bun:",pk"`
	Since    time.Time

	Name       string `bun:",scanonly"`
	Function   string `bun:",scanonly"`
	BranchName string `bun:",scanonly"`
	Photo      string `bun:",scanonly"`
}

// Memberships returns the tenders of whose team somebody is, as auth.Viewer has them among its groups.
func Memberships(ctx context.Context, tx bun.IDB, userID string) (ids []string, err error) {
	err = tx.NewSelect().Model((*Member)(nil)).Column("tender_id").Where("tm.user_id = ?", userID).Order("tender_id").Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("tenders of a person: %w", db.Classify(err))
	}
	for i, id := range ids {
		ids[i] = auth.TeamGroup(id)
	}
	return ids, nil
}

// Holders selects the ids of a tender's team, who hold its audience key.
func Holders(tx bun.IDB, id string) *bun.SelectQuery {
	return tx.NewSelect().Model((*Member)(nil)).Column("tm.user_id").Where("tm.tender_id = ?", id)
}

// Team returns the people of a tender that the viewer sees, by name.
func (s *Service) Team(ctx context.Context, v auth.Viewer, id string) (list []*Member, err error) {
	if _, err := s.Get(ctx, v, id); err != nil {
		return nil, err
	}
	err = s.db.Reader().NewSelect().Model(&list).ColumnExpr("tm.*").ColumnExpr("u.name, u.function, b.name AS branch_name, "+people.FaceSQL+" AS photo").
		Join("JOIN users AS u ON u.id = tm.user_id").Join("JOIN branches AS b ON b.id = u.branch_id").
		Where("tm.tender_id = ?", id).Where("u.deactivated_at IS NULL").Order("u.name_folded", "u.id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("team: %w", db.Classify(err))
	}
	return list, nil
}

// AddMember puts somebody into the team, of whatever branch. Putting somebody in twice is no mistake.
func (s *Service) AddMember(ctx context.Context, v auth.Viewer, id, userID string) error {
	may := func(t *Tender) error { return canAdd(v, t, userID) }
	return s.team(ctx, v, id, may, func(ctx context.Context, tx bun.Tx) error {
		works, err := tx.NewSelect().TableExpr("users").Where("id = ?", userID).Where("deactivated_at IS NULL").Exists(ctx)
		if err != nil {
			return err
		}
		if !works {
			return errs.Invalid("error.invalid").Field("user", "error.field.person_unknown")
		}
		was, err := tx.NewSelect().Model((*Member)(nil)).Where("tm.tender_id = ?", id).Where("tm.user_id = ?", userID).Exists(ctx)
		if err != nil {
			return err
		}
		if err := join(ctx, tx, id, userID, s.now()); err != nil {
			return err
		}
		if !was {
			e := notify.Event{Kind: notify.Membership, Word: "team", Actor: v.UserID, About: "tender:" + id, URL: "/tenders/" + id, To: []string{userID}}
			if err := s.notify.Tell(ctx, tx, e); err != nil {
				return err
			}
		}
		if err := index.Mark(ctx, tx, search.TypePerson, userID); err != nil {
			return err
		}
		return audit.Log(ctx, tx, v, "tender.team.add", "tender:"+id, "user:"+userID)
	})
}

// RemoveMember takes somebody out of the team.
func (s *Service) RemoveMember(ctx context.Context, v auth.Viewer, id, userID string) error {
	may := func(t *Tender) error { return CanTeam(v, t) }
	return s.team(ctx, v, id, may, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewDelete().Model((*Member)(nil)).Where("tender_id = ?", id).Where("user_id = ?", userID).Exec(ctx); err != nil {
			return err
		}
		if err := index.Mark(ctx, tx, search.TypePerson, userID); err != nil {
			return err
		}
		return audit.Log(ctx, tx, v, "tender.team.remove", "tender:"+id, "user:"+userID)
	})
}

// team changes the team of a tender where may lets the viewer.
func (s *Service) team(ctx context.Context, v auth.Viewer, id string, may func(*Tender) error, f func(context.Context, bun.Tx) error) error {
	t, err := s.Get(ctx, v, id)
	if err != nil {
		return err
	}
	if err := may(t); err != nil {
		return err
	}
	if err := s.db.InTx(ctx, f); err != nil {
		return fmt.Errorf("change team: %w", db.Classify(err))
	}
	return nil
}

func join(ctx context.Context, tx bun.IDB, id, userID string, at time.Time) error {
	_, err := tx.NewInsert().Model(&Member{TenderID: id, UserID: userID, Since: at}).On("CONFLICT DO NOTHING").Exec(ctx)
	return err
}
