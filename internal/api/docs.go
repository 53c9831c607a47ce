package api

import (
	"bytes"
	_ "embed"
	"html/template"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/httpd"
)

//go:embed docs.html
var docsHTML string

var docsPage = template.Must(template.New("docs").Parse(docsHTML))

// docs serves a readable page of the description, from our own origin and without script.
func (a *API) docs() {
	a.Server.Mount([]httpd.Route{{Method: fiber.MethodGet, Path: "/api/docs", Access: httpd.Public, Handler: func(c *fiber.Ctx) error {
		var b bytes.Buffer
		if err := docsPage.Execute(&b, docsOf(a.OpenAPI())); err != nil {
			return err
		}
		c.Set(fiber.HeaderContentType, "text/html; charset=utf-8")
		// The page brings its few rules of style along, so that it reads without the rest of the site.
		c.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'")
		return c.Send(b.Bytes())
	}}})
}

// docsView is what the page shows.
type docsView struct {
	Title, Version, Description string
	Operations                  []docsOperation
}

type docsOperation struct {
	Method, Path, Summary, Tag string
	Params                     []docsParam
	Answers                    []string
}

type docsParam struct {
	Name, In, Doc string
	Required      bool
}

func docsOf(o *huma.OpenAPI) docsView {
	v := docsView{Title: o.Info.Title, Version: o.Info.Version, Description: o.Info.Description}
	for path, item := range o.Paths {
		for method, op := range map[string]*huma.Operation{"GET": item.Get, "POST": item.Post, "PATCH": item.Patch, "DELETE": item.Delete} {
			if op != nil {
				v.Operations = append(v.Operations, docsOperationOf(method, path, op))
			}
		}
	}
	slices.SortFunc(v.Operations, func(a, b docsOperation) int {
		return strings.Compare(a.Tag+a.Path+a.Method, b.Tag+b.Path+b.Method)
	})
	return v
}

func docsOperationOf(method, path string, op *huma.Operation) docsOperation {
	d := docsOperation{Method: method, Path: path, Summary: op.Summary, Tag: strings.Join(op.Tags, " ")}
	for _, p := range op.Parameters {
		d.Params = append(d.Params, docsParam{p.Name, p.In, p.Description, p.Required})
	}
	if op.RequestBody != nil {
		for kind, m := range op.RequestBody.Content {
			for name, s := range m.Schema.Properties {
				d.Params = append(d.Params, docsParam{name, kind, s.Description, slices.Contains(m.Schema.Required, name)})
			}
		}
	}
	slices.SortFunc(d.Params, func(a, b docsParam) int { return strings.Compare(a.In+a.Name, b.In+b.Name) })
	for status := range op.Responses {
		d.Answers = append(d.Answers, status)
	}
	slices.Sort(d.Answers)
	return d
}
