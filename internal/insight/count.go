package insight

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/jobs"
)

// monthForm is how a month is kept.
const monthForm = "2006-01"

// How many months are counted afterwards when nothing is counted yet, and for how long after its end it can still be said who read in a month:
// of each document only the last reading is known.
const (
	monthsBack  = 12
	readersKnow = 3 * 24 * time.Hour
)

// month is a month that was counted.
type month struct {
	bun.BaseModel `bun:"table:participation_months,alias:pm"`

	Month     string `bun:",pk"` // 2006-01, in the company's zone
	Readers   bool   // whether it is known who only read
	News      *int   // how many pieces of news it had; nil where that was not counted yet
	CountedAt time.Time
}

// count is how many people of a branch stood on a rung in a month.
type count struct {
	bun.BaseModel `bun:"table:participation,alias:pt"`

	Month    string `bun:",pk"`
	BranchID string `bun:",pk"`
	Rung     Rung   `bun:",pk"`
	People   int
}

// acts is everything that puts somebody on a rung, by its number (rung.go), between two times. Each part finds its rows by when they were made.
const acts = `SELECT user_id, 1 AS rung FROM document_reads WHERE read_at >= ?0 AND read_at < ?1
	UNION ALL SELECT user_id, 1 FROM feeds_seen WHERE seen_at >= ?0 AND seen_at < ?1
	UNION ALL SELECT user_id, 1 FROM news_seen WHERE at >= ?0 AND at < ?1
	UNION ALL SELECT user_id, 1 FROM spotlight_seen WHERE at >= ?0 AND at < ?1
	UNION ALL SELECT user_id, 2 FROM reactions WHERE created_at >= ?0 AND created_at < ?1
	UNION ALL SELECT user_id, 2 FROM poll_votes WHERE created_at >= ?0 AND created_at < ?1
	UNION ALL SELECT user_id, 3 FROM uses WHERE created_at >= ?0 AND created_at < ?1
	UNION ALL SELECT user_id, 3 FROM outdated_marks WHERE created_at >= ?0 AND created_at < ?1
	UNION ALL SELECT c.author_id, CASE WHEN p.kind = 'question' AND p.author_id <> c.author_id THEN 5 ELSE 4 END
		FROM comments AS c JOIN posts AS p ON p.id = c.post_id WHERE c.state = 'published' AND c.created_at >= ?0 AND c.created_at < ?1
	UNION ALL SELECT author_id, CASE WHEN about <> '' THEN 4 ELSE 6 END FROM posts WHERE state = 'published' AND published_at >= ?0 AND published_at < ?1
	UNION ALL SELECT owner_id, 7 FROM documents WHERE deleted_at IS NULL AND created_at >= ?0 AND created_at < ?1`

// begins is when a month begins.
func (s *Service) begins(t time.Time) time.Time {
	t = t.In(s.Zone)
	return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, s.Zone)
}

// nightly counts the months that have ended, and forgets what was put aside and welcomed long ago.
func (s *Service) nightly(ctx context.Context, _ jobs.Run, _ struct{}) error {
	return errors.Join(s.CountMonths(ctx, false), s.sweep(ctx))
}

// CountMonths counts the months that have ended and were not counted yet. Who read is known of a month that ended just now; readers says that it
// is known of all, as of a company whose readings are as old as they were.
func (s *Service) CountMonths(ctx context.Context, readers bool) error {
	this := s.begins(s.Now())
	var counted []string
	if err := s.DB.Reader().NewSelect().Model((*month)(nil)).Column("month").Scan(ctx, &counted); err != nil {
		return scan("counted months", err)
	}
	known := map[string]bool{}
	for _, m := range counted {
		known[m] = true
	}
	for ago := monthsBack; ago >= 1; ago-- {
		from := this.AddDate(0, -ago, 0)
		if known[from.Format(monthForm)] {
			continue
		}
		to := from.AddDate(0, 1, 0)
		if err := s.countMonth(ctx, from, to, readers || s.Now().Sub(to) < readersKnow); err != nil {
			return fmt.Errorf("count %s: %w", from.Format(monthForm), err)
		}
	}
	return nil
}

// counted is how many people of a branch stood on a rung and saw a part of the news.
type counted struct {
	BranchID   string
	Rung, Part Rung
	People     int
}

// countMonth writes how many people of each branch, of those who were here at the end of the month, stood on which rung, and how many saw how
// much of its news. A month in which there was nobody is not written.
func (s *Service) countMonth(ctx context.Context, from, to time.Time, readers bool) error {
	var list []counted
	q := s.DB.Reader().NewSelect().TableExpr("users AS r").ColumnExpr("r.id, r.branch_id, coalesce(max(a.rung), 0) AS rung").
		ColumnExpr("(?) AS asked", s.asked(from, to, false)).ColumnExpr("(?) AS seen", s.asked(from, to, true)).
		Join("LEFT JOIN ("+acts+") AS a ON a.user_id = r.id", from.UTC(), to.UTC()).
		Where("r.created_at < ?", to.UTC()).Where("r.deactivated_at IS NULL OR r.deactivated_at >= ?", to.UTC()).GroupExpr("r.id, r.branch_id")
	err := s.DB.Reader().NewSelect().TableExpr("(?) AS x", q).ColumnExpr("branch_id, rung, "+partSQL+" AS part, count(*) AS people").
		GroupExpr("branch_id, rung, part").Scan(ctx, &list)
	if err != nil || len(list) == 0 {
		return db.Classify(err)
	}
	var news int
	if err := s.pieces(from, to).Scan(ctx, &news); err != nil {
		return db.Classify(err)
	}
	return s.keepMonth(ctx, &month{Month: from.Format(monthForm), Readers: readers, News: &news, CountedAt: s.Now()}, list)
}

// keepMonth writes a month with its counts, unless another process was first.
func (s *Service) keepMonth(ctx context.Context, m *month, list []counted) error {
	rows, parts := sums(m.Month, list)
	return db.Classify(s.DB.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewInsert().Model(m).On("CONFLICT (month) DO NOTHING").Exec(ctx)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); n == 0 || err != nil {
			return err
		}
		if _, err := tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
			return err
		}
		_, err = tx.NewInsert().Model(&parts).Exec(ctx)
		return err
	}))
}

// sums adds the counts up by rung, and by part of the news: who of the one is who of the other is not kept.
func sums(name string, list []counted) (rows []count, parts []part) {
	for _, c := range list {
		if i := slices.IndexFunc(rows, func(r count) bool { return r.BranchID == c.BranchID && r.Rung == c.Rung }); i >= 0 {
			rows[i].People += c.People
		} else {
			rows = append(rows, count{Month: name, BranchID: c.BranchID, Rung: c.Rung, People: c.People})
		}
		if i := slices.IndexFunc(parts, func(p part) bool { return p.BranchID == c.BranchID && p.Part == c.Part }); i >= 0 {
			parts[i].People += c.People
		} else {
			parts = append(parts, part{Month: name, BranchID: c.BranchID, Part: c.Part, People: c.People})
		}
	}
	return rows, parts
}

// Forget deletes the counts of months that began before a time, for the nightly rules of retention; with dry it only counts them.
func (s *Service) Forget(ctx context.Context, before time.Time, dry bool) (int, error) {
	return s.DB.Forget(ctx, dry, "participation_months", "month < ?", before.In(s.Zone).Format(monthForm))
}

// taskDays is for how long it is kept who took or did a task: longer than any is in the queue.
const taskDays = 90

// sweep forgets what no page asks for any more.
func (s *Service) sweep(ctx context.Context) error {
	_, err := s.DB.Forget(ctx, false, "director_asides", "until <= ?", s.Now())
	_, err2 := s.DB.Forget(ctx, false, "welcome_tasks", "at < ?", s.Now().AddDate(0, 0, -taskDays))
	return errors.Join(err, err2)
}
