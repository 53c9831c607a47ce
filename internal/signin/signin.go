// Package signin holds how people sign in: the settings of the company's directory, of a provider of OpenID Connect and of passwords, from
// the environment or from an administrator's page, and what is made of them.
//
// The environment goes before the page, way by way. What the page says lies in the settings table, a row for each way, which is read at each
// sign-in and each comparison: a change counts in every process with the next one, and never half, since a row is written whole. Secrets are
// sealed there, for the one address that they were typed for. A change after which no administrator could sign in is refused. Packages
// directory, oidc and rules know what the settings mean; package people decides who somebody is here.
package signin

import (
	"context"
	"log/slog"
	"sync"

	"github.com/aanpak/aanpak/internal/config"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/people"
)

// Kind names a way of signing in.
type Kind string

// The ways that have settings.
const (
	LDAP      Kind = "ldap"
	OIDC      Kind = "oidc"
	Passwords Kind = "passwords"
)

var kinds = []Kind{LDAP, OIDC, Passwords}

// Source is where the settings of a way come from.
type Source string

// The sources of settings.
const (
	FromNowhere     Source = ""
	FromEnvironment Source = "environment"
	FromPage        Source = "page"
)

// Settings are those of all ways.
type Settings struct {
	LDAP      config.LDAP
	OIDC      config.OIDC
	Passwords config.Passwords
}

func (s *Settings) way(k Kind) config.Way {
	return map[Kind]config.Way{LDAP: &s.LDAP, OIDC: &s.OIDC, Passwords: &s.Passwords}[k]
}

// Ways is how people sign in at one moment.
type Ways struct {
	Directory *Directory // nil where there is none
	Provider  *Provider  // nil where there is none
	Settings  Settings
	Sources   map[Kind]Source
	// Broken says of a way why its settings cannot be used: it is as if it were not there.
	Broken map[Kind]error
}

// Options are what a Service needs.
type Options struct {
	DB          *db.DB
	People      *people.Service
	Environment Settings
	Log         *slog.Logger
}

// Service holds the ways of signing in. It is safe for use by many.
type Service struct {
	Options

	mu   sync.Mutex
	from string // the rows that now was made of
	now  *Ways  // nil until it was asked for
}

// New returns the service, and has people ask it for the ways.
func New(o Options) *Service {
	s := &Service{Options: o}
	o.People.UseWays(s.ways)
	return s
}

// Now returns how people sign in at this moment. What was made of settings is kept while they stay as they are, and with it what a provider
// said of itself.
func (s *Service) Now(ctx context.Context) (*Ways, error) {
	rows, err := s.rows(ctx, s.DB.Reader())
	if err != nil {
		return nil, err
	}
	from := rows.key()
	s.mu.Lock()
	now := s.now
	same := now != nil && s.from == from
	s.mu.Unlock()
	if same {
		return now, nil
	}
	if now, err = s.make(ctx, rows); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.from, s.now = from, now
	return now, nil
}

// make reads the settings of the rows and makes of them what they name.
func (s *Service) make(ctx context.Context, r rows) (*Ways, error) {
	w := &Ways{Settings: s.Environment, Sources: map[Kind]Source{}, Broken: map[Kind]error{}}
	for _, k := range kinds {
		way := w.Settings.way(k)
		switch {
		case config.Given(way):
			w.Sources[k] = FromEnvironment
		case r[k] != "":
			w.Sources[k] = FromPage
			sealer, err := s.People.Sealer(ctx)
			if err != nil {
				return nil, err
			}
			if err := r[k].into(sealer, k, way); err != nil {
				w.Broken[k] = err
			}
		}
	}
	w.open()
	for k, err := range w.Broken {
		s.Log.ErrorContext(ctx, "the settings of a way to sign in cannot be used", "way", k, "err", err)
	}
	return w, nil
}

// open makes what the settings name. What cannot be is left out.
func (w *Ways) open() {
	if d, err := openDirectory(&w.Settings.LDAP); err != nil {
		w.breaks(LDAP, err)
	} else if w.Broken[LDAP] == nil {
		w.Directory = d
	}
	if p, err := openProvider(&w.Settings.OIDC); err != nil {
		w.breaks(OIDC, err)
	} else if w.Broken[OIDC] == nil {
		w.Provider = p
	}
}

// breaks keeps the first reason.
func (w *Ways) breaks(k Kind, err error) {
	if w.Broken[k] == nil {
		w.Broken[k] = err
	}
}

// Way returns the settings of a way. Nobody may change them.
func (w *Ways) Way(k Kind) config.Way { return w.Settings.way(k) }

// Prefix is what the variables of a way begin with.
func (w *Ways) Prefix(k Kind) string { return w.Settings.way(k).Prefix() }

// DirectoryPasswords tells whether people type the directory's password here.
func (w *Ways) DirectoryPasswords() bool {
	return w.Directory != nil && w.Settings.Passwords.Directory != config.PasswordsNone
}

// AdminsOnly tells whether passwords of Aanpak's own are for administrators.
func (w *Ways) AdminsOnly() bool { return w.Settings.Passwords.Own == config.PasswordsAdmins }

// ways is what package people asks.
func (s *Service) ways(ctx context.Context) (people.Ways, error) {
	w, err := s.Now(ctx)
	if err != nil {
		return people.Ways{}, err
	}
	out := people.Ways{AdminsOnly: w.AdminsOnly(), NoDirectoryPassword: !w.DirectoryPasswords()}
	if w.Directory != nil {
		out.Directory = w.Directory
	}
	return out, nil
}
