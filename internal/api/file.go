package api

import (
	"context"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/library"
)

// files declares the calls whose bodies are files: they stream, so they are routes of their own, described by hand.
func (a *API) files() {
	a.Options.Server.Mount([]httpd.Route{
		{Method: http.MethodPost, Path: base + "/documents", Access: httpd.SignedIn, Handler: a.upload},
		{Method: http.MethodPost, Path: base + "/documents/:id/versions", Access: httpd.SignedIn, Handler: a.addVersion},
		{Method: http.MethodGet, Path: base + "/documents/:id/file", Access: httpd.SignedIn, Handler: a.file},
		{Method: http.MethodGet, Path: base + "/documents/:id/pages/:n/image", Access: httpd.SignedIn, Handler: a.image},
		{Method: http.MethodPut, Path: base + "/me/photo", Access: httpd.SignedIn, Handler: a.putPhoto},
		{Method: http.MethodGet, Path: base + "/users/:id/photo", Access: httpd.SignedIn, Handler: a.photo},
	})
	text := func(doc string) *huma.Schema { return &huma.Schema{Type: "string", Description: doc} }
	file := &huma.Schema{Type: "string", Format: "binary", Description: "The file."}
	fields := map[string]*huma.Schema{
		"file": file, "title": text("Default: the file's name without its ending."), "kind": text("Default: guessed from the name."),
		"tender_id": text("Id of a tender."), "branch": text("Id or name; default: the caller's."),
		"audience": text("company (default), branch, branch:ID,…, group:ID,…, tender, calculators (the tender's team and the calculators of the branch; default of calculations) or people:ID,…"),
		"tags":     text("Separated by commas, or the field repeated."), "language": text("ISO 639-1; default: detected."),
	}
	made := a.describe(&Document{}, "The document")
	made.Headers = map[string]*huma.Param{"Location": {Schema: text("Address of the document.")}}
	a.add("upload-document", http.MethodPost, "/documents", "Upload a document", fields, map[string]*huma.Response{"201": made})
	a.add("add-version", http.MethodPost, "/documents/{id}/versions", "Add a version to a document", map[string]*huma.Schema{"file": file},
		map[string]*huma.Response{"201": a.describe(&Document{}, "The document")})
	binary := func(doc string, types ...string) *huma.Response {
		r := &huma.Response{Description: doc, Content: map[string]*huma.MediaType{}}
		for _, t := range types {
			r.Content[t] = &huma.MediaType{Schema: &huma.Schema{Type: "string", Format: "binary"}}
		}
		return r
	}
	a.add("get-file", http.MethodGet, "/documents/{id}/file", "Download the original", nil, map[string]*huma.Response{
		"200": binary("The file", "*/*"), "206": binary("A part of the file, by Range", "*/*"),
		"304": {Description: "Not changed since ETag"}, "416": {Description: "No such range"},
	}, query("version", "Number of a version; the newest when left out."))
	a.add("get-page-image", http.MethodGet, "/documents/{id}/pages/{n}/image", "Read a page as a picture", nil,
		map[string]*huma.Response{"200": binary("The picture", "image/jpeg", "image/png")}, query("width", "Pixels; rounded up to 160, 320, 800 or 1600."))
	part := &huma.Schema{Type: "number", Minimum: new(float64(0)), Maximum: new(float64(1))}
	a.add("put-photo", http.MethodPut, "/me/photo", "Set one's own photo: JPEG, PNG or WebP, of which x, y and side are the square that is kept, in parts of its width, height and shorter side; default: the middle",
		map[string]*huma.Schema{"file": file, "x": part, "y": part, "side": part}, map[string]*huma.Response{"204": {Description: "Done"}})
	a.add("get-photo", http.MethodGet, "/users/{id}/photo", "Read a photo", nil, map[string]*huma.Response{"200": binary("The photo, square", "image/jpeg"), "304": {Description: "Not changed since ETag"}},
		query("size", "Pixels; rounded up to 96 or 480."))
}

func query(name, doc string) *huma.Param {
	return &huma.Param{Name: name, In: "query", Description: doc, Schema: &huma.Schema{Type: "integer", Minimum: new(float64(1))}}
}

// tagOf is under what a call stands in the description.
func tagOf(path string) string {
	switch {
	case strings.HasSuffix(path, "/photo"):
		return "People"
	case strings.HasPrefix(path, "/posts/"):
		return "Posts"
	}
	return "Documents"
}

// describe makes the answer with a body of a type.
func (a *API) describe(v any, doc string) *huma.Response {
	schema := a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeOf(v).Elem(), true, "")
	return &huma.Response{Description: doc, Content: map[string]*huma.MediaType{"application/json": {Schema: schema}}}
}

// add writes an operation into the description.
func (a *API) add(id, method, path, summary string, form map[string]*huma.Schema, responses map[string]*huma.Response, params ...*huma.Param) {
	op := &huma.Operation{OperationID: id, Method: method, Path: base + path, Summary: summary, Tags: []string{tagOf(path)}, Responses: responses, Parameters: params}
	for part := range strings.SplitSeq(path, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			op.Parameters = append(op.Parameters, &huma.Param{Name: strings.TrimSuffix(name, "}"), In: "path", Required: true, Schema: &huma.Schema{Type: "string"}})
		}
	}
	if form != nil {
		op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
			"multipart/form-data": {Schema: &huma.Schema{Type: "object", Properties: form, Required: []string{"file"}}},
		}}
	}
	problem := a.describe(&Problem{}, "What is wrong")
	problem.Content = map[string]*huma.MediaType{"application/problem+json": problem.Content["application/json"]}
	op.Responses["default"] = problem
	a.huma.OpenAPI().AddOperation(op)
}

// upload takes one file as a stream. Fields before it are checked before it is stored; those after it count as well.
func (a *API) upload(c *fiber.Ctx) error {
	form, err := httpd.ReadForm(c)
	if err != nil {
		return err
	}
	ctx := a.Server.Unbounded(c)
	name, body, err := form.NextFile()
	if httpd.IsEnd(err) {
		return errs.Invalid("error.invalid").Field("file", "error.field.file")
	}
	if err != nil {
		return err
	}
	m, err := a.metaOf(ctx, form)
	if err != nil {
		return err
	}
	d, err := a.Library.Upload(ctx, httpd.Viewer(c), library.File{Name: name, Size: -1, Body: body, Late: a.late(form)}, m)
	if err != nil {
		return err
	}
	return a.created(c, ctx, d)
}

// late is what a form says after its file.
func (a *API) late(form *httpd.Form) func(context.Context) (*library.Meta, error) {
	return func(ctx context.Context) (*library.Meta, error) {
		more, err := form.Rest()
		if err != nil || !more {
			return nil, err
		}
		m, err := a.metaOf(ctx, form)
		return &m, err
	}
}

func (a *API) created(c *fiber.Ctx, ctx context.Context, d *library.Document) error {
	copies, err := a.Library.ExactCopies(ctx, httpd.Viewer(c), d)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderLocation, base+"/documents/"+d.ID)
	return c.Status(fiber.StatusCreated).JSON(a.document(c, d, copies))
}

// metaOf reads the fields that came before the file.
func (a *API) metaOf(ctx context.Context, form *httpd.Form) (m library.Meta, err error) {
	text := func(name string) *string {
		if v, ok := form.Value(name); ok && v != "" {
			return &v
		}
		return nil
	}
	m = library.Meta{
		Title: text("title"), Kind: (*library.Kind)(text("kind")), TenderID: text("tender_id"), BranchID: text("branch"), Audience: text("audience"), Language: text("language"),
	}
	if tags := form.Values["tags"]; len(tags) > 0 {
		list := strings.Split(strings.Join(tags, ","), ",")
		m.Tags = &list
	}
	return m, a.branchID(ctx, m.BranchID)
}

func (a *API) addVersion(c *fiber.Ctx) error {
	form, err := httpd.ReadForm(c)
	if err != nil {
		return err
	}
	ctx := a.Server.Unbounded(c)
	name, body, err := form.NextFile()
	if httpd.IsEnd(err) {
		return errs.Invalid("error.invalid").Field("file", "error.field.file")
	}
	if err != nil {
		return err
	}
	d, err := a.Library.AddVersion(ctx, httpd.Viewer(c), c.Params("id"), library.File{Name: name, Size: -1, Body: body})
	if err != nil {
		return err
	}
	return a.created(c, ctx, d)
}

func (a *API) file(c *fiber.Ctx) error {
	number, err := intQuery(c, "version")
	if err != nil {
		return err
	}
	_, ver, err := a.Library.Version(c.UserContext(), httpd.Viewer(c), c.Params("id"), number)
	if err != nil {
		return err
	}
	if httpd.FromStart(c) {
		if err := a.Library.RecordDownload(c.UserContext(), httpd.Viewer(c), ver); err != nil {
			return err
		}
	}
	b, err := a.Library.Open(a.Server.Unbounded(c), ver) // sent after this handler's context has ended
	if err != nil {
		return err
	}
	return httpd.Send(c, httpd.Content{
		ReadSeekCloser: b, Size: ver.Size, MediaType: ver.MediaType, Filename: ver.Filename, ETag: `"` + ver.SHA256 + `"`, Modified: ver.CreatedAt,
	})
}

// image answers with the picture of a page of the newest version that could be read.
func (a *API) image(c *fiber.Ctx) error {
	width, err := intQuery(c, "width")
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(c.Params("n"))
	if err != nil {
		return errs.NotFound("page_of_document")
	}
	_, ver, err := a.Library.Version(c.UserContext(), httpd.Viewer(c), c.Params("id"), -1)
	if err != nil {
		return err
	}
	etag := `"` + ver.ID + "-" + strconv.Itoa(n) + "-" + strconv.Itoa(width) + `"`
	c.Set(fiber.HeaderETag, etag)
	c.Set(fiber.HeaderCacheControl, "private, max-age=300")
	if c.Get(fiber.HeaderIfNoneMatch) == etag {
		return c.SendStatus(fiber.StatusNotModified)
	}
	if width == 0 {
		width = 800
	}
	img, err := a.Library.PageImage(c.UserContext(), ver, n, width)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, img.MediaType)
	return c.Send(img.Data)
}

// intQuery reads a whole number from the query; 0 where it is left out.
func intQuery(c *fiber.Ctx, name string) (int, error) {
	s := c.Query(name)
	if s == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > 100_000 {
		return 0, errs.Invalid("error.invalid").Field(name, "error.field.number")
	}
	return n, nil
}
