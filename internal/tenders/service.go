package tenders

import (
	"context"
	"fmt"
	"time"

	"github.com/rs/xid"
	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
	"github.com/aanpak/aanpak/internal/index"
	"github.com/aanpak/aanpak/internal/notify"
	"github.com/aanpak/aanpak/internal/search"
)

// Service is the use cases of tenders.
type Service struct {
	db      *db.DB
	notify  *notify.Service // nil tells nobody
	now     func() time.Time
	changed []func(ctx context.Context, tx bun.Tx, id string) error
}

// New returns the service. n tells people what concerns them.
func New(d *db.DB, n *notify.Service) *Service { return &Service{db: d, now: db.Now, notify: n} }

// OnChange adds what must happen in the transaction that changes a tender: the library marks its documents.
func (s *Service) OnChange(f func(ctx context.Context, tx bun.Tx, id string) error) {
	s.changed = append(s.changed, f)
}

func selectTenders(q *bun.SelectQuery) *bun.SelectQuery {
	return q.ColumnExpr("t.*").ColumnExpr("b.name AS branch_name").Join("JOIN branches AS b ON b.id = t.branch_id")
}

// Get returns a tender by id.
func (s *Service) Get(ctx context.Context, v auth.Viewer, id string) (*Tender, error) {
	return s.where(ctx, v, "t.id = ?", id)
}

// ByReference returns a tender by its reference, in any case.
func (s *Service) ByReference(ctx context.Context, v auth.Viewer, reference string) (*Tender, error) {
	return s.where(ctx, v, "t.reference_folded = ?", fold.Key(reference))
}

func (s *Service) where(ctx context.Context, v auth.Viewer, where string, args ...any) (*Tender, error) {
	t := new(Tender)
	err := s.db.Reader().NewSelect().Model(t).Apply(selectTenders).Apply(visibleTo(v)).Where(where, args...).Scan(ctx)
	if db.IsNoRows(err) {
		return nil, errs.NotFound("tender")
	}
	if err != nil {
		return nil, fmt.Errorf("read tender: %w", db.Classify(err))
	}
	return t, nil
}

// ByIDs returns the tenders of the ids that the viewer may see, by id.
func (s *Service) ByIDs(ctx context.Context, v auth.Viewer, ids []string) (map[string]*Tender, error) {
	var list []*Tender
	err := s.db.Reader().NewSelect().Model(&list).Apply(selectTenders).Apply(visibleTo(v)).Where("t.id IN (?)", bun.List(ids)).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("read tenders: %w", db.Classify(err))
	}
	out := make(map[string]*Tender, len(list))
	for _, t := range list {
		out[t.ID] = t
	}
	return out, nil
}

// Filter narrows List. Empty fields do not filter.
type Filter struct {
	Query    string // part of title, reference, client or place
	BranchID string
	Outcome  Outcome
	Running  bool // open or submitted
	Client   string
	Year     int
	Member   string // id of somebody of the team
	After    string // id of the last tender of the page before
	Limit    int
	Deadline bool // soonest deadline first, instead of newest first
}

// List returns tenders, the newest year first.
func (s *Service) List(ctx context.Context, v auth.Viewer, f Filter) (list []*Tender, err error) {
	q := s.db.Reader().NewSelect().Model(&list).Apply(selectTenders).Apply(visibleTo(v)).Apply(f.apply)
	if f.Deadline {
		q.Where("t.submit_at IS NOT NULL").Order("t.submit_at", "t.id")
	} else {
		q.Order("t.year DESC", "t.id DESC")
	}
	if f.After != "" && !f.Deadline {
		q.Where("(t.year, t.id) < (SELECT year, id FROM tenders WHERE id = ?)", f.After)
	}
	if f.Limit > 0 {
		q.Limit(int64(f.Limit))
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("list tenders: %w", db.Classify(err))
	}
	return list, nil
}

// Count returns how many tenders the filter lets through.
func (s *Service) Count(ctx context.Context, v auth.Viewer, f Filter) (int, error) {
	n, err := s.db.Reader().NewSelect().Model((*Tender)(nil)).Apply(visibleTo(v)).Apply(f.apply).Count(ctx)
	return int(n), db.Classify(err)
}

func (f Filter) apply(q *bun.SelectQuery) *bun.SelectQuery {
	if f.BranchID != "" {
		q.Where("t.branch_id = ?", f.BranchID)
	}
	if f.Outcome != "" {
		q.Where("t.outcome = ?", f.Outcome)
	}
	if f.Running {
		q.Where("t.outcome IN (?)", bun.List([]Outcome{OutcomeOpen, OutcomeSubmitted}))
	}
	if f.Client != "" {
		q.Where("t.client_folded = ?", fold.Key(f.Client))
	}
	if f.Year != 0 {
		q.Where("t.year = ?", f.Year)
	}
	if f.Member != "" {
		q.Where("EXISTS (SELECT 1 FROM tender_members AS tm WHERE tm.tender_id = t.id AND tm.user_id = ?)", f.Member)
	}
	if f.Query != "" {
		like := "%" + db.EscapeLike(fold.Key(f.Query)) + "%"
		q.Where("(t.title_folded LIKE ?0 ESCAPE '!' OR t.reference_folded LIKE ?0 ESCAPE '!' OR t.client_folded LIKE ?0 ESCAPE '!' OR lower(t.place) LIKE ?0 ESCAPE '!')", like)
	}
	return q
}

// Create adds a tender.
func (s *Service) Create(ctx context.Context, v auth.Viewer, n Input) (*Tender, error) {
	if n.BranchID == "" {
		n.BranchID = v.BranchID
	}
	if err := CanCreate(v, n.BranchID); err != nil {
		return nil, err
	}
	if err := n.clean(); err != nil {
		return nil, err
	}
	t := &Tender{ID: xid.New().String(), CreatedBy: v.UserID, CreatedAt: s.now(), UpdatedAt: s.now()}
	n.apply(t)
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewInsert().Model(t).Exec(ctx); err != nil {
			return inputError(err)
		}
		if v.UserID != "" {
			if err := join(ctx, tx, t.ID, v.UserID, s.now()); err != nil {
				return err
			}
		}
		if err := markTeam(ctx, tx, t.ID); err != nil {
			return err
		}
		return index.Mark(ctx, tx, search.TypeTender, t.ID)
	})
	if err != nil {
		return nil, fmt.Errorf("create tender: %w", db.Classify(err))
	}
	return s.Get(ctx, v, t.ID)
}

// Update changes a tender.
func (s *Service) Update(ctx context.Context, v auth.Viewer, id string, n Input) (*Tender, error) {
	t, err := s.Get(ctx, v, id)
	if err != nil {
		return nil, err
	}
	if err := CanEdit(v, t); err != nil {
		return nil, err
	}
	if n.BranchID == "" {
		n.BranchID = t.BranchID
	}
	if err := CanCreate(v, n.BranchID); err != nil {
		return nil, err
	}
	if err := n.clean(); err != nil {
		return nil, err
	}
	before := t.Outcome
	n.apply(t)
	t.UpdatedAt = s.now()
	if t.Outcome != before {
		t.OutcomeAt, t.OutcomeBy = bun.NullTime{Time: t.UpdatedAt}, v.UserID
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewUpdate().Model(t).ExcludeColumn("id", "created_by", "created_at").WherePK().Exec(ctx)
		if err != nil {
			return inputError(err)
		}
		for _, f := range s.changed {
			if err := f(ctx, tx, id); err != nil {
				return err
			}
		}
		if err := markTeam(ctx, tx, id); err != nil {
			return err
		}
		return index.Mark(ctx, tx, search.TypeTender, id)
	})
	if err != nil {
		return nil, fmt.Errorf("update tender: %w", db.Classify(err))
	}
	return s.Get(ctx, v, id)
}

// Ended returns the tenders of which the viewer is to tell how they went on: those that they began, or said it of, since a time; the latest
// first.
func (s *Service) Ended(ctx context.Context, v auth.Viewer, since time.Time) (list []*Tender, err error) {
	if v.UserID == "" {
		return nil, nil
	}
	err = s.db.Reader().NewSelect().Model(&list).Apply(selectTenders).Apply(visibleTo(v)).Where("t.outcome_at > ?", since).Where("(t.outcome_by = ? OR t.created_by = ?)", v.UserID, v.UserID).
		OrderExpr("t.outcome_at DESC, t.id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("ended tenders: %w", db.Classify(err))
	}
	return list, nil
}

// inputError words the clashes that only the database sees.
func inputError(err error) error {
	switch {
	case db.IsUnique(err):
		return errs.Conflict("error.tender_exists").Field("reference", "error.field.reference_taken")
	case db.IsForeignKey(err):
		return errs.Invalid("error.invalid").Field("branch", "error.field.branch")
	}
	return err
}

// Clients returns the names of clients that tenders have, by name, for choosing one.
func (s *Service) Clients(ctx context.Context, v auth.Viewer) (names []string, err error) {
	err = s.db.Reader().NewSelect().Model((*Tender)(nil)).Apply(visibleTo(v)).ColumnExpr("min(t.client)").GroupExpr("t.client_folded").OrderExpr("t.client_folded").Scan(ctx, &names)
	return names, db.Classify(err)
}
