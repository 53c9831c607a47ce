package demo

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/BurntSushi/toml"
	"golang.org/x/sync/errgroup"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/people"
)

// said is what somebody says of themselves, as written in profiles.toml. Of each expertise the first is the name, the others the keys of who
// endorses it.
type said struct {
	Key          string
	Mobile       string
	MobileHidden bool   `toml:"mobile_hidden"`
	WorkingOn    string `toml:"working_on"`
	LongHair     bool   `toml:"long_hair"` // on the drawn face
	Languages    []string
	Expertise    [][]string
}

// loadProfiles has everybody say who they are and what they know, and then their colleagues whom they trust with it. Who has said something
// before is left alone. Every fourth has no photo, as in any company.
func loadProfiles(ctx context.Context, t Target, staff Staff) error {
	var file struct{ Profile []*said }
	if _, err := toml.DecodeFS(content, "content/profiles.toml", &file); err != nil {
		return err
	}
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(2) // as many pictures as are read at once
	var fresh []*said
	for i, p := range file.Profile {
		u := staff[p.Key]
		if u == nil {
			return fmt.Errorf("nobody is called %q", p.Key)
		}
		now, err := t.People.User(ctx, u.Viewer(), u.ID)
		if err != nil {
			return err
		}
		if len(now.Expertise) > 0 {
			continue
		}
		fresh = append(fresh, p)
		if err := p.say(ctx, t, now); err != nil {
			return fmt.Errorf("%s: %w", p.Key, err)
		}
		if i%4 != 3 {
			g.Go(func() error {
				return t.People.SetPhoto(gctx, u.Viewer(), bytes.NewReader(portrait(p.Key, now.Function, p.LongHair)), people.Crop{})
			})
		}
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for _, p := range fresh {
		if err := p.endorse(ctx, t, staff); err != nil {
			return fmt.Errorf("%s: %w", p.Key, err)
		}
	}
	return nil
}

func (p *said) say(ctx context.Context, t Target, u *people.User) error {
	profile := u.Profile()
	profile.Mobile, profile.MobileHidden, profile.WorkingOn, profile.Languages = p.Mobile, p.MobileHidden, p.WorkingOn, p.Languages
	for _, names := range p.Expertise {
		profile.Expertise = append(profile.Expertise, names[0])
	}
	return t.People.UpdateProfile(ctx, u.Viewer(), profile)
}

func (p *said) endorse(ctx context.Context, t Target, staff Staff) error {
	u, err := t.People.User(ctx, staff[p.Key].Viewer(), staff[p.Key].ID)
	if err != nil {
		return err
	}
	for _, names := range p.Expertise {
		i := slices.IndexFunc(u.Expertise, func(k *people.Skill) bool { return k.Name == names[0] })
		if i < 0 {
			return errs.NotFound("expertise")
		}
		for _, key := range names[1:] {
			if staff[key] == nil {
				return fmt.Errorf("nobody is called %q", key)
			}
			if err := t.People.Endorse(ctx, staff[key].Viewer(), u.ID, u.Expertise[i].ID); err != nil {
				return err
			}
		}
	}
	return nil
}
