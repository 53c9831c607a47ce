package notify

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/jobs"
)

// dueEvery is how often it is looked whom it is time for.
const dueEvery = time.Minute

// dueAtOnce is for how many people one look makes jobs. The others are looked for a minute later.
const dueAtOnce = 1000

// userArgs name who is to get something.
type userArgs struct {
	User string `json:"user"`
}

// The jobs. Each does all that is due for one person, so that one of a kind waits or runs at a time.
var (
	dueJob  = jobs.Job[struct{}]{Name: "notify.due", Once: true, Attempts: 1}
	mailJob = jobs.Job[userArgs]{Name: "notify.mail", Once: true, Timeout: time.Minute, Attempts: 20}
	pushJob = jobs.Job[userArgs]{Name: "notify.push", Once: true, Timeout: time.Minute, Attempts: 8}
)

// enqueueDue makes a job for each person for whom something is due.
func (s *Service) enqueueDue(ctx context.Context, _ jobs.Run, _ struct{}) error {
	for column, job := range map[string]jobs.Job[userArgs]{"mail_at": mailJob, "push_at": pushJob} {
		ids, err := s.dueFor(ctx, column)
		if err != nil {
			return err
		}
		if err := s.enqueue(ctx, job, ids); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) dueFor(ctx context.Context, column string) (ids []string, err error) {
	err = s.DB.Reader().NewSelect().Model((*notification)(nil)).Distinct().Column("n.user_id").Where("? <= ?", bun.Ident("n."+column), s.Now()).Limit(dueAtOnce).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("look for what is due: %w", db.Classify(err))
	}
	return ids, nil
}

func (s *Service) enqueue(ctx context.Context, job jobs.Job[userArgs], ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	return db.Classify(s.DB.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		for _, id := range ids {
			if err := job.Enqueue(ctx, s.Jobs, tx, userArgs{id}); err != nil {
				return err
			}
		}
		return nil
	}))
}

// due reads what is due for somebody: the bundles of it that they may see, and the ids of all of it.
func (s *Service) due(ctx context.Context, userID, column string) (list []*Bundle, ids []string, err error) {
	var rows []notification
	err = s.DB.Reader().NewSelect().Model(&rows).Column("n.id", "n.thread").Where("n.user_id = ?", userID).Where("? <= ?", bun.Ident("n."+column), s.Now()).
		Where("n.read_at IS NULL").Order("n.at DESC").Limit(counted).Scan(ctx)
	if err != nil || len(rows) == 0 {
		return nil, nil, db.Classify(err)
	}
	var threads []thread
	in := map[string]bool{}
	for _, n := range rows {
		ids = append(ids, n.ID)
		if !in[n.Thread] {
			in[n.Thread] = true
			threads = append(threads, thread{Thread: n.Thread})
		}
	}
	v, err := s.People.Acting(ctx, userID)
	if err != nil {
		return nil, ids, err
	}
	found, err := s.bundlesOf(ctx, v, threads, ids)
	for _, b := range found {
		list = append(list, b.Bundle)
	}
	return list, ids, err
}

// sent writes that what was due is done.
func (s *Service) sent(ctx context.Context, column string, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	return db.Classify(s.DB.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewUpdate().Model((*notification)(nil)).Set("? = NULL", bun.Ident(column)).Where("id IN (?)", bun.List(ids)).Exec(ctx)
		return err
	}))
}
