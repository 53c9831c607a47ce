package insight

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/notify"
	"github.com/aanpak/aanpak/internal/people"
)

// task returns a task of the viewer's queue.
func (s *Service) task(ctx context.Context, v auth.Viewer, key string) (*Task, error) {
	list, err := s.Queue(ctx, v)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(list, func(t *Task) bool { return t.Key == key })
	if i < 0 {
		return nil, errs.NotFound("task")
	}
	return list[i], nil
}

// Take says that the viewer does a task. One that somebody else has taken meanwhile is theirs.
func (s *Service) Take(ctx context.Context, v auth.Viewer, key string) error {
	t, err := s.task(ctx, v, key)
	if err != nil {
		return err
	}
	return s.give(ctx, v, t, v.UserID, nil)
}

// LetGo gives a task that the viewer took back to all.
func (s *Service) LetGo(ctx context.Context, v auth.Viewer, key string) error {
	t, err := s.task(ctx, v, key)
	if err != nil {
		return err
	}
	return s.give(ctx, v, t, "", nil)
}

// Hand gives a task to another ambassador, who sees what it is about and hears of it.
func (s *Service) Hand(ctx context.Context, v auth.Viewer, key, userID string) error {
	t, err := s.task(ctx, v, key)
	if err != nil {
		return err
	}
	to, err := s.receiver(ctx, v, t, userID)
	if err != nil {
		return err
	}
	return s.give(ctx, v, t, to, func(ctx context.Context, tx bun.Tx) error {
		e := notify.Event{Kind: notify.Task, Actor: v.UserID, About: "post:" + t.PostID, Thread: "task:" + t.Key, URL: "/ambassador", To: []string{to}}
		if t.Kind == Newcomer {
			e.About = auth.UserKey(t.Person.ID)
		}
		return s.Notify.Tell(ctx, tx, e)
	})
}

// receiver is an ambassador who sees what a task is about.
func (s *Service) receiver(ctx context.Context, v auth.Viewer, t *Task, userID string) (string, error) {
	wrong := errs.Invalid("error.invalid").Field("to", "error.field.ambassador")
	if userID == v.UserID {
		return "", wrong
	}
	to, err := s.People.Acting(ctx, userID)
	if err != nil || CanWelcome(to) != nil {
		return "", wrong.Because(err)
	}
	if t.PostID == "" {
		return to.UserID, nil
	}
	seen, err := s.Social.ByIDs(ctx, to, []string{t.PostID})
	if err != nil {
		return "", err
	}
	if seen[t.PostID] == nil {
		return "", errs.Invalid("error.invalid").Field("to", "error.field.ambassador_sees")
	}
	return to.UserID, nil
}

// give writes who does a task, unless somebody else has it by now.
func (s *Service) give(ctx context.Context, v auth.Viewer, t *Task, to string, then func(context.Context, bun.Tx) error) error {
	return s.write(ctx, t, func(now *taken) error {
		now.TakenBy = to
		return nil
	}, func(now *taken) error { return CanHand(v, now.TakenBy) }, then)
}

// Done says that a task is done: it leaves everybody's queue.
func (s *Service) Done(ctx context.Context, v auth.Viewer, key string) error {
	t, err := s.task(ctx, v, key)
	if err != nil {
		return err
	}
	return s.write(ctx, t, func(now *taken) error {
		now.DoneBy = v.UserID
		return nil
	}, func(*taken) error { return nil }, nil)
}

// write changes the row of a task in one transaction, where it may be.
func (s *Service) write(ctx context.Context, t *Task, change, may func(*taken) error, then func(context.Context, bun.Tx) error) error {
	err := s.DB.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		row := &taken{Task: t.Key, At: s.Now()}
		if _, err := tx.NewInsert().Model(row).On("CONFLICT (task) DO UPDATE").Set("at = EXCLUDED.at").Exec(ctx); err != nil { // locks it
			return err
		}
		if err := tx.NewSelect().Model(row).WherePK().Scan(ctx); err != nil {
			return err
		}
		if row.DoneBy != "" {
			return errs.NotFound("task")
		}
		if row.TakenBy != t.TakenBy && t.TakenBy == "" { // of who left: as if nobody had it
			here, err := tx.NewSelect().TableExpr("users").Where("id = ?", row.TakenBy).Where("deactivated_at IS NULL").Exists(ctx)
			if err != nil {
				return err
			}
			if !here {
				row.TakenBy = ""
			}
		}
		if err := may(row); err != nil {
			return err
		}
		if err := change(row); err != nil {
			return err
		}
		if _, err := tx.NewUpdate().Model(row).Column("taken_by", "done_by").WherePK().Exec(ctx); err != nil || then == nil {
			return err
		}
		return then(ctx, tx)
	})
	return db.Classify(err)
}

// Ambassadors returns the others to whom the viewer can hand a task, by name.
func (s *Service) Ambassadors(ctx context.Context, v auth.Viewer) (list []Person, err error) {
	if err := CanWelcome(v); err != nil {
		return nil, err
	}
	err = s.DB.Reader().NewSelect().TableExpr("users AS u").ColumnExpr("u.id, u.name, "+people.FaceSQL+" AS photo, b.name AS branch").
		Join("JOIN branches AS b ON b.id = u.branch_id").Where("u.role = ?", auth.RoleAmbassador).Where("u.deactivated_at IS NULL").Where("u.id <> ?", v.UserID).
		OrderExpr("u.name_folded, u.id").Scan(ctx, &list)
	return list, scan("ambassadors", err)
}
