package api

import (
	"context"
	"io"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/social"
)

// postPhotos declares the pictures of posts, which stream like files.
func (a *API) postPhotos() {
	a.Options.Server.Mount([]httpd.Route{
		{Method: http.MethodPost, Path: base + "/posts/:id/photos", Access: httpd.SignedIn, Handler: a.addPostPhoto},
		{Method: http.MethodGet, Path: base + "/posts/:id/photos/:n", Access: httpd.SignedIn, Handler: a.postPhoto},
		{Method: http.MethodGet, Path: base + "/posts/:id/link-preview/image", Access: httpd.SignedIn, Handler: a.postPreview},
	})
	form := map[string]*huma.Schema{
		"file": {Type: "string", Format: "binary", Description: "JPEG, PNG or WebP. It is made anew: nothing but the picture is kept."},
		"alt":  {Type: "string", Description: "What it shows, for who does not see it. Before the file."},
	}
	a.add("add-post-photo", http.MethodPost, "/posts/{id}/photos", "Add a picture to one's post", form, map[string]*huma.Response{"201": a.describe(&Photo{}, "The picture")})
	a.add("get-post-photo", http.MethodGet, "/posts/{id}/photos/{n}", "Read a picture of a post", nil, map[string]*huma.Response{
		"200": {Description: "The picture", Content: map[string]*huma.MediaType{"image/jpeg": {Schema: &huma.Schema{Type: "string", Format: "binary"}}}},
		"304": {Description: "Not changed since ETag"},
	}, query("width", "Pixels; rounded up to 640 or 1600."))
	a.add("get-link-image", http.MethodGet, "/posts/{id}/link-preview/image", "Read the picture of the page to which a post links", nil, map[string]*huma.Response{
		"200": {Description: "The picture", Content: map[string]*huma.MediaType{"image/jpeg": {Schema: &huma.Schema{Type: "string", Format: "binary"}}}},
		"304": {Description: "Not changed since ETag"},
	})
	register(a, huma.Operation{
		OperationID: "delete-post-photo", Method: http.MethodDelete, Path: "/posts/{id}/photos/{n}", Summary: "Take a picture from one's post", Tags: []string{"Posts"}, DefaultStatus: 204,
	}, func(ctx context.Context, in *PageID) (*struct{}, error) {
		return nil, a.Social.RemovePhoto(ctx, viewer(ctx), in.ID, in.N)
	})
}

func (a *API) addPostPhoto(c *fiber.Ctx) error {
	form, err := httpd.ReadForm(c)
	if err != nil {
		return err
	}
	_, body, err := form.NextFile()
	if httpd.IsEnd(err) {
		return errs.Invalid("error.invalid").Field("file", "error.field.file")
	}
	if err != nil {
		return err
	}
	alt, _ := form.Value("alt")
	x, err := a.Social.AddPhoto(a.Server.Unbounded(c), httpd.Viewer(c), c.Params("id"), io.LimitReader(body, people.MaxPhoto+1), alt)
	if err != nil {
		return err
	}
	return c.Status(fiber.StatusCreated).JSON(photoOf(x))
}

func (a *API) postPhoto(c *fiber.Ctx) error {
	width, err := intQuery(c, "width")
	if err != nil {
		return err
	}
	if width == 0 {
		width = social.PhotoWidths[0]
	}
	n, err := strconv.Atoi(c.Params("n"))
	if err != nil {
		return errs.NotFound("picture")
	}
	b, x, err := a.Social.OpenPhoto(c.UserContext(), httpd.Viewer(c), c.Params("id"), n, width)
	if err != nil {
		return err
	}
	return httpd.SendPhoto(c, b, x.Sum[:32]+"-"+strconv.Itoa(width), false)
}

func (a *API) postPreview(c *fiber.Ctx) error {
	b, p, err := a.Social.OpenPreview(c.UserContext(), httpd.Viewer(c), c.Params("id"))
	if err != nil {
		return err
	}
	return httpd.SendPhoto(c, b, p.Picture[:32], false)
}
