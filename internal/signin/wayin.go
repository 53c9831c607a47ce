package signin

import (
	"context"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/config"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/people"
)

// askTime is how long a directory or provider may take to show that it would let an administrator in.
const askTime = 15 * time.Second

// vouched returns the ids of the administrators whom the directory or the provider of these settings would let in, as far as can be told: the
// directory knows them, the provider is there and is the one that they come from.
func (s *Service) vouched(ctx context.Context, v auth.Viewer, after *Settings) (map[string]bool, error) {
	admins, err := s.People.Administrators(ctx, v)
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for _, a := range admins {
		if a.ByThemselves(s.People.HasPasskeys()) {
			return out, nil // nobody need be asked
		}
	}
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	d, _ := openDirectory(&after.LDAP) // what cannot be opened lets nobody in
	p, _ := openProvider(&after.OIDC)
	for _, a := range admins {
		switch {
		case a.Source == people.SourceLDAP && d != nil && after.Passwords.Directory != config.PasswordsNone:
			x, err := d.Find(ctx, a.Email)
			out[a.ID] = err == nil && x.ID == a.ExternalID && !x.Disabled
		case a.Source == people.SourceOIDC && p != nil && strings.HasPrefix(a.ExternalID, p.Issuer()+"|"):
			_, err := p.Look(ctx)
			out[a.ID] = err == nil
		}
	}
	return out, nil
}

// keepAWayIn refuses settings with which no administrator could sign in. It waits for whoever makes administrators fewer, and they for it. A
// way that comes beside others takes nothing away.
func (s *Service) keepAWayIn(ctx context.Context, tx bun.Tx, c *change, after *Settings, vouched map[string]bool) error {
	admins, err := s.People.LockAdmins(ctx, tx)
	if err != nil {
		return err
	}
	if c.kind != Passwords && c.before.Sources[c.kind] == FromNowhere {
		return nil
	}
	for _, a := range admins {
		if a.ByThemselves(s.People.HasPasskeys()) || vouched[a.ID] {
			return nil
		}
	}
	return errs.Conflict("error.setting.nobody_in")
}

// NobodyIn tells whether no administrator could sign in by these ways, as far as that is known without asking anybody.
func (s *Service) NobodyIn(ctx context.Context, v auth.Viewer) (bool, error) {
	w, err := s.Now(ctx)
	if err != nil {
		return false, err
	}
	admins, err := s.People.Administrators(ctx, v)
	if err != nil {
		return false, err
	}
	for _, a := range admins {
		if a.ByThemselves(s.People.HasPasskeys()) || a.Source == people.SourceLDAP && w.DirectoryPasswords() ||
			a.Source == people.SourceOIDC && w.Provider != nil && strings.HasPrefix(a.ExternalID, w.Provider.Issuer()+"|") {
			return false, nil
		}
	}
	return len(admins) > 0, nil
}
