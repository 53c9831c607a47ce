package social

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/notify"
)

// OfReport is the kind of what notifications of reports are about: a case, by the id of its first report.
const OfReport = "report"

// tellModerators tells who decides on a report that there is one: what was reported, whose it is and why, but nothing of what it says, which
// stands in the case. The reports of a case are told as one.
func (s *Service) tellModerators(ctx context.Context, tx bun.Tx, r *Report) error {
	to, err := moderators(ctx, tx, r)
	if err != nil || len(to) == 0 {
		return err
	}
	var first string
	err = tx.NewSelect().Model((*Report)(nil)).Column("rp.id").Where("rp.target = ?", r.Target).Where("rp.closed_at IS NULL").OrderExpr("rp.created_at, rp.id").Limit(1).Scan(ctx, &first)
	if err != nil {
		return err
	}
	about := OfReport + ":" + first
	return s.notify.Tell(ctx, tx, notify.Event{
		Kind: notify.Report, Word: r.Target.Kind() + "_" + string(r.Reason), Source: reportSource(r.ID), Thread: about, About: about, URL: "/moderation/" + first, To: to,
	})
}

// reportSource names a report, so that it is told of no more once it is closed.
func reportSource(id string) string { return "report:" + id }

// moderators returns who decides on a report, without who made it.
func moderators(ctx context.Context, tx bun.IDB, r *Report) (ids []string, err error) {
	q := tx.NewSelect().TableExpr("users AS u").Column("u.id").Join("JOIN reports AS rp ON rp.id = ?", r.ID).Join("JOIN posts AS p ON p.id = rp.post_id").
		Where("u.deactivated_at IS NULL").Where("u.id <> ?", r.ReporterID).Order("u.id")
	err = decides(q, bun.Safe("u.id"), bun.Safe("u.role"), bun.Safe("u.branch_id")).Scan(ctx, &ids)
	return ids, err
}

// ReportedAuthors returns whose words reports are about that the viewer decides on, by the reports' ids.
func (s *Service) ReportedAuthors(ctx context.Context, v auth.Viewer, ids []string) (map[string]string, error) {
	out := make(map[string]string, len(ids))
	if len(ids) == 0 || v.UserID == "" {
		return out, nil
	}
	var list []*Report
	err := s.db.Reader().NewSelect().Model(&list).Apply(withNames).Apply(moderatedBy(v)).Where("rp.id IN (?)", bun.List(ids)).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reported authors: %w", db.Classify(err))
	}
	for _, r := range list {
		out[r.ID] = r.AuthorName
	}
	return out, nil
}

// withdrawReports takes back what was told of the open reports of a thing, before they are closed.
func (s *Service) withdrawReports(ctx context.Context, tx bun.Tx, t Target) error {
	var ids []string
	if err := tx.NewSelect().Model((*Report)(nil)).Column("rp.id").Where("rp.target = ?", t).Where("rp.closed_at IS NULL").Scan(ctx, &ids); err != nil {
		return err
	}
	for _, id := range ids {
		if err := s.notify.Withdraw(ctx, tx, reportSource(id)); err != nil {
			return err
		}
	}
	return nil
}
