// Package api is the JSON API under /api/v1: the same services as the pages, described by OpenAPI 3.1.
//
// Operations are declared with huma, so that the description is made from the code that answers. Uploads and files go past
// huma's buffers through httpd, and are described by hand beside their handlers. Errors are application/problem+json.
package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/find"
	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/insight"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/lookin"
	"github.com/aanpak/aanpak/internal/notify"
	"github.com/aanpak/aanpak/internal/opening"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/reuse"
	"github.com/aanpak/aanpak/internal/share"
	"github.com/aanpak/aanpak/internal/social"
	"github.com/aanpak/aanpak/internal/spotlight"
	"github.com/aanpak/aanpak/internal/tenders"
)

const base = "/api/v1"

// Options are the services behind the API.
type Options struct {
	Server    *httpd.Server
	People    *people.Service
	Notify    *notify.Service
	Groups    *groups.Service
	Tenders   *tenders.Service
	Library   *library.Service
	Reuse     *reuse.Service
	Spotlight *spotlight.Service
	Social    *social.Service
	Opening   *opening.Service
	Insight   *insight.Service
	Find      *find.Service
	Questions *find.Questions
	LookIn    *lookin.Service
	Share     *share.Service
	URL       string // public address, for links to send; empty = what the request says
	Version   string
}

// API is the mounted API.
type API struct {
	Options
	huma huma.API
}

// Mount adds the API to the server.
func Mount(o Options) *API {
	huma.NewErrorWithContext = newProblem
	huma.NewError = func(status int, msg string, _ ...error) huma.StatusError { // what the description shows
		return &Problem{Status: status, Detail: msg}
	}
	cfg := huma.DefaultConfig("Aanpak", o.Version)
	cfg.OpenAPIPath = "/api/openapi" // huma adds .json and .yaml
	cfg.DocsPath = ""
	cfg.SchemasPath = ""
	cfg.CreateHooks = nil // no "$schema" in answers
	cfg.Info.Description = "Documents, tenders, people and search of Aanpak. Sign in with a token from Settings: `Authorization: Bearer TOKEN`."
	cfg.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer"}}
	cfg.Security = []map[string][]string{{"token": {}}}
	a := &API{Options: o}
	a.huma = humafiber.New(o.Server.App, cfg)
	a.huma.UseMiddleware(a.signedIn)
	a.documents()
	a.files()
	a.search()
	a.others()
	a.groups()
	a.notifications()
	a.team()
	a.shares()
	a.spotlights()
	a.reuse()
	a.social()
	a.opening()
	a.moderation()
	a.insight()
	a.docs()
	a.nullable("Document", "tender")
	a.nullable("Use", "tender")
	a.nullable("Outdated", "answered_by")
	return a
}

// social declares what people say to each other.
func (a *API) social() {
	a.posts()
	a.news()
	a.postPhotos()
	a.comments()
	a.reactions()
	a.follows()
	a.proposals()
	for _, schema := range []string{"Post", "Remark"} {
		a.nullable(schema, "about")
		a.nullable(schema, "poll")
		a.nullable(schema, "link_preview")
	}
}

// nullable says of a field that refers to another schema that it may be null, which huma can say of simple types only.
func (a *API) nullable(schema, field string) {
	s := a.huma.OpenAPI().Components.Schemas.Map()[schema]
	s.Properties[field] = &huma.Schema{AnyOf: []*huma.Schema{s.Properties[field], {Type: "null"}}}
}

// OpenAPI returns the description.
func (a *API) OpenAPI() *huma.OpenAPI { return a.huma.OpenAPI() }

// signedIn refuses nobody's requests before anything of them is read, and hands handlers the request's localizer.
func (a *API) signedIn(ctx huma.Context, next func(huma.Context)) {
	c := humafiber.Unwrap(ctx)
	if err := httpd.SignedIn.Check(c); err != nil {
		p := problemOf(c, err)
		c.Status(p.Status)
		_ = p.send(c)
		return
	}
	next(huma.WithValue(ctx, requestKey{}, c))
}

type requestKey struct{}

// request returns the Fiber request behind an operation's context.
func request(ctx context.Context) *fiber.Ctx {
	c, _ := ctx.Value(requestKey{}).(*fiber.Ctx)
	return c
}

func viewer(ctx context.Context) auth.Viewer { return httpd.Viewer(request(ctx)) }

// register declares an operation whose errors become problems.
func register[I, O any](a *API, op huma.Operation, f func(context.Context, *I) (*O, error)) {
	op.Path = base + op.Path
	op.Errors = []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusInternalServerError, http.StatusServiceUnavailable}
	if op.Method != http.MethodGet {
		op.Errors = append(op.Errors, http.StatusBadRequest, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusTooManyRequests)
	}
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := f(ctx, in)
		if err != nil {
			return nil, problemOf(request(ctx), err)
		}
		return out, nil
	})
}

// Body wraps an answer.
type Body[T any] struct{ Body T }

// List is a page of items.
type List[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next" doc:"Cursor of the next page for the parameter after; empty on the last page."`
}

// Paging are the parameters of a list.
type Paging struct {
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"Items a page."`
	After string `query:"after" doc:"The cursor next of the page before."`
}
