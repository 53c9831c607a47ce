package scim

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/people"
)

// groupMap is a group as attributes.
func groupMap(g *people.ProvisionedGroup) map[string]any {
	m := map[string]any{"displayName": g.Name}
	set(m, "externalId", g.ExternalID)
	members := []any{}
	for _, id := range g.Members {
		members = append(members, map[string]any{"value": id})
	}
	set(m, "members", members)
	return m
}

// fillGroup writes attributes into a group.
func fillGroup(g *people.ProvisionedGroup, m map[string]any) error {
	if err := groups.check(m); err != nil {
		return err
	}
	g.Name, g.ExternalID, g.Members = textOf(m["displayName"]), textOf(m["externalId"]), nil
	for _, v := range listOf(m["members"]) {
		if one, ok := v.(map[string]any); ok {
			g.Members = append(g.Members, textOf(one["value"]))
		}
	}
	return nil
}

// groupOf is the resource of a group, as it is shown.
func (s *server) groupOf(c *fiber.Ctx, g *people.ProvisionedGroup) map[string]any {
	m := groupMap(g)
	m["schemas"], m["id"] = []string{groupSchema}, g.ID
	m["meta"] = s.meta(c, "Group", "/Groups/"+g.ID, g.CreatedAt, g.UpdatedAt)
	for _, v := range listOf(m["members"]) {
		one := v.(map[string]any)
		one["type"], one["$ref"] = "User", s.address(c, "/Users/"+textOf(one["value"]))
	}
	return m
}

func (s *server) groupCreate(c *fiber.Ctx, v auth.Viewer) error {
	in, err := body(c)
	if err != nil {
		return err
	}
	m, err := groups.clean(in)
	if err != nil {
		return err
	}
	g := &people.ProvisionedGroup{}
	if err := fillGroup(g, m); err != nil {
		return err
	}
	if err := s.People.ProvisionGroup(c.UserContext(), v, g); err != nil {
		return err
	}
	c.Set(fiber.HeaderLocation, s.address(c, "/Groups/"+g.ID))
	return send(c, fiber.StatusCreated, chosen(c, s.groupOf(c, g)))
}

func (s *server) groupShow(c *fiber.Ctx, v auth.Viewer) error {
	g, err := s.People.ProvisionedGroup(c.UserContext(), v, c.Params("id"))
	if err != nil {
		return err
	}
	return send(c, fiber.StatusOK, chosen(c, s.groupOf(c, g)))
}

func (s *server) groupReplace(c *fiber.Ctx, v auth.Viewer) error {
	in, err := body(c)
	if err != nil {
		return err
	}
	m, err := groups.clean(in)
	if err != nil {
		return err
	}
	return s.groupChange(c, v, func(map[string]any) (map[string]any, error) { return m, nil })
}

func (s *server) groupPatch(c *fiber.Ctx, v auth.Viewer) error {
	p, err := readPatch(c.Body())
	if err != nil {
		return err
	}
	return s.groupChange(c, v, func(m map[string]any) (map[string]any, error) { return m, p.apply(groups, m) })
}

func (s *server) groupChange(c *fiber.Ctx, v auth.Viewer, change func(map[string]any) (map[string]any, error)) error {
	g, err := s.People.ChangeProvisionedGroup(c.UserContext(), v, c.Params("id"), func(g *people.ProvisionedGroup) error {
		m, err := change(groupMap(g))
		if err != nil {
			return err
		}
		return fillGroup(g, m)
	})
	if err != nil {
		return err
	}
	return send(c, fiber.StatusOK, chosen(c, s.groupOf(c, g)))
}

func (s *server) groupDelete(c *fiber.Ctx, v auth.Viewer) error {
	if err := s.People.UnprovisionGroup(c.UserContext(), v, c.Params("id")); err != nil {
		return err
	}
	return c.SendStatus(fiber.StatusNoContent)
}

// groupList shows groups, with their members unless it is asked to leave them out.
func (s *server) groupList(c *fiber.Ctx, v auth.Viewer) error {
	text := c.Query("filter")
	e, err := parseFilter(text)
	if err != nil {
		return err
	}
	list, err := s.People.ProvisionedGroups(c.UserContext(), v)
	if err != nil {
		return err
	}
	if strings.Contains(strings.ToLower(text), "members") {
		if err := s.withMembers(c, v, list); err != nil {
			return err
		}
	}
	list = slices.DeleteFunc(list, func(g *people.ProvisionedGroup) bool { return !matches(e, s.groupOf(c, g)) })
	from, to, err := page(c, len(list))
	if err != nil {
		return err
	}
	shown := list[from:to]
	if chosen(c, map[string]any{"members": true})["members"] != nil {
		if err := s.withMembers(c, v, shown); err != nil {
			return err
		}
	}
	found := make([]map[string]any, len(shown))
	for i, g := range shown {
		found[i] = s.groupOf(c, g)
	}
	return sendList(c, found, from, len(list))
}

func (s *server) withMembers(c *fiber.Ctx, v auth.Viewer, list []*people.ProvisionedGroup) error {
	for i, g := range list {
		full, err := s.People.ProvisionedGroup(c.UserContext(), v, g.ID)
		if errs.Is(err, errs.KindNotFound) {
			continue // removed since
		}
		if err != nil {
			return err
		}
		list[i] = full
	}
	return nil
}
