package find

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/rs/xid"
	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
	"github.com/aanpak/aanpak/internal/lang"
	"github.com/aanpak/aanpak/internal/people"
)

// SynonymGroup is words and expressions that mean the same, added by an administrator.
type SynonymGroup struct {
	bun.BaseModel `bun:"table:synonyms,alias:sy"`

	ID        string `bun:",pk"`
	Terms     string // one a line
	CreatedBy string
	CreatedAt time.Time
}

// List returns the terms.
func (g *SynonymGroup) List() []string { return strings.Split(g.Terms, "\n") }

// Synonyms keeps the administrator's synonyms and puts them in force.
type Synonyms struct {
	db      *db.DB
	lexicon *lang.Lexicon
}

// synonymsChanged is the event by which every process loads them anew.
const synonymsChanged = "synonyms"

// NewSynonyms returns the keeper. failed hears when a change that another process made cannot be loaded.
func NewSynonyms(d *db.DB, lx *lang.Lexicon, failed func(error)) *Synonyms {
	s := &Synonyms{db: d, lexicon: lx}
	d.On(synonymsChanged, func(string) {
		if err := s.Load(context.Background()); err != nil {
			failed(err)
		}
	})
	return s
}

// All returns every group, the newest first.
func (s *Synonyms) All(ctx context.Context, v auth.Viewer) (list []*SynonymGroup, err error) {
	if err := people.CanAdminister(v); err != nil {
		return nil, err
	}
	err = s.db.Reader().NewSelect().Model(&list).Order("created_at DESC").Scan(ctx)
	return list, db.Classify(err)
}

// Add adds a group of at least two terms.
func (s *Synonyms) Add(ctx context.Context, v auth.Viewer, terms []string) error {
	if err := people.CanAdminister(v); err != nil {
		return err
	}
	var clean []string
	for _, t := range terms {
		if t = fold.Line(t); t != "" && len([]rune(t)) <= 100 {
			clean = append(clean, t)
		}
	}
	if len(clean) < 2 || len(clean) > 30 {
		return errs.Invalid("error.invalid").Field("terms", "error.field.synonyms")
	}
	g := &SynonymGroup{ID: xid.New().String(), Terms: strings.Join(clean, "\n"), CreatedBy: v.UserID, CreatedAt: db.Now()}
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewInsert().Model(g).Exec(ctx); err != nil {
			return err
		}
		return s.db.Tell(ctx, tx, synonymsChanged, g.ID)
	})
	if err != nil {
		return fmt.Errorf("add synonyms: %w", db.Classify(err))
	}
	return s.Load(ctx)
}

// Remove deletes a group.
func (s *Synonyms) Remove(ctx context.Context, v auth.Viewer, id string) error {
	if err := people.CanAdminister(v); err != nil {
		return err
	}
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewDelete().Model((*SynonymGroup)(nil)).Where("id = ?", id).Exec(ctx); err != nil {
			return err
		}
		return s.db.Tell(ctx, tx, synonymsChanged, id)
	})
	if err != nil {
		return fmt.Errorf("remove synonyms: %w", db.Classify(err))
	}
	return s.Load(ctx)
}

// Load puts the groups of the database in force. They count at the next question: nothing is indexed again.
func (s *Synonyms) Load(ctx context.Context) error {
	var list []*SynonymGroup
	if err := s.db.Reader().NewSelect().Model(&list).Scan(ctx); err != nil {
		return fmt.Errorf("load synonyms: %w", db.Classify(err))
	}
	groups := make([]lang.Group, 0, len(list))
	for _, g := range list {
		groups = append(groups, lang.Group(g.List()))
	}
	s.lexicon.SetSynonyms(groups)
	return nil
}
