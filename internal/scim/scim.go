// Package scim is SCIM 2.0 (RFC 7643 and 7644): the company's identity service, such as Entra ID or Okta, writes who works there, and what groups
// they are in, at /scim/v2.
//
// It turns resources into what package people knows (Provisioned, ProvisionedGroup) and back, and decides nothing: what account somebody gets
// and what a group means is people's to say, by the same plan and rules as for a directory. A resource is a map of the attributes in one table
// (attribute.go), from which come the schemas that we tell, what is kept of what was sent, and what a PATCH may reach. What the services send beside
// the standard is taken as they document it: "True" for true, "name.givenName" as a key, members to remove as a value.
//
// Whoever asks has a token of its own kind, made by an administrator; a person's opens nothing here.
package scim

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/internal/people"
)

// Options are what the package needs.
type Options struct {
	People *people.Service
	URL    string // public address, for where resources are; empty = what the request says
}

type server struct{ Options }

// Routes is everything that an identity service may call.
func Routes(o Options) []httpd.Route {
	s := &server{o}
	row := func(method, path string, h func(c *fiber.Ctx, v auth.Viewer) error) httpd.Route {
		return httpd.Route{Method: method, Path: httpd.SCIMPath + path, Access: httpd.Service, Handler: func(c *fiber.Ctx) error { return h(c, httpd.Viewer(c)) }}
	}
	return []httpd.Route{
		row(fiber.MethodGet, "/ServiceProviderConfig", s.config),
		row(fiber.MethodGet, "/ResourceTypes", s.resourceTypes),
		row(fiber.MethodGet, "/ResourceTypes/:name", s.resourceType),
		row(fiber.MethodGet, "/Schemas", s.schemas),
		row(fiber.MethodGet, "/Schemas/:name", s.schema),

		row(fiber.MethodGet, "/Users", s.userList),
		row(fiber.MethodPost, "/Users", s.userCreate),
		row(fiber.MethodGet, "/Users/:id", s.userShow),
		row(fiber.MethodPut, "/Users/:id", s.userReplace),
		row(fiber.MethodPatch, "/Users/:id", s.userPatch),
		row(fiber.MethodDelete, "/Users/:id", s.userDelete),

		row(fiber.MethodGet, "/Groups", s.groupList),
		row(fiber.MethodPost, "/Groups", s.groupCreate),
		row(fiber.MethodGet, "/Groups/:id", s.groupShow),
		row(fiber.MethodPut, "/Groups/:id", s.groupReplace),
		row(fiber.MethodPatch, "/Groups/:id", s.groupPatch),
		row(fiber.MethodDelete, "/Groups/:id", s.groupDelete),
	}
}

// mediaType is what SCIM calls its JSON.
const mediaType = "application/scim+json"

func send(c *fiber.Ctx, status int, body any) error {
	return c.Status(status).JSON(body, mediaType)
}

// address is where something of ours is.
func (s *server) address(c *fiber.Ctx, path string) string {
	base := s.URL
	if base == "" {
		base = c.BaseURL()
	}
	return base + httpd.SCIMPath + path
}

// failure is an error as SCIM has it: a status with the kind that RFC 7644, section 3.12, knows.
type failure struct {
	status       int
	kind, detail string
}

func (f *failure) Error() string { return f.kind + ": " + f.detail }

// bad is a request that cannot be. The detail goes into the log too: it names no person.
func bad(kind, detail string) error {
	return errs.Invalid("error.invalid").Because(&failure{fiber.StatusBadRequest, kind, detail})
}

// The kinds.
const (
	invalidFilter = "invalidFilter"
	invalidPath   = "invalidPath"
	invalidSyntax = "invalidSyntax"
	invalidValue  = "invalidValue"
	noTarget      = "noTarget"
	uniqueness    = "uniqueness"
)

// Fail answers a request with an error. Services show the details to administrators, in logs that are English.
func Fail(c *fiber.Ctx, err error) error {
	var f *failure
	if !errors.As(err, &f) {
		f = failureOf(httpd.Report(c, err))
	}
	out := fiber.Map{"schemas": []string{"urn:ietf:params:scim:api:messages:2.0:Error"}, "status": itoa(f.status), "detail": f.detail}
	if f.kind != "" {
		out["scimType"] = f.kind
	}
	if f.status == fiber.StatusUnauthorized {
		c.Set(fiber.HeaderWWWAuthenticate, `Bearer realm="Aanpak SCIM"`)
	}
	return send(c, f.status, out)
}

func failureOf(e *errs.Error) *failure {
	l := i18n.For("en")
	f := &failure{status: httpd.Status(e.Kind), detail: l.Message(e.Message)}
	switch e.Kind {
	case errs.KindInvalid:
		f.status, f.kind = fiber.StatusBadRequest, invalidValue
	case errs.KindConflict:
		f.kind = uniqueness
	case errs.KindUnauthorized:
		f.detail = "A valid token of the kind that an administrator makes under Provisioning (SCIM) is needed."
	}
	var fields []string
	for _, field := range e.Fields {
		fields = append(fields, field.Field+": "+l.Message(field.Message))
	}
	f.detail = strings.Join(append([]string{f.detail}, fields...), " ")
	return f
}

// body reads a JSON object.
func body(c *fiber.Ctx) (map[string]any, error) {
	var m map[string]any
	if err := json.Unmarshal(c.Body(), &m); err != nil || m == nil {
		return nil, bad(invalidSyntax, "The body must be a JSON object.")
	}
	return m, nil
}
