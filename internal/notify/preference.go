package notify

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
)

// choice is what somebody chose for a kind.
type choice struct {
	bun.BaseModel `bun:"table:notify_rhythms,alias:r"`

	UserID string `bun:",pk"`
	Kind   Kind   `bun:",pk"`
	Rhythm Rhythm
	Push   bool
}

// hours are when somebody wants to hear nothing, and where they are.
type hours struct {
	bun.BaseModel `bun:"table:notify_hours,alias:h"`

	UserID     string `bun:",pk"`
	Zone       string
	QuietFrom  int
	QuietUntil int
}

// Preferences are how somebody wants to hear.
type Preferences struct {
	Kinds      []Preference // every kind, in the order of Sorts
	Zone       string       // IANA name of a time zone
	QuietFrom  int          // minutes after midnight …
	QuietUntil int          // … the same as QuietFrom where no hours are quiet
}

// Preference is how somebody wants to hear of a kind.
type Preference struct {
	Kind   Kind
	Rhythm Rhythm
	Push   bool
	Fixed  bool // cannot be chosen
}

// dayMinutes is how many minutes there are between two midnights.
const dayMinutes = 24 * 60

// Preferences returns how the viewer hears.
func (s *Service) Preferences(ctx context.Context, v auth.Viewer) (p Preferences, err error) {
	if v.UserID == "" {
		return p, errs.Unauthorized()
	}
	return readPreferences(ctx, s.DB.Reader(), v.UserID)
}

func readPreferences(ctx context.Context, d bun.IDB, userID string) (p Preferences, err error) {
	var chosen []choice
	if err := d.NewSelect().Model(&chosen).Where("r.user_id = ?", userID).Scan(ctx); err != nil {
		return p, fmt.Errorf("preferences: %w", db.Classify(err))
	}
	byKind := map[Kind]choice{}
	for _, c := range chosen {
		byKind[c.Kind] = c
	}
	for _, sort := range Sorts {
		k := Preference{sort.Kind, sort.Rhythm, sort.Push, sort.Fixed}
		if c, ok := byKind[sort.Kind]; ok && !sort.Fixed {
			k.Rhythm, k.Push = c.Rhythm, c.Push
		}
		p.Kinds = append(p.Kinds, k)
	}
	h := hours{Zone: Zone, QuietFrom: quietFrom, QuietUntil: quietUntil}
	if err := d.NewSelect().Model(&h).Where("h.user_id = ?", userID).Scan(ctx); err != nil && !db.IsNoRows(err) {
		return p, fmt.Errorf("preferences: %w", db.Classify(err))
	}
	p.Zone, p.QuietFrom, p.QuietUntil = h.Zone, h.QuietFrom, h.QuietUntil
	return p, nil
}

// clean checks the fields. Kinds that are left out stay as they were.
func (p *Preferences) clean() error {
	e := errs.Invalid("error.invalid")
	for _, k := range p.Kinds {
		switch {
		case !k.Kind.Valid():
			e.Field("kinds", "error.field.choice")
		case !k.Rhythm.Valid():
			e.Field(string(k.Kind), "error.field.choice")
		}
	}
	if p.Zone == "" {
		p.Zone = Zone
	}
	if z, err := time.LoadLocation(p.Zone); err != nil || z == time.Local || len(p.Zone) > 100 {
		e.Field("zone", "error.field.zone")
	}
	if p.QuietFrom < 0 || p.QuietFrom >= dayMinutes {
		e.Field("quiet_from", "error.field.clock")
	}
	if p.QuietUntil < 0 || p.QuietUntil >= dayMinutes {
		e.Field("quiet_until", "error.field.clock")
	}
	return e.OrNil()
}

// SetPreferences says how the viewer hears from now on. What waits to be mailed of a kind that is not mailed any more is not.
func (s *Service) SetPreferences(ctx context.Context, v auth.Viewer, p Preferences) error {
	if v.UserID == "" {
		return errs.Unauthorized()
	}
	if err := p.clean(); err != nil {
		return err
	}
	err := s.DB.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		for _, k := range p.Kinds {
			if sort, _ := sortOf(k.Kind); sort.Fixed {
				continue
			}
			if err := choose(ctx, tx, choice{UserID: v.UserID, Kind: k.Kind, Rhythm: k.Rhythm, Push: k.Push}); err != nil {
				return err
			}
		}
		h := &hours{UserID: v.UserID, Zone: p.Zone, QuietFrom: p.QuietFrom, QuietUntil: p.QuietUntil}
		_, err := tx.NewInsert().Model(h).On("CONFLICT (user_id) DO UPDATE").
			Set("zone = EXCLUDED.zone").Set("quiet_from = EXCLUDED.quiet_from").Set("quiet_until = EXCLUDED.quiet_until").Exec(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("set preferences: %w", db.Classify(err))
	}
	return nil
}

// choose writes what somebody chose for a kind, and takes back what waits against it.
func choose(ctx context.Context, tx bun.Tx, c choice) error {
	_, err := tx.NewInsert().Model(&c).On("CONFLICT (user_id, kind) DO UPDATE").Set("rhythm = EXCLUDED.rhythm").Set("push = EXCLUDED.push").Exec(ctx)
	if err != nil {
		return err
	}
	drop := func(column string) error {
		_, err := tx.NewUpdate().Model((*notification)(nil)).Set("? = NULL", bun.Ident(column)).Where("user_id = ?", c.UserID).Where("kind = ?", c.Kind).
			Where("? IS NOT NULL", bun.Ident(column)).Exec(ctx)
		return err
	}
	if c.Rhythm == InApp {
		if err := drop("mail_at"); err != nil {
			return err
		}
	}
	if !c.Push {
		return drop("push_at")
	}
	return nil
}

// HasMail tells whether mail is set up: else nothing is mailed, whatever somebody chose.
func (s *Service) HasMail() bool { return s.Mail != nil && s.URL != "" }
