package scim

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
)

// config says what this implementation can do.
func (s *server) config(c *fiber.Ctx, _ auth.Viewer) error {
	can := func(yes bool) fiber.Map { return fiber.Map{"supported": yes} }
	return send(c, fiber.StatusOK, fiber.Map{
		"schemas":        []string{"urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"},
		"patch":          can(true),
		"bulk":           fiber.Map{"supported": false, "maxOperations": 0, "maxPayloadSize": 0},
		"filter":         fiber.Map{"supported": true, "maxResults": maxCount},
		"changePassword": can(false), "sort": can(false), "etag": can(false),
		"authenticationSchemes": []fiber.Map{{
			"type": "oauthbearertoken", "name": "Bearer token", "description": "A token that an administrator makes under Provisioning (SCIM).", "primary": true,
		}},
		"meta": fiber.Map{"resourceType": "ServiceProviderConfig", "location": s.address(c, "/ServiceProviderConfig")},
	})
}

func (s *server) allTypes(c *fiber.Ctx) []map[string]any {
	row := func(name, endpoint, schema string) map[string]any {
		return fiber.Map{
			"schemas": []string{"urn:ietf:params:scim:schemas:core:2.0:ResourceType"}, "id": name, "name": name, "endpoint": endpoint, "schema": schema,
			"meta": fiber.Map{"resourceType": "ResourceType", "location": s.address(c, "/ResourceTypes/"+name)},
		}
	}
	user := row("User", "/Users", userSchema)
	user["schemaExtensions"] = []fiber.Map{{"schema": enterpriseSchema, "required": false}}
	return []map[string]any{user, row("Group", "/Groups", groupSchema)}
}

func (s *server) resourceTypes(c *fiber.Ctx, _ auth.Viewer) error {
	list := s.allTypes(c)
	return sendList(c, list, 0, len(list))
}

func (s *server) resourceType(c *fiber.Ctx, _ auth.Viewer) error { return sendOne(c, s.allTypes(c)) }

// sendOne answers with the one whose id is in the path.
func sendOne(c *fiber.Ctx, list []map[string]any) error {
	for _, one := range list {
		if one["id"] == c.Params("name") {
			return send(c, fiber.StatusOK, one)
		}
	}
	return errs.NotFound("page")
}

func (s *server) allSchemas(c *fiber.Ctx) []map[string]any {
	extension := find(users, enterpriseSchema)
	var list []map[string]any
	for _, d := range []struct {
		id, name string
		list     []attribute
	}{{userSchema, "User", users}, {enterpriseSchema, "EnterpriseUser", extension.sub}, {groupSchema, "Group", groups}} {
		list = append(list, fiber.Map{
			"schemas": []string{"urn:ietf:params:scim:schemas:core:2.0:Schema"}, "id": d.id, "name": d.name, "attributes": describe(d.list),
			"meta": fiber.Map{"resourceType": "Schema", "location": s.address(c, "/Schemas/"+d.id)},
		})
	}
	return list
}

func (s *server) schemas(c *fiber.Ctx, _ auth.Viewer) error {
	list := s.allSchemas(c)
	return sendList(c, list, 0, len(list))
}

func (s *server) schema(c *fiber.Ctx, _ auth.Viewer) error { return sendOne(c, s.allSchemas(c)) }

// describe tells of attributes as RFC 7643, section 7, has it.
func describe(list []attribute) []fiber.Map {
	out := []fiber.Map{}
	for _, a := range list {
		if strings.HasPrefix(a.name, "urn:") {
			continue // a schema of its own
		}
		d := fiber.Map{
			"name": a.name, "type": string(a.kind), "multiValued": a.many, "description": a.said, "required": a.required, "caseExact": false,
			"mutability": "readWrite", "returned": "default", "uniqueness": "none",
		}
		if a.unique {
			d["uniqueness"] = "server"
		}
		if a.readOnly {
			d["mutability"] = "readOnly"
		}
		if len(a.sub) > 0 {
			d["subAttributes"] = describe(a.sub)
		}
		out = append(out, d)
	}
	return out
}
