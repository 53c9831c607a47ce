package share

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/people"
)

// Rules returns the rules of the branches that share, by branch.
func (s *Service) Rules(ctx context.Context, v auth.Viewer) (map[string]Rule, error) {
	if err := people.CanAdminister(v); err != nil {
		return nil, err
	}
	var list []Rule
	if err := s.db.Reader().NewSelect().Model(&list).Scan(ctx); err != nil {
		return nil, fmt.Errorf("rules of sharing: %w", db.Classify(err))
	}
	out := make(map[string]Rule, len(list))
	for _, r := range list {
		out[r.BranchID] = r
	}
	return out, nil
}

// SetRule says what a branch may share; with no days it shares nothing from now on, and links made before rest.
func (s *Service) SetRule(ctx context.Context, v auth.Viewer, r Rule) error {
	if err := people.CanAdminister(v); err != nil {
		return err
	}
	if r.MostDays < 0 || r.MostDays > MostDays {
		return errs.Invalid("error.invalid").Field("days", "error.field.range", "Min", 0, "Max", MostDays)
	}
	r.UpdatedBy, r.UpdatedAt = v.UserID, s.Now()
	return db.Classify(s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if ok, err := tx.NewSelect().TableExpr("branches").Where("id = ?", r.BranchID).Exists(ctx); err != nil || !ok {
			return errs.NotFound("branch").Because(err)
		}
		if _, err := tx.NewDelete().Model((*Rule)(nil)).Where("branch_id = ?", r.BranchID).Exec(ctx); err != nil {
			return err
		}
		if r.MostDays > 0 {
			if _, err := tx.NewInsert().Model(&r).Exec(ctx); err != nil {
				return err
			}
		}
		return audit.Log(ctx, tx, v, "settings.share", "branch:"+r.BranchID, fmt.Sprintf("%d days, password %t, calculations %t", r.MostDays, r.Password, r.Calculations))
	}))
}

// Allowed returns the rule by which the viewer may share a document: who may change whom it is for, where its branch shares, and not a
// calculation unless the branch shares those too.
func (s *Service) Allowed(ctx context.Context, v auth.Viewer, d *library.Document) (Rule, error) {
	if err := library.CanEdit(v, d); err != nil {
		return Rule{}, err
	}
	if d.Deleted() {
		return Rule{}, errs.NotFound("document")
	}
	r, err := s.ruleOf(ctx, d)
	if errs.Is(err, errs.KindNotFound) {
		return r, errs.Forbidden("error.share_off")
	}
	return r, err
}

// ruleOf returns the rule of a document; none is an error of kind NotFound.
func (s *Service) ruleOf(ctx context.Context, d *library.Document) (r Rule, err error) {
	err = s.db.Reader().NewSelect().Model(&r).Where("sr.branch_id = ?", d.BranchID).Scan(ctx)
	switch {
	case db.IsNoRows(err):
		return r, errs.NotFound("share_link")
	case err != nil:
		return r, fmt.Errorf("rule of sharing: %w", db.Classify(err))
	case d.Kind == library.KindCalculation && !r.Calculations:
		return r, errs.NotFound("share_link")
	}
	return r, nil
}
