package signin

import (
	"context"
	"errors"
	"time"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/config"
	"github.com/aanpak/aanpak/internal/directory"
	"github.com/aanpak/aanpak/internal/oidc"
	"github.com/aanpak/aanpak/internal/people"
)

// A try reads this many people, and takes at most this long.
const (
	triedPeople = 8
	tryTime     = 25 * time.Second
)

// Tried is what came of a try. Nothing was written.
type Tried struct {
	Problem error              // why it does not work; nil where it does
	People  []people.Rehearsed // of a directory: a handful, and what would become of them
	More    bool               // there are others
	Found   oidc.Found         // of a provider: what it says of itself
	Kept    string             // the secret, sealed for the form
}

// Try looks whether settings work, without writing anything. An error means that they could not be tried: something typed is wrong.
func (s *Service) Try(ctx context.Context, v auth.Viewer, k Kind, t Typed) (*Tried, error) {
	c, err := s.begin(ctx, v, k)
	if err != nil {
		return nil, err
	}
	if err := c.fill(t); err != nil {
		return nil, err
	}
	out := &Tried{Kept: c.kept(t.Way)}
	ctx, cancel := context.WithTimeout(ctx, tryTime)
	defer cancel()
	switch way := t.Way.(type) {
	case *config.LDAP:
		err = s.tryDirectory(ctx, v, way, out)
	case *config.OIDC:
		err = tryProvider(ctx, way, out)
	}
	return out, err
}

func (s *Service) tryDirectory(ctx context.Context, v auth.Viewer, way *config.LDAP, out *Tried) error {
	d, err := openDirectory(way)
	if err != nil || d == nil {
		return err
	}
	if out.Problem = d.Ping(ctx); out.Problem != nil {
		return nil
	}
	list, more, err := d.Some(ctx, triedPeople)
	if errors.Is(err, directory.ErrAway) {
		out.Problem = err
		return nil
	}
	if err != nil {
		return err
	}
	out.More = more
	out.People, err = s.People.Rehearse(ctx, v, list)
	return err
}

func tryProvider(ctx context.Context, way *config.OIDC, out *Tried) error {
	p, err := openProvider(way)
	if err != nil || p == nil {
		return err
	}
	out.Found, out.Problem = p.Look(ctx)
	return nil
}
