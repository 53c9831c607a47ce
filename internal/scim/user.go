package scim

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/people"
)

// details are what a resource says of an account.
func details(m map[string]any) people.External {
	x := people.External{
		Email: firstText(pick(m, "emails", "value"), mailLike(m["userName"])), Name: fullName(m), Function: textOf(m["title"]),
		Phone: pick(m, "phoneNumbers", "value"),
	}
	enterprise, _ := m[enterpriseSchema].(map[string]any)
	for _, s := range []string{pick(m, "addresses", "formatted"), pick(m, "addresses", "locality"), textOf(enterprise["department"])} {
		if s != "" {
			x.Branches = append(x.Branches, s)
		}
	}
	active, said := m["active"].(bool)
	x.Disabled = said && !active
	return x
}

// pick is a part of the value of a list that counts most: the primary one, else that of type work, else the first.
func pick(m map[string]any, list, part string) (best string) {
	rank := 0
	for _, v := range listOf(m[list]) {
		one, _ := v.(map[string]any)
		n := 1
		if isPrimary(v) {
			n = 3
		} else if strings.EqualFold(textOf(one["type"]), "work") {
			n = 2
		}
		if s := textOf(one[part]); s != "" && n > rank {
			best, rank = s, n
		}
	}
	return best
}

func textOf(v any) string {
	s, _ := v.(string)
	return strings.TrimSpace(s)
}

func mailLike(v any) string {
	if s := textOf(v); strings.Contains(s, "@") {
		return s
	}
	return ""
}

func firstText(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}

func fullName(m map[string]any) string {
	n, _ := m["name"].(map[string]any)
	return firstText(textOf(m["displayName"]), textOf(n["formatted"]), strings.TrimSpace(textOf(n["givenName"])+" "+textOf(n["familyName"])))
}

// fill writes a resource into a person.
func fill(p *people.Provisioned, m map[string]any) error {
	if err := users.check(m); err != nil {
		return err
	}
	raw, err := json.Marshal(m)
	if err != nil {
		return err
	}
	p.UserName, p.ExternalID, p.Attributes, p.Details = textOf(m["userName"]), textOf(m["externalId"]), string(raw), details(m)
	return nil
}

// resource is a person's attributes as they were said.
func resource(p *people.Provisioned) (map[string]any, error) {
	var m map[string]any
	if err := json.Unmarshal([]byte(p.Attributes), &m); err != nil {
		return nil, fmt.Errorf("attributes of provisioned %s: %w", p.ID, err)
	}
	return m, nil
}

// userOf is the resource of a person, as it is shown. Whether they are active is what it is here.
func (s *server) userOf(c *fiber.Ctx, p *people.Provisioned, in []*people.ProvisionedGroup) (map[string]any, error) {
	m, err := resource(p)
	if err != nil {
		return nil, err
	}
	m["schemas"], m["id"], m["active"] = []string{userSchema}, p.ID, p.Active
	if m[enterpriseSchema] != nil {
		m["schemas"] = []string{userSchema, enterpriseSchema}
	}
	m["meta"] = s.meta(c, "User", "/Users/"+p.ID, p.CreatedAt, p.UpdatedAt)
	list := []any{}
	for _, g := range in {
		list = append(list, map[string]any{"value": g.ID, "display": g.Name, "$ref": s.address(c, "/Groups/"+g.ID), "type": "direct"})
	}
	set(m, "groups", list)
	return m, nil
}

func (s *server) meta(c *fiber.Ctx, kind, path string, made, changed time.Time) map[string]any {
	return map[string]any{"resourceType": kind, "location": s.address(c, path), "created": made.UTC().Format(time.RFC3339), "lastModified": changed.UTC().Format(time.RFC3339)}
}

func (s *server) userCreate(c *fiber.Ctx, v auth.Viewer) error {
	in, err := body(c)
	if err != nil {
		return err
	}
	m, err := users.clean(in)
	if err != nil {
		return err
	}
	p := &people.Provisioned{}
	if err := fill(p, m); err != nil {
		return err
	}
	if err := s.People.Provision(c.UserContext(), v, p); err != nil {
		return err
	}
	c.Set(fiber.HeaderLocation, s.address(c, "/Users/"+p.ID))
	return s.sendUser(c, v, fiber.StatusCreated, p)
}

func (s *server) sendUser(c *fiber.Ctx, v auth.Viewer, status int, p *people.Provisioned) error {
	in, err := s.People.GroupsOfProvisioned(c.UserContext(), v, []string{p.ID})
	if err != nil {
		return err
	}
	m, err := s.userOf(c, p, in[p.ID])
	if err != nil {
		return err
	}
	return send(c, status, chosen(c, m))
}

func (s *server) userShow(c *fiber.Ctx, v auth.Viewer) error {
	list, err := s.People.AllProvisioned(c.UserContext(), v, people.ProvisionedFilter{ID: c.Params("id")})
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return errs.NotFound("user")
	}
	return s.sendUser(c, v, fiber.StatusOK, list[0])
}

func (s *server) userReplace(c *fiber.Ctx, v auth.Viewer) error {
	in, err := body(c)
	if err != nil {
		return err
	}
	m, err := users.clean(in)
	if err != nil {
		return err
	}
	return s.userChange(c, v, func(map[string]any) (map[string]any, error) { return m, nil })
}

func (s *server) userPatch(c *fiber.Ctx, v auth.Viewer) error {
	p, err := readPatch(c.Body())
	if err != nil {
		return err
	}
	return s.userChange(c, v, func(m map[string]any) (map[string]any, error) { return m, p.apply(users, m) })
}

// userChange writes what becomes of a person's attributes.
func (s *server) userChange(c *fiber.Ctx, v auth.Viewer, change func(map[string]any) (map[string]any, error)) error {
	p, err := s.People.ChangeProvisioned(c.UserContext(), v, c.Params("id"), func(p *people.Provisioned) (before people.External, err error) {
		m, err := resource(p)
		if err != nil {
			return before, err
		}
		before = details(m)
		if m, err = change(m); err != nil {
			return before, err
		}
		return before, fill(p, m)
	})
	if err != nil {
		return err
	}
	return s.sendUser(c, v, fiber.StatusOK, p)
}

func (s *server) userDelete(c *fiber.Ctx, v auth.Viewer) error {
	if err := s.People.Unprovision(c.UserContext(), v, c.Params("id")); err != nil {
		return err
	}
	return c.SendStatus(fiber.StatusNoContent)
}

// userList answers what services ask before they make somebody (by userName, externalId or id) from the database, and any other filter by looking
// at everybody.
func (s *server) userList(c *fiber.Ctx, v auth.Viewer) error {
	e, err := parseFilter(c.Query("filter"))
	if err != nil {
		return err
	}
	var f people.ProvisionedFilter
	if attr, value, ok := equals(e); ok && value != "" {
		switch attr {
		case "id":
			f.ID, e = value, nil
		case "username":
			f.UserName, e = value, nil
		case "externalid":
			f.ExternalID, e = value, nil
		}
	}
	list, err := s.People.AllProvisioned(c.UserContext(), v, f)
	if err != nil {
		return err
	}
	var found []map[string]any
	var kept []*people.Provisioned
	for _, p := range list {
		m, err := s.userOf(c, p, nil)
		if err != nil {
			return err
		}
		if matches(e, m) {
			found, kept = append(found, m), append(kept, p)
		}
	}
	from, to, err := page(c, len(found))
	if err != nil {
		return err
	}
	if err := s.addGroups(c, v, kept[from:to], found[from:to]); err != nil {
		return err
	}
	return sendList(c, found[from:to], from, len(found))
}

func (s *server) addGroups(c *fiber.Ctx, v auth.Viewer, list []*people.Provisioned, shown []map[string]any) error {
	ids := make([]string, len(list))
	for i, p := range list {
		ids[i] = p.ID
	}
	in, err := s.People.GroupsOfProvisioned(c.UserContext(), v, ids)
	if err != nil {
		return err
	}
	for i, p := range list {
		if shown[i], err = s.userOf(c, p, in[p.ID]); err != nil {
			return err
		}
	}
	return nil
}
