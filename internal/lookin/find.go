package lookin

import (
	"context"
	"strings"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/people"
)

// find fills what access is to. It is for administrators, who may ask for anything there is.
func (s *Service) find(ctx context.Context, a *Access, what string) (err error) {
	switch a.Kind {
	case KindDocument:
		err = s.findDocument(ctx, a, idIn(what, "/documents/"))
	case KindGroup:
		err = s.findGroup(ctx, a, idIn(what, "/groups/"))
	default:
		err = s.findPerson(ctx, a, idIn(what, "/people/"))
	}
	if errs.Is(err, errs.KindNotFound) {
		return errs.Invalid("error.invalid").Field("what", "error.field.access_unknown")
	}
	return err
}

// idIn is the id in an address, or the text itself.
func idIn(text, path string) string {
	_, rest, ok := strings.Cut(text, path)
	if !ok {
		return text
	}
	return rest[:len(rest)-len(strings.TrimLeft(rest, "abcdefghijklmnopqrstuvwxyz0123456789"))]
}

func (s *Service) findDocument(ctx context.Context, a *Access, id string) error {
	d, err := s.library.Get(ctx, auth.System(), id)
	if err != nil {
		return err
	}
	a.ObjectID, a.ConcernsUserID = d.ID, d.OwnerID
	return nil
}

func (s *Service) findGroup(ctx context.Context, a *Access, what string) error {
	if g, err := s.groups.Get(ctx, auth.System(), what); !errs.Is(err, errs.KindNotFound) {
		if err == nil {
			a.ObjectID = g.ID
		}
		return err
	}
	list, err := s.groups.List(ctx, auth.System(), groups.Filter{Query: what})
	if err != nil {
		return err
	}
	for _, g := range list {
		if g.NameFolded != fold.Key(what) {
			continue
		}
		if a.ObjectID != "" { // hidden groups may have the same name
			return errs.Invalid("error.invalid").Field("what", "error.field.access_several")
		}
		a.ObjectID = g.ID
	}
	if a.ObjectID == "" {
		return errs.NotFound("group")
	}
	return nil
}

func (s *Service) findPerson(ctx context.Context, a *Access, what string) error {
	if u, err := s.people.User(ctx, auth.System(), what); !errs.Is(err, errs.KindNotFound) {
		if err == nil {
			a.ConcernsUserID = u.ID
		}
		return err
	}
	list, err := s.people.Users(ctx, auth.System(), people.UserFilter{Query: what, Inactive: true, Limit: 2})
	switch {
	case err != nil:
		return err
	case len(list) == 0:
		return errs.NotFound("user")
	case len(list) > 1:
		return errs.Invalid("error.invalid").Field("what", "error.field.access_several")
	}
	a.ConcernsUserID = list[0].ID
	return nil
}
