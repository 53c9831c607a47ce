package signin

import (
	"context"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/config"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/settings"
)

// Typed is the settings of a way as somebody typed them. Secrets that are left empty are those of Kept, which an earlier try of the same form
// gave, else those that are in use; either only for the same address.
type Typed struct {
	Way  config.Way
	Kept string
}

// Save makes settings that count from the next sign-in on.
func (s *Service) Save(ctx context.Context, v auth.Viewer, k Kind, t Typed) error {
	c, err := s.begin(ctx, v, k)
	if err != nil {
		return err
	}
	if err := c.fill(t); err != nil {
		return err
	}
	after := c.before.Settings
	assign(after.way(k), t.Way)
	return s.write(ctx, v, c, &after)
}

// Remove forgets the settings of a way.
func (s *Service) Remove(ctx context.Context, v auth.Viewer, k Kind) error {
	c, err := s.begin(ctx, v, k)
	if err != nil {
		return err
	}
	if c.before.Sources[k] == FromNowhere {
		return errs.NotFound("setting")
	}
	after := c.before.Settings
	for _, f := range after.way(k).Fields() {
		f.Set("")
	}
	return s.write(ctx, v, c, &after)
}

// change is a change of one way: what there was, and the key of secrets.
type change struct {
	kind   Kind
	before *Ways
	sealer *auth.Sealer
}

// begin refuses who may not change settings, and settings that the environment says.
func (s *Service) begin(ctx context.Context, v auth.Viewer, k Kind) (*change, error) {
	if err := people.CanAdminister(v); err != nil {
		return nil, err
	}
	before, err := s.Now(ctx)
	if err != nil {
		return nil, err
	}
	if before.Sources[k] == FromEnvironment {
		return nil, errs.Conflict("error.setting.environment", "Prefix", before.Settings.way(k).Prefix())
	}
	sealer, err := s.People.Sealer(ctx)
	if err != nil {
		return nil, err
	}
	return &change{kind: k, before: before, sealer: sealer}, nil
}

// fill gives what was typed its secrets, and tells all that is wrong with it.
func (c *change) fill(t Typed) error {
	old := c.before.Settings
	used := old.way(c.kind)
	e := errs.Invalid("error.invalid")
	for i, f := range t.Way.Fields() {
		if f.Secret == nil || f.Value() != "" {
			continue
		}
		inUse := used.Fields()[i].Value()
		kept, err := c.sealer.Open(c.triedFor(f, t.Way), t.Kept)
		switch {
		case t.Kept != "" && err == nil:
			f.Set(kept)
		case inUse != "" && used.For() == t.Way.For():
			f.Set(inUse)
		case inUse != "" || t.Kept != "":
			e.Field(f.Name, "error.setting.secret_again")
		}
	}
	if first := t.Way.Fields()[0].Name; c.kind != Passwords && !t.Way.On() {
		return e.Field(first, "error.setting.missing")
	}
	if err := e.OrNil(); err != nil {
		return e.Also(without(t.Way.Check(), e.Fields[0].Field)).OrNil()
	}
	return t.Way.Check()
}

// without leaves out what an error says of a field of which another one says more.
func without(err error, field string) error {
	out := errs.Invalid("error.invalid")
	for _, f := range errs.Invalid("").Also(err).Fields {
		if f.Field != field {
			out.Fields = append(out.Fields, f)
		}
	}
	return out.OrNil()
}

func (c *change) triedFor(f config.Field, way config.Way) string {
	return "tried." + sealedFor(c.kind, f, way)
}

// kept seals the secret of a try for the form, so that it need not be typed again to be saved.
func (c *change) kept(way config.Way) string {
	for _, f := range way.Fields() {
		if f.Secret != nil && f.Value() != "" {
			return c.sealer.Seal(c.triedFor(f, way), f.Value())
		}
	}
	return ""
}

// assign copies settings.
func assign(to, from config.Way) {
	fields := to.Fields()
	for i, f := range from.Fields() {
		fields[i].Set(f.Value())
	}
}

// write writes the settings of a way and what changed, unless nobody could administer any more.
func (s *Service) write(ctx context.Context, v auth.Viewer, c *change, after *Settings) error {
	before := c.before.Settings
	names := changed(before.way(c.kind), after.way(c.kind))
	if len(names) == 0 && c.before.Broken[c.kind] == nil {
		return nil
	}
	r, err := newRow(c.sealer, c.kind, after.way(c.kind))
	if err != nil {
		return err
	}
	vouched, err := s.vouched(ctx, v, after)
	if err != nil {
		return err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := s.keepAWayIn(ctx, tx, c, after, vouched); err != nil {
			return err
		}
		if config.Given(after.way(c.kind)) {
			err = settings.Put(ctx, tx, c.kind.row(), string(r))
		} else { // a row that says nothing
			err = settings.Remove(ctx, tx, c.kind.row())
		}
		if err != nil {
			return err
		}
		return audit.Log(ctx, tx, v, "settings.sign_in."+string(c.kind), "settings", strings.Join(names, ", "))
	})
	if err != nil {
		return fmt.Errorf("settings of %s: %w", c.kind, db.Classify(err))
	}
	return nil
}
