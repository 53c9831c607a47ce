package spotlight

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/rs/xid"
	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/keep"
	"github.com/aanpak/aanpak/internal/library"
)

// Told hears of a new spotlight in the transaction that makes it. The document's owner is in s.Document.
type Told func(ctx context.Context, tx bun.Tx, s *Spotlight) error

// Service is the use cases of spotlights.
type Service struct {
	db.Clock
	db      *db.DB
	library *library.Service
	told    Told             // nil = nobody hears
	on      *keep.Keep[*lit] // what is on now, by whom it is for
}

// keptOn is how many answers of what is on are kept.
const keptOn = 5000

// New returns the service.
func New(d *db.DB, l *library.Service) *Service {
	return &Service{db: d, library: l, on: keep.New(d, keptOn, func(*lit) int { return 1 })}
}

// Tell says who hears of new spotlights: the author's notifications.
func (s *Service) Tell(f Told) { s.told = f }

// Create holds a document up, or a page of it.
func (s *Service) Create(ctx context.Context, v auth.Viewer, documentID string, n Input) (*Spotlight, error) {
	d, version, err := s.pageOf(ctx, v, documentID, n.Page)
	if err != nil {
		return nil, err
	}
	now := s.Now()
	if !n.Began.IsZero() {
		now = n.Began
	}
	if err := n.check(v, d, now); err != nil {
		return nil, err
	}
	sp := &Spotlight{
		ID: xid.New().String(), DocumentID: d.ID, Version: version, Page: n.Page, Why: n.Why, Audience: n.key(v), UserID: v.UserID,
		CreatedAt: now, Until: n.Until.UTC(), UserName: v.Name, Document: d,
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := s.still(ctx, tx, v, sp); err != nil {
			return err
		}
		if _, err := tx.NewInsert().Model(sp).Exec(ctx); err != nil {
			return err
		}
		if err := s.saw(ctx, tx, v, sp.ID); err != nil { // who says it has seen it
			return err
		}
		if s.told != nil {
			if err := s.told(ctx, tx, sp); err != nil {
				return err
			}
		}
		return audit.Log(ctx, tx, v, "spotlight.create", "document:"+d.ID, sp.what())
	})
	if err != nil {
		return nil, fmt.Errorf("hold up: %w", db.Classify(err))
	}
	return s.Get(ctx, v, sp.ID)
}

// check asks whether the viewer may hold the document up for whom they say.
func (n *Input) check(v auth.Viewer, d *library.Document, now time.Time) error {
	if err := CanCreate(v, d); err != nil {
		return err
	}
	if err := n.clean(now); err != nil {
		return err
	}
	return n.mayReach(v)
}

func (n *Input) mayReach(v auth.Viewer) error {
	if slices.Contains(Audiences(v), n.Audience) {
		return nil
	}
	return errs.Invalid("error.invalid").Field("audience", "error.field.spotlight_audience")
}

// pageOf returns the document with the number of the version whose page is meant; 0 for the whole document.
func (s *Service) pageOf(ctx context.Context, v auth.Viewer, documentID string, page int) (*library.Document, int, error) {
	d, err := s.library.Get(ctx, v, documentID)
	if err != nil || page == 0 {
		return d, 0, err
	}
	_, ver, err := s.library.Version(ctx, v, documentID, newestReadable)
	if err != nil && !errs.Is(err, errs.KindNotFound) {
		return nil, 0, err
	}
	if err != nil || page < 0 || page > ver.Pages {
		if may := CanCreate(v, d); may != nil {
			return nil, 0, may
		}
		return nil, 0, errs.Invalid("error.invalid").Field("page", "error.field.page")
	}
	return d, ver.Number, nil
}

// newestReadable asks the library for the newest version that could be read.
const newestReadable = -1

// still asks in the transaction that writes whether the viewer sees the document, and whether it is held up for the same people already.
func (s *Service) still(ctx context.Context, tx bun.Tx, v auth.Viewer, sp *Spotlight) error {
	v.Grants = nil
	sees, err := tx.NewSelect().TableExpr("documents AS d").Apply(library.Visible(v)).Where("d.id = ?", sp.DocumentID).Exists(ctx)
	if err != nil {
		return err
	}
	if !sees {
		return errs.NotFound("document")
	}
	there, err := tx.NewSelect().Model((*Spotlight)(nil)).Where("sp.document_id = ?", sp.DocumentID).Where("sp.page = ?", sp.Page).
		Where("sp.audience = ?", sp.Audience).Where("sp.until > ?", s.Now()).Where("sp.id <> ?", sp.ID).Exists(ctx)
	if err == nil && there {
		err = errs.Conflict("error.spotlight_exists")
	}
	return err
}

// what describes a spotlight for the trail, without its line: whoever reads the trail need not see the document.
func (s *Spotlight) what() string {
	return fmt.Sprintf("spotlight:%s page %d, %s, until %s", s.ID, s.Page, s.Audience, s.Until.Format(time.DateOnly))
}

// Update changes line, page, audience and end of a spotlight. One that is over can be given a new end, so that it is on again.
func (s *Service) Update(ctx context.Context, v auth.Viewer, id string, n Input) (*Spotlight, error) {
	sp, err := s.Get(ctx, v, id)
	if err != nil {
		return nil, err
	}
	if err := CanChange(v, sp); err != nil {
		return nil, err
	}
	if err := n.clean(s.Now()); err != nil {
		return nil, err
	}
	if n.Page != sp.Page {
		if _, sp.Version, err = s.pageOf(ctx, v, sp.DocumentID, n.Page); err != nil {
			return nil, err
		}
	}
	if n.Audience != sp.Input().Audience {
		if err := n.mayReach(v); err != nil {
			return nil, err
		}
		sp.Audience = n.key(v)
	}
	sp.Page, sp.Why, sp.Until, sp.EndedBy = n.Page, n.Why, n.Until.UTC(), ""
	err = s.change(ctx, v, sp, "spotlight.update", "version", "page", "why", "audience", "until", "ended_by")
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, v, id)
}

// End ends a spotlight now.
func (s *Service) End(ctx context.Context, v auth.Viewer, id string) error {
	sp, err := s.Get(ctx, v, id)
	if err != nil {
		return err
	}
	if err := CanChange(v, sp); err != nil {
		return err
	}
	if !sp.On(s.Now()) {
		return nil
	}
	sp.Until, sp.EndedBy = s.Now(), v.UserID
	return s.change(ctx, v, sp, "spotlight.end", "until", "ended_by")
}

// change writes columns of a spotlight that the viewer may change.
func (s *Service) change(ctx context.Context, v auth.Viewer, sp *Spotlight, action string, columns ...string) error {
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		now := new(Spotlight)
		if err := tx.NewSelect().Model(now).Where("sp.id = ?", sp.ID).Scan(ctx); err != nil {
			return err
		}
		if err := CanChange(v, now); err != nil {
			return err
		}
		if sp.On(s.Now()) {
			if err := s.still(ctx, tx, v, sp); err != nil {
				return err
			}
		}
		if _, err := tx.NewUpdate().Model(sp).Column(columns...).WherePK().Exec(ctx); err != nil {
			return err
		}
		return audit.Log(ctx, tx, v, action, "document:"+sp.DocumentID, sp.what())
	})
	if err != nil {
		return fmt.Errorf("%s: %w", action, db.Classify(err))
	}
	return nil
}
