package demo

import (
	"context"
	"fmt"

	"github.com/BurntSushi/toml"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/groups"
)

// circle is a group of people as written in groups.toml. People are named by their keys.
type circle struct {
	Key, Name, About                string
	Kind                            groups.Kind
	Official                        bool
	Owners, Members, Asked, Invited []string
}

// loadGroups brings in the groups that are not there yet, and returns the ids of all by key. Who is in them is left alone afterwards.
func loadGroups(ctx context.Context, t Target, staff Staff) (map[string]string, error) {
	var file struct{ Group []*circle }
	if _, err := toml.DecodeFS(content, "content/groups.toml", &file); err != nil {
		return nil, err
	}
	ids := map[string]string{}
	for _, c := range file.Group {
		id, err := c.ensure(ctx, t, staff)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.Key, err)
		}
		ids[c.Key] = id
	}
	return ids, nil
}

func (c *circle) ensure(ctx context.Context, t Target, staff Staff) (string, error) {
	for _, keys := range [][]string{c.Owners, c.Members, c.Asked, c.Invited} {
		for _, k := range keys {
			if staff[k] == nil {
				return "", fmt.Errorf("nobody is called %q", k)
			}
		}
	}
	first := staff[c.Owners[0]].Viewer()
	there, err := t.Groups.List(ctx, first, groups.Filter{Query: c.Name})
	if err != nil {
		return "", err
	}
	for _, g := range there {
		if g.Name == c.Name {
			return g.ID, nil
		}
	}
	g, err := t.Groups.Create(ctx, first, groups.Input{Name: c.Name, About: c.About, Kind: c.Kind})
	if err != nil {
		return "", err
	}
	if c.Official {
		if _, err := t.Groups.Update(ctx, auth.System(), g.ID, groups.Input{Name: c.Name, About: c.About, Kind: c.Kind, Official: true}); err != nil {
			return "", err
		}
	}
	return g.ID, c.fill(ctx, t, staff, g.ID)
}

// fill lets people in as they would come in themselves: invited, and then joining.
func (c *circle) fill(ctx context.Context, t Target, staff Staff, id string) error {
	first := staff[c.Owners[0]].Viewer()
	for _, k := range append(c.Owners[1:], c.Members...) {
		if err := t.Groups.Add(ctx, first, id, staff[k].ID); err != nil {
			return err
		}
		if _, err := t.Groups.Join(ctx, staff[k].Viewer(), id); err != nil {
			return err
		}
	}
	for _, k := range c.Owners[1:] {
		if err := t.Groups.SetOwner(ctx, first, id, staff[k].ID, true); err != nil {
			return err
		}
	}
	for _, k := range c.Asked {
		if _, err := t.Groups.Join(ctx, staff[k].Viewer(), id); err != nil {
			return err
		}
	}
	for _, k := range c.Invited {
		if err := t.Groups.Add(ctx, first, id, staff[k].ID); err != nil {
			return err
		}
	}
	return nil
}
