package api_test

import (
	"bytes"
	"image"
	"image/png"
	"net/http"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/app/apptest"
)

// photo sends a picture as the API takes it.
func (c *client) photo(content []byte, fields ...string) answer {
	c.t.Helper()
	return c.file(http.MethodPut, "/api/v1/me/photo", "ik.png", string(content), fields...)
}

func TestProfileOverTheAPI(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		c := serve(t, a)
		sanne, tom := c.as(a.Sanne), c.as(a.Tom)
		want := func(what string, got answer, status int) answer {
			t.Helper()
			if got.status != status {
				t.Fatalf("%s: %d %.300s", what, got.status, got.body)
			}
			return got
		}
		body := `{"function":"Tenderschrijver","mobile":"06 555","mobile_hidden":true,"languages":["nl","de"],"working_on":"Molenwijk","expertise":["BLVC","Sociaal plan"]}`
		me := want("change", sanne.send(http.MethodPatch, "/api/v1/me", body), 200).json(t)
		skills := me["expertise"].([]any)
		if me["function"] != "Tenderschrijver" || me["mobile"] != "06 555" || me["working_on_at"] == nil || len(skills) != 2 || len(me["languages"].([]any)) != 2 {
			t.Errorf("me: %v", me)
		}
		if seen := want("read", tom.get("/api/v1/users/"+a.Sanne.ID), 200).json(t); seen["mobile"] != "" || seen["about"] != me["about"] {
			t.Errorf("seen by another branch: %v", seen)
		}
		want("a language of the moon", sanne.send(http.MethodPatch, "/api/v1/me", `{"languages":["x-maan"]}`), 422)
		want("no such field", sanne.send(http.MethodPatch, "/api/v1/me", `{"role":"admin"}`), 422)

		path := "/api/v1/users/" + a.Sanne.ID + "/expertise/" + skills[0].(map[string]any)["id"].(string) + "/endorsement"
		want("endorse", tom.send(http.MethodPut, path, ""), 200)
		want("oneself", sanne.send(http.MethodPut, path, ""), 403)
		want("what is not known", tom.send(http.MethodPut, strings.Replace(path, "/endorsement", "x/endorsement", 1), ""), 404)
		by := want("read", tom.get("/api/v1/users/"+a.Sanne.ID), 200).json(t)["expertise"].([]any)[0].(map[string]any)["endorsed_by"].([]any)
		if len(by) != 1 || by[0].(map[string]any)["name"] != "Tom Bakker" {
			t.Errorf("endorsed by %v", by)
		}
		want("take back", tom.send(http.MethodDelete, path, ""), 204)
		if list := want("list", tom.get("/api/v1/expertise"), 200).json(t)["items"].([]any); len(list) != 2 {
			t.Errorf("the list: %v", list)
		}

		var b bytes.Buffer
		if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 50, 40))); err != nil {
			t.Fatal(err)
		}
		want("photo", sanne.photo(b.Bytes(), "x", "0", "y", "0", "side", "1"), 204)
		want("no number", sanne.photo(b.Bytes(), "x", "links"), 422)
		want("SVG", sanne.photo([]byte("<svg/>")), 422)
		want("nobody", c.as(nil).photo(b.Bytes()), 401)
		address := want("read", tom.get("/api/v1/users/"+a.Sanne.ID), 200).json(t)["photo"].(string)
		photo := want("photo", tom.get(address+"?size=96"), 200)
		if photo.header.Get("Content-Type") != "image/jpeg" {
			t.Errorf("a photo of type %s", photo.header.Get("Content-Type"))
		}
		want("unchanged", tom.get(address+"?size=96", "If-None-Match", photo.header.Get("ETag")), 304)
		want("remove", sanne.send(http.MethodDelete, "/api/v1/me/photo", ""), 204)
		want("gone", tom.get(address), 404)
	})
}
