package reuse

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/index"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/search"
	"github.com/aanpak/aanpak/internal/tenders"
)

// Told hear what a document's owner may want to hear, in the transaction of what it tells. What is nil nobody hears.
type Told struct {
	Used     func(ctx context.Context, tx bun.Tx, u *Use) error  // somebody else used it: once for each tender, and for each person outside any
	Scored   func(ctx context.Context, tx bun.Tx, u *Use) error  // a tender that it was used in was won or lost
	Outdated func(ctx context.Context, tx bun.Tx, m *Mark) error // somebody says that it is outdated
	Answered func(ctx context.Context, tx bun.Tx, m *Mark) error // for who said so: its owner says that it is still right
}

// Service is the use cases of reuse.
type Service struct {
	db      *db.DB
	library *library.Service
	tenders *tenders.Service
	changed func()
	now     func() time.Time
	told    Told
}

// New returns the service. changed is called after a commit that left marks for the index.
func New(d *db.DB, l *library.Service, t *tenders.Service, changed func()) *Service {
	s := &Service{db: d, library: l, tenders: t, changed: changed, now: db.Now}
	t.OnChange(s.tenderChanged)
	return s
}

// Tell says who hears.
func (s *Service) Tell(t Told) { s.told = t }

// Use records that the viewer used a document, or a page of it. Saying it twice is no mistake.
func (s *Service) Use(ctx context.Context, v auth.Viewer, documentID string, n Input) error {
	d, err := s.library.Get(ctx, v, documentID)
	if err != nil {
		return err
	}
	if err := CanUse(v, d); err != nil {
		return err
	}
	u := &Use{DocumentID: d.ID, UserID: v.UserID, UserName: v.Name, Page: n.Page, CreatedAt: s.now(), Title: d.Title, OwnerID: d.OwnerID}
	if !n.At.IsZero() {
		u.CreatedAt = n.At
	}
	if err := s.fill(ctx, v, d, n, u); err != nil {
		return err
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error { return s.use(ctx, tx, v, u) })
	if err != nil {
		return fmt.Errorf("use: %w", db.Classify(err))
	}
	s.changed()
	return nil
}

// fill checks page and tender, and notes what the tender is now.
func (s *Service) fill(ctx context.Context, v auth.Viewer, d *library.Document, n Input, u *Use) error {
	e := errs.Invalid("error.invalid")
	if n.Page < 0 || n.Page > max(d.Pages, 0) {
		e.Field("page", "error.field.page")
	}
	if n.TenderID != "" {
		t, err := s.tenders.Get(ctx, v, n.TenderID)
		switch {
		case errs.Is(err, errs.KindNotFound):
			e.Field("tender_id", "error.field.tender")
		case err != nil:
			return err
		default:
			if err := canUseFor(v, t); err != nil {
				return err
			}
			u.TenderID, u.Reference, u.Tender, u.Client, u.Outcome, u.Score = t.ID, t.Reference, t.Title, t.Client, t.Outcome, t.Score
			u.Told = outcomeTold(t.Outcome, t.Score)
		}
	}
	return e.OrNil()
}

func (s *Service) use(ctx context.Context, tx bun.Tx, v auth.Viewer, u *Use) error {
	v.Grants = nil
	sees, err := tx.NewSelect().TableExpr("documents AS d").Apply(library.Visible(v)).Where("d.id = ?", u.DocumentID).Exists(ctx)
	if err != nil {
		return err
	}
	if !sees {
		return errs.NotFound("document")
	}
	known, err := s.known(ctx, tx, u)
	if err != nil {
		return err
	}
	res, err := tx.NewInsert().Model(u).On("CONFLICT DO NOTHING").Exec(ctx)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return err
	}
	if s.told.Used != nil && u.ByOther() && !known {
		if err := s.told.Used(ctx, tx, u); err != nil {
			return err
		}
	}
	return index.Mark(ctx, tx, search.TypeDocument, u.DocumentID)
}

// known tells whether the owner has heard of this already: of another page, or by a colleague of the same tender.
func (s *Service) known(ctx context.Context, tx bun.Tx, u *Use) (bool, error) {
	q := tx.NewSelect().Model((*Use)(nil)).Where("us.document_id = ?", u.DocumentID).Where("us.tender_id = ?", u.TenderID).Where("us.user_id <> ?", u.OwnerID)
	if u.TenderID == "" {
		q.Where("us.user_id = ?", u.UserID)
	}
	return q.Exists(ctx)
}

// Undo takes back what the viewer said. What was never said is taken back too.
func (s *Service) Undo(ctx context.Context, v auth.Viewer, documentID string, n Input) error {
	d, err := s.library.Get(ctx, v, documentID)
	if err != nil {
		return err
	}
	if err := CanUse(v, d); err != nil {
		return err
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewDelete().Model((*Use)(nil)).Where("document_id = ?", d.ID).Where("user_id = ?", v.UserID).
			Where("page = ?", n.Page).Where("tender_id = ?", n.TenderID).Exec(ctx)
		if err != nil {
			return err
		}
		return index.Mark(ctx, tx, search.TypeDocument, d.ID)
	})
	if err != nil {
		return fmt.Errorf("take a use back: %w", db.Classify(err))
	}
	s.changed()
	return nil
}
