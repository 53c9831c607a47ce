package api_test

import (
	"fmt"
	"testing"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/db"
)

// A group from its beginning to a document that its members share, by the API alone.
func TestGroups(t *testing.T) {
	a := apptest.New(t, db.SQLite)
	c := serve(t, a)
	owner, tom, admin := c.as(a.Sanne), c.as(a.Tom), c.as(a.Admin)
	want := func(got answer, status int) answer {
		t.Helper()
		if got.status != status {
			t.Errorf("answers %d %s, want %d", got.status, got.body, status)
		}
		return got
	}
	g := want(owner.send("POST", "/api/v1/groups", `{"name":"BLVC","about":"Bereikbaarheid en hinder.","kind":"closed"}`), 201).json(t)
	path := "/api/v1/groups/" + g["id"].(string)
	me := func(who *client) string {
		return path + "/members/" + want(who.get("/api/v1/me"), 200).json(t)["id"].(string)
	}
	if got := want(tom.send("PUT", me(tom), `{}`), 200).json(t); got["state"] != "asked" || got["members"] != float64(1) {
		t.Errorf("asking: %v", got)
	}
	want(tom.send("PUT", me(admin), `{}`), 403)
	want(owner.send("POST", "/api/v1/groups", `{"name":"blvc"}`), 409)
	want(owner.send("PATCH", path, `{"official":true}`), 403)
	want(owner.send("PATCH", path, `{"kind":"secret"}`), 422)
	document := want(owner.upload("/api/v1/documents", "Hinderplan.txt", "De hinder voor de buurt.", "audience", "group:"+g["id"].(string)), 201).json(t)
	a.Settle(t)
	found := func(who *client) string {
		return fmt.Sprint(want(who.get("/api/v1/search?q=hinder&type=document"), 200).json(t)["total"], who.get("/api/v1/documents/"+document["id"].(string)).status)
	}
	if got := found(tom); got != "0 404" {
		t.Errorf("somebody who asked finds and reads %s", got)
	}
	want(owner.send("PUT", me(tom), `{}`), 200)
	if got := found(tom); got != "1 200" {
		t.Errorf("a member finds and reads %s", got)
	}
	if got := found(admin); got != "0 404" {
		t.Errorf("an administrator outside finds and reads %s", got)
	}
	want(tom.do("DELETE", me(tom), "", nil), 204)
	if got := found(tom); got != "0 404" {
		t.Errorf("somebody who left finds and reads %s", got)
	}
	want(owner.send("PATCH", path, `{"kind":"hidden"}`), 200)
	want(tom.get(path), 404)
	want(tom.get(path+"/members"), 404)
	want(admin.get(path), 404)
}
