package notify

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/jobs"
)

// batch is how many people one transaction reaches: few enough not to hold up who else writes.
const batch = 250

// fanArgs name an event that has an audience.
type fanArgs struct {
	Event string `json:"event"`
}

var fanJob = jobs.Job[fanArgs]{Name: "notify.fan", Timeout: 10 * time.Minute, Attempts: 10}

// fanOut reaches everybody who holds one of an event's keys, a batch in each transaction together with how far it is. Killed in between,
// it goes on there.
func (s *Service) fanOut(ctx context.Context, _ jobs.Run, a fanArgs) error {
	for {
		n, err := s.fanBatch(ctx, a.Event)
		if err != nil {
			return fmt.Errorf("tell everybody of event %s: %w", a.Event, err)
		}
		if n < batch {
			return nil
		}
	}
}

// fanBatch reaches the next people and returns how many there were.
func (s *Service) fanBatch(ctx context.Context, id string) (n int, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := s.DB.Turn(ctx, tx, "notify.fan:"+id); err != nil { // of a job that is thought dead and one that took it over
			return err
		}
		e := new(event)
		if err := tx.NewSelect().Model(e).Where("ev.id = ?", id).Scan(ctx); db.IsNoRows(err) {
			return nil // swept, with nobody left to hear
		} else if err != nil {
			return err
		}
		ids, err := s.nextHolders(ctx, tx, e)
		if err != nil {
			return err
		}
		if err := s.deliver(ctx, tx, e, ids); err != nil {
			return err
		}
		if n = len(ids); n > 0 {
			e.Reached = ids[n-1]
		}
		if n < batch {
			e.Audience = ""
		}
		_, err = tx.NewUpdate().Model(e).Column("reached", "audience").WherePK().Exec(ctx)
		return err
	})
	return n, db.Classify(err)
}

// nextHolders returns the next people who hold one of the keys, by id.
func (s *Service) nextHolders(ctx context.Context, tx bun.IDB, e *event) (ids []string, err error) {
	if e.Audience == "" {
		return nil, nil
	}
	q := tx.NewSelect().TableExpr("users AS u").Column("u.id").Where("u.deactivated_at IS NULL").Where("u.id > ?", e.Reached).Order("u.id").Limit(batch)
	q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
		for key := range strings.FieldsSeq(e.Audience) {
			if err = s.hold(q, tx, key); err != nil {
				break
			}
		}
		return q
	})
	if err != nil {
		return nil, err
	}
	return ids, q.Scan(ctx, &ids)
}

// hold adds those who hold a key.
func (s *Service) hold(q *bun.SelectQuery, tx bun.IDB, key string) error {
	kind, id, _ := strings.Cut(key, ":")
	switch {
	case key == auth.KeyCompany:
		q.WhereOr("1 = 1")
	case key == auth.UserKey(id):
		q.WhereOr("u.id = ?", id)
	case key == auth.BranchKey(id):
		q.WhereOr("u.branch_id = ?", id)
	case key == auth.CalculatorsKey(id):
		q.WhereOr("u.branch_id = ? AND u.calculator", id)
	default:
		if team, ok := strings.CutPrefix(key, auth.GroupKey(auth.TeamGroup(""))); ok {
			kind, id = "team", team
		}
		f := s.holders[kind]
		if f == nil {
			return jobs.GiveUp(errors.New("nobody says who holds " + key))
		}
		q.WhereOr("u.id IN (?)", f(tx, id))
	}
	return nil
}
