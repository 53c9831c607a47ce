package people

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
)

// endorsement is that a colleague says of somebody: yes, ask them about this.
type endorsement struct {
	bun.BaseModel `bun:"table:endorsements,alias:en"`

	UserID      string `bun:",pk"`
	ExpertiseID string `bun:",pk"`
	ByID        string `bun:",pk"`
	At          time.Time
}

// Skill is an expertise of somebody, with the colleagues who endorse it.
type Skill struct {
	ID, Name string
	By       []*Endorser // the latest first; those who left are not among them
}

// Endorser is somebody who endorses.
type Endorser struct {
	ID, Name, Photo string
	At              time.Time
}

// EndorsedBy tells whether somebody is among those who endorse.
func (k *Skill) EndorsedBy(userID string) bool {
	for _, e := range k.By {
		if e.ID == userID {
			return true
		}
	}
	return false
}

// Endorse says that a colleague knows what they say they know. Saying it twice is no mistake; of oneself it is.
func (s *Service) Endorse(ctx context.Context, v auth.Viewer, userID, expertiseID string) error {
	if v.UserID == "" {
		return errs.Unauthorized()
	}
	if v.UserID == userID {
		return errs.Forbidden("error.endorse_self")
	}
	return s.endorse(ctx, func(ctx context.Context, tx bun.Tx) error {
		there, err := tx.NewSelect().Model((*has)(nil)).Join("JOIN users AS u ON u.id = ue.user_id").Where("u.deactivated_at IS NULL").
			Where("ue.user_id = ?", userID).Where("ue.expertise_id = ?", expertiseID).Exists(ctx)
		if err != nil {
			return err
		}
		if !there {
			return errs.NotFound("expertise")
		}
		res, err := tx.NewInsert().Model(&endorsement{UserID: userID, ExpertiseID: expertiseID, ByID: v.UserID, At: s.Now()}).On("CONFLICT DO NOTHING").Exec(ctx)
		if err != nil {
			return err
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return nil
		}
		if s.endorsed != nil {
			if err := s.endorsed(ctx, tx, v, userID, expertiseID); err != nil {
				return err
			}
		}
		return audit.Log(ctx, tx, v, "user.endorse", "user:"+userID, "expertise:"+expertiseID)
	})
}

// Unendorse takes back what the viewer said.
func (s *Service) Unendorse(ctx context.Context, v auth.Viewer, userID, expertiseID string) error {
	if v.UserID == "" {
		return errs.Unauthorized()
	}
	return s.endorse(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewDelete().Model((*endorsement)(nil)).Where("user_id = ?", userID).Where("expertise_id = ?", expertiseID).Where("by_id = ?", v.UserID).Exec(ctx)
		if err != nil {
			return err
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return nil
		}
		return audit.Log(ctx, tx, v, "user.unendorse", "user:"+userID, "expertise:"+expertiseID)
	})
}

func (s *Service) endorse(ctx context.Context, f func(context.Context, bun.Tx) error) error {
	if err := s.db.InTx(ctx, f); err != nil {
		return fmt.Errorf("endorse: %w", db.Classify(err))
	}
	return nil
}

// withExpertise reads what people are good at, those most endorsed first.
func (s *Service) withExpertise(ctx context.Context, d bun.IDB, list []*User) error {
	if len(list) == 0 {
		return nil
	}
	byID := make(map[string]*User, len(list))
	for _, u := range list {
		byID[u.ID] = u
	}
	var found []struct{ UserID, ExpertiseID, Name string }
	q := d.NewSelect().Model((*has)(nil)).ColumnExpr("ue.user_id, ue.expertise_id, e.name").Join("JOIN expertise AS e ON e.id = ue.expertise_id").Order("ue.since", "e.name_folded")
	if err := q.Apply(ofUsers("ue.user_id", list)).Scan(ctx, &found); err != nil {
		return fmt.Errorf("expertise of people: %w", db.Classify(err))
	}
	skills := make(map[[2]string]*Skill, len(found))
	for _, f := range found {
		k := &Skill{ID: f.ExpertiseID, Name: f.Name}
		if u := byID[f.UserID]; u != nil {
			skills[[2]string{f.UserID, f.ExpertiseID}] = k
			u.Expertise = append(u.Expertise, k)
		}
	}
	return s.withEndorsers(ctx, d, list, skills)
}

// withEndorsers adds who endorses, and puts the most endorsed first.
func (s *Service) withEndorsers(ctx context.Context, d bun.IDB, list []*User, skills map[[2]string]*Skill) error {
	if len(skills) == 0 {
		return nil
	}
	var found []struct {
		UserID, ExpertiseID, ByID, Name, Photo string
		At                                     time.Time
	}
	q := d.NewSelect().Model((*endorsement)(nil)).ColumnExpr("en.user_id, en.expertise_id, en.by_id, en.at, u.name, u.photo").
		Join("JOIN users AS u ON u.id = en.by_id").Where("u.deactivated_at IS NULL").Order("en.at DESC", "u.name_folded")
	if err := q.Apply(ofUsers("en.user_id", list)).Scan(ctx, &found); err != nil {
		return fmt.Errorf("endorsements: %w", db.Classify(err))
	}
	for _, f := range found {
		if k := skills[[2]string{f.UserID, f.ExpertiseID}]; k != nil {
			k.By = append(k.By, &Endorser{f.ByID, f.Name, f.Photo, f.At})
		}
	}
	for _, u := range list {
		slices.SortStableFunc(u.Expertise, func(a, b *Skill) int { return len(b.By) - len(a.By) })
	}
	return nil
}

// mostNamed is of how many people a query names each; of more it reads everybody's.
const mostNamed = 500

func ofUsers(column string, list []*User) func(*bun.SelectQuery) *bun.SelectQuery {
	return func(q *bun.SelectQuery) *bun.SelectQuery {
		if len(list) > mostNamed {
			return q
		}
		ids := make([]string, len(list))
		for i, u := range list {
			ids[i] = u.ID
		}
		return q.Where("? IN (?)", bun.Ident(column), bun.List(ids))
	}
}
