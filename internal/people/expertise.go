package people

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/rs/xid"
	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
	"github.com/aanpak/aanpak/internal/index"
	"github.com/aanpak/aanpak/internal/lang"
	"github.com/aanpak/aanpak/internal/search"
)

// Expertise is a subject on the list that all share. Whoever names one that is not there adds it.
type Expertise struct {
	bun.BaseModel `bun:"table:expertise,alias:e"`

	ID         string `bun:",pk"`
	Name       string
	NameFolded string // by which two spellings are one: expertiseKey
	CreatedBy  string
	CreatedAt  time.Time
	People     int `bun:",scanonly"` // active ones who have it
}

// has is that somebody has an expertise.
type has struct {
	bun.BaseModel `bun:"table:user_expertise,alias:ue"`

	UserID      string `bun:",pk"`
	ExpertiseID string `bun:",pk"`
	Since       time.Time
}

const (
	maxExpertise = 25 // that one person has
	maxSubject   = 60 // runes of a name
)

// expertiseKey is what a name comes down to: letters and digits alone, so that "BLVC-plan" and "Blvc plan" are one.
func expertiseKey(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, fold.Key(name))
}

// ExpertiseList returns the shared list by name. Of those that nobody has any more only administrators hear.
func (s *Service) ExpertiseList(ctx context.Context, v auth.Viewer) (list []*Expertise, err error) {
	if !v.SignedIn() {
		return nil, errs.Unauthorized()
	}
	people := `(SELECT count(*) FROM user_expertise AS ue JOIN users AS u ON u.id = ue.user_id WHERE ue.expertise_id = e.id AND u.deactivated_at IS NULL)`
	err = s.db.Reader().NewSelect().Model(&list).ColumnExpr("e.*").ColumnExpr(people + " AS people").Order("e.name_folded").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list expertise: %w", db.Classify(err))
	}
	if !v.IsAdmin() {
		list = slices.DeleteFunc(list, func(e *Expertise) bool { return e.People == 0 })
	}
	return list, nil
}

// Near is the error of a name that looks like one on the list, misspelt. Adding it all the same takes saying so.
type Near struct {
	cause *errs.Error
	Names []string
}

func (n *Near) Error() string { return n.cause.Error() }

// Unwrap gives the error with its kind.
func (n *Near) Unwrap() error { return n.cause }

// AddExpertise gives the viewer an expertise by name, which is put on the list where it is new. A name that is nearly one on the list is
// refused as Near unless sure.
func (s *Service) AddExpertise(ctx context.Context, v auth.Viewer, name string, sure bool) error {
	return s.ownExpertise(ctx, v, func(ctx context.Context, tx bun.Tx) error {
		e, err := s.ensureExpertise(ctx, tx, v, name, sure)
		if err != nil {
			return err
		}
		return s.gain(ctx, tx, v, e)
	})
}

// RemoveExpertise takes an expertise off the viewer, with what colleagues said of it.
func (s *Service) RemoveExpertise(ctx context.Context, v auth.Viewer, id string) error {
	return s.ownExpertise(ctx, v, func(ctx context.Context, tx bun.Tx) error { return lose(ctx, tx, v, id) })
}

// setExpertise gives the viewer exactly these, by name. Those that stay keep their endorsements.
func (s *Service) setExpertise(ctx context.Context, tx bun.Tx, v auth.Viewer, names []string) error {
	var wanted []*Expertise
	for _, name := range names {
		e, err := s.ensureExpertise(ctx, tx, v, name, true)
		if err != nil {
			return err
		}
		wanted = append(wanted, e)
	}
	var have []string
	if err := tx.NewSelect().Model((*has)(nil)).Column("expertise_id").Where("ue.user_id = ?", v.UserID).Scan(ctx, &have); err != nil {
		return err
	}
	for _, id := range have {
		if slices.ContainsFunc(wanted, func(e *Expertise) bool { return e.ID == id }) {
			continue
		}
		if err := lose(ctx, tx, v, id); err != nil {
			return err
		}
	}
	for _, e := range wanted {
		if err := s.gain(ctx, tx, v, e); err != nil {
			return err
		}
	}
	return index.Mark(ctx, tx, search.TypePerson, v.UserID)
}

// ownExpertise changes what the viewer is good at, and has the viewer found by it.
func (s *Service) ownExpertise(ctx context.Context, v auth.Viewer, f func(context.Context, bun.Tx) error) error {
	if v.UserID == "" {
		return errs.Unauthorized()
	}
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := f(ctx, tx); err != nil {
			return err
		}
		return index.Mark(ctx, tx, search.TypePerson, v.UserID)
	})
	if err != nil {
		return fmt.Errorf("own expertise: %w", db.Classify(err))
	}
	return nil
}

// ensureExpertise finds a subject by any spelling of its name, or puts it on the list.
func (s *Service) ensureExpertise(ctx context.Context, tx bun.Tx, v auth.Viewer, name string, sure bool) (*Expertise, error) {
	name = fold.Line(name)
	key := expertiseKey(name)
	if err := checkSubject(name, key); err != nil {
		return nil, err
	}
	var all []*Expertise
	if err := tx.NewSelect().Model(&all).Order("e.name_folded").Scan(ctx); err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(all, func(e *Expertise) bool { return e.NameFolded == key }); i >= 0 {
		return all[i], nil
	}
	if near := nearTo(all, key); len(near) > 0 && !sure {
		e := errs.Conflict("error.expertise_near", "Names", strings.Join(near, ", "))
		return nil, &Near{e.Field("expertise", "error.expertise_near", "Names", strings.Join(near, ", ")), near}
	}
	e := &Expertise{ID: xid.New().String(), Name: name, NameFolded: key, CreatedBy: v.UserID, CreatedAt: s.Now()}
	if _, err := tx.NewInsert().Model(e).Exec(ctx); err != nil {
		return nil, err
	}
	return e, audit.Log(ctx, tx, v, "expertise.create", "expertise:"+e.ID, e.Name)
}

func checkSubject(name, key string) error {
	e := errs.Invalid("error.invalid")
	switch {
	case key == "":
		e.Field("expertise", "error.field.required")
	case len([]rune(name)) > maxSubject:
		e.Field("expertise", "error.field.too_long", "Max", maxSubject)
	}
	return e.OrNil()
}

// nearTo returns the names on the list that are a slip of the finger away: one in short words, two in long ones.
func nearTo(all []*Expertise, key string) (names []string) {
	limit := 1
	switch n := len(key); {
	case n < 5:
		return nil
	case n > 9:
		limit = 2
	}
	for _, e := range all {
		if lang.Distance(key, e.NameFolded, limit) <= limit {
			names = append(names, e.Name)
		}
	}
	return names[:min(3, len(names))]
}

func (s *Service) gain(ctx context.Context, tx bun.Tx, v auth.Viewer, e *Expertise) error {
	n, err := tx.NewSelect().Model((*has)(nil)).Where("ue.user_id = ?", v.UserID).Where("ue.expertise_id <> ?", e.ID).Count(ctx)
	if err != nil {
		return err
	}
	if n >= maxExpertise {
		return errs.Invalid("error.invalid").Field("expertise", "error.field.expertise_many", "Max", maxExpertise)
	}
	res, err := tx.NewInsert().Model(&has{UserID: v.UserID, ExpertiseID: e.ID, Since: s.Now()}).On("CONFLICT DO NOTHING").Exec(ctx)
	if err != nil {
		return err
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return nil
	}
	return audit.Log(ctx, tx, v, "user.expertise.add", "user:"+v.UserID, e.Name)
}

func lose(ctx context.Context, tx bun.Tx, v auth.Viewer, id string) error {
	res, err := tx.NewDelete().Model((*has)(nil)).Where("user_id = ?", v.UserID).Where("expertise_id = ?", id).Exec(ctx)
	if err != nil {
		return err
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return nil
	}
	if _, err := tx.NewDelete().Model((*endorsement)(nil)).Where("user_id = ?", v.UserID).Where("expertise_id = ?", id).Exec(ctx); err != nil {
		return err
	}
	return audit.Log(ctx, tx, v, "user.expertise.remove", "user:"+v.UserID, "expertise:"+id)
}
