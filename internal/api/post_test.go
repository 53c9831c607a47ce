package api_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/library"
)

// wants answers how a status is asked for: it complains about another, and reads the answer.
func wants(t *testing.T) func(got answer, status int) map[string]any {
	return func(got answer, status int) map[string]any {
		t.Helper()
		if got.status != status {
			t.Errorf("answers %d %s, want %d", got.status, got.body, status)
		}
		if len(got.body) == 0 || !strings.Contains(got.header.Get("Content-Type"), "json") {
			return nil
		}
		return got.json(t)
	}
}

// items are the values of a field of a list's items.
func items(list map[string]any, field string) (out []any) {
	for _, x := range list["items"].([]any) {
		out = append(out, x.(map[string]any)[field])
	}
	return out
}

// A question from its draft to its answer, by the API alone.
func TestPosts(t *testing.T) {
	a := apptest.New(t, db.SQLite)
	c, want := serve(t, a), wants(t)
	sanne, tom := c.as(a.Sanne), c.as(a.Tom)
	draft := sanne.send("POST", "/api/v1/posts", `{"kind":"question","body":"Weet @Tom Bakker iets van #Hout?","state":"draft"}`)
	p := want(draft, 201)
	path := "/api/v1/posts/" + p["id"].(string)
	if draft.header.Get("Location") != path || p["state"] != "draft" || p["body"] != "Weet @Tom Bakker iets van #Hout?" || p["published_at"] != nil {
		t.Errorf("draft at %s: %v", draft.header.Get("Location"), p)
	}
	want(tom.get(path), 404)
	if got := items(want(sanne.get("/api/v1/drafts"), 200), "id"); len(got) != 1 || got[0] != p["id"] {
		t.Errorf("drafts %v", got)
	}
	p = want(sanne.send("PATCH", path, `{"title":"Hout","state":"published"}`), 200)
	if p["state"] != "published" || p["kind"] != "question" || p["title"] != "Hout" || !strings.Contains(p["html"].(string), `href="/people/`+a.Tom.ID+`"`) || fmt.Sprint(p["topics"]) != "[Hout]" {
		t.Errorf("published %v", p)
	}
	want(sanne.send("PATCH", path, `{"state":"draft"}`), 409)
	want(tom.send("PATCH", path, `{"title":"Van mij"}`), 403)
	want(sanne.send("PATCH", path, `{"body":"Weet iemand iets van #hout?"}`), 200)
	if got := items(want(tom.get(path+"/revisions"), 200), "body"); fmt.Sprint(got) != "[Weet @Tom Bakker iets van #Hout?]" {
		t.Errorf("revisions %v", got)
	}
	if p = want(tom.get(path), 200); p["kind"] != "question" || p["title"] != "Hout" || p["edited_at"] == nil {
		t.Errorf("after changing its body: %v", p)
	}
	comment := want(tom.send("POST", path+"/comments", `{"body":"Ja, ik."}`), 201)
	want(sanne.send("POST", path+"/comments", fmt.Sprintf(`{"body":"Mooi.","parent_id":%q}`, comment["id"])), 201)
	want(sanne.send("PATCH", "/api/v1/comments/"+comment["id"].(string), `{"body":"Niet ik."}`), 403)
	want(tom.send("PATCH", "/api/v1/comments/"+comment["id"].(string), `{"body":"Ja, ik weet iets."}`), 200)
	if got := items(want(tom.get("/api/v1/comments/"+comment["id"].(string)+"/revisions"), 200), "body"); fmt.Sprint(got) != "[Ja, ik.]" {
		t.Errorf("revisions of the comment %v", got)
	}
	want(tom.send("PUT", path+"/answer", fmt.Sprintf(`{"comment_id":%q}`, comment["id"])), 403)
	want(sanne.send("PUT", path+"/answer", fmt.Sprintf(`{"comment_id":%q}`, comment["id"])), 204)
	if p = want(tom.get(path), 200); p["answer_id"] != comment["id"] || p["comments"] != 2.0 {
		t.Errorf("answered %v", p)
	}
	want(sanne.send("DELETE", path+"/answer", ""), 204)
	want(sanne.send("PUT", path+"/closed", ""), 204)
	want(tom.send("POST", path+"/comments", `{"body":"Nog iets."}`), 409)
	want(tom.send("DELETE", "/api/v1/comments/"+comment["id"].(string), ""), 204)
	gone := want(tom.get(path+"/comments"), 200)["items"].([]any)[0].(map[string]any)
	if gone["state"] != "deleted" || gone["body"] != "" || gone["author"].(map[string]any)["name"] != "" {
		t.Errorf("a deleted comment that is answered: %v", gone)
	}
	a.Settle(t)
	if got := want(tom.get("/api/v1/search?q=hout&type=post"), 200); got["total"] != 1.0 || got["hits"].([]any)[0].(map[string]any)["url"] != p["url"] {
		t.Errorf("search %v", got)
	}
	want(tom.send("DELETE", path, ""), 403)
	want(sanne.send("DELETE", path, ""), 204)
	want(sanne.get(path), 404)
}

// What is wrong with a post is said by field, and nothing is written.
func TestPostRefused(t *testing.T) {
	a := apptest.New(t, db.SQLite)
	c, want := serve(t, a).as(a.Sanne), wants(t)
	for body, field := range map[string]string{
		`{}`:                                     "body",
		`{"body":"x","kind":"ad"}`:               "kind",
		`{"body":"x","audience":"group:nobody"}`: "audience",
		`{"body":"x","kind":"poll","poll":{"options":["een"]}}`: "options",
		`{"body":"Fijn gedaan","kind":"praise"}`:                "body",
		`{"body":"x","cards":[{"target":"document:x"}]}`:        "cards",
		`{"body":"x","about":{"target":"user:x"}}`:              "about",
		fmt.Sprintf(`{"body":%q}`, strings.Repeat("x", 20_001)): "body",
		`{"body":"x","publish_at":"morgen"}`:                    "publish_at",
	} {
		got := want(c.send("POST", "/api/v1/posts", body), 422)
		if errors, _ := got["errors"].([]any); len(errors) != 1 || errors[0].(map[string]any)["field"] != field {
			t.Errorf("%.80s: %v, want %s", body, got["errors"], field)
		}
	}
	want(c.send("POST", "/api/v1/posts", `{"body":"x","about":{"target":"document:x"}}`), 404)
	want(c.send("POST", "/api/v1/posts", `{"body":"x","audience":"branch:`+a.Eindhoven.ID+`"}`), 403)
	want(c.get("/api/v1/posts?feed=friends"), 422)
	want(c.get("/api/v1/posts?after=x"), 422)
	want(c.get("/api/v1/posts?feed=for-you&after=x"), 422)
	if got := items(want(c.get("/api/v1/posts"), 200), "id"); len(got) > 0 {
		t.Errorf("written %v", got)
	}
}

// A poll, reactions, a picture, follows and topics.
func TestPostParts(t *testing.T) {
	a := apptest.New(t, db.SQLite)
	c, want := serve(t, a), wants(t)
	sanne, tom := c.as(a.Sanne), c.as(a.Tom)
	p := want(sanne.send("POST", "/api/v1/posts", `{"kind":"poll","body":"Welk #Hout/Staal?","poll":{"options":["Vuren","Eiken"]},"cards":[]}`), 201)
	path := "/api/v1/posts/" + p["id"].(string)
	p = want(tom.send("PUT", path+"/vote", `{"options":[1]}`), 200)
	if got := fmt.Sprint(p["poll"].(map[string]any)["options"]); got != "[map[mine:false n:0 text:Vuren votes:0] map[mine:true n:1 text:Eiken votes:1]]" {
		t.Errorf("poll %v", got)
	}
	want(tom.send("PUT", path+"/vote", `{"options":[0,1]}`), 422)
	if got := want(tom.send("PUT", path+"/reaction", `{"kind":"applause"}`), 200); fmt.Sprint(got) != "map[counts:map[applause:1] mine:applause]" {
		t.Errorf("reaction %v", got)
	}
	want(tom.send("PUT", path+"/reaction", `{"kind":"hate"}`), 422)
	if got := items(want(sanne.get(path+"/reactions"), 200), "user"); fmt.Sprint(got) != fmt.Sprintf("[map[branch:Eindhoven id:%s name:Tom Bakker]]", a.Tom.ID) {
		t.Errorf("who reacted: %v", got)
	}
	if got := want(tom.do("DELETE", path+"/reaction", "", nil), 200); fmt.Sprint(got) != "map[counts:map[] mine:]" {
		t.Errorf("taken back: %v", got)
	}
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 40, 20))); err != nil {
		t.Fatal(err)
	}
	want(tom.file("POST", path+"/photos", "x.png", picture.String()), 403)
	photo := want(sanne.file("POST", path+"/photos", "x.png", picture.String(), "alt", "De kade"), 201)
	if photo["width"] != 40.0 || photo["alt"] != "De kade" || photo["url"] != path+"/photos/1" {
		t.Errorf("photo %v", photo)
	}
	if got := tom.get(photo["url"].(string) + "?width=640"); got.status != 200 || got.header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("the picture: %d %s", got.status, got.header.Get("Content-Type"))
	}
	want(sanne.do("DELETE", path+"/photos/1", "", nil), 204)
	want(tom.get(path+"/photos/1"), 404)

	follow := "/api/v1/follows/" + url.PathEscape("topic:HOUT")
	want(tom.get(follow), 404)
	if got := want(tom.send("PUT", follow, ""), 200); got["target"] != "topic:hout" {
		t.Errorf("follows %v", got)
	}
	want(tom.get(follow), 200)
	if got := items(want(tom.get("/api/v1/posts?feed=following"), 200), "id"); fmt.Sprint(got) != fmt.Sprintf("[%v]", p["id"]) {
		t.Errorf("the feed of what is followed: %v", got)
	}
	if got := want(tom.get("/api/v1/topics"), 200)["items"]; fmt.Sprint(got) != "[map[name:Hout posts:1 topic:hout]]" {
		t.Errorf("topics %v", got)
	}
	want(tom.do("DELETE", follow, "", nil), 204)
	want(tom.send("PUT", "/api/v1/follows/user:x", ""), 404)
}

// A passage stays with its comment when a new version has it elsewhere, and the comment says so when none has it any more.
func TestDocumentComments(t *testing.T) {
	a := apptest.New(t, db.SQLite)
	c, want := serve(t, a), wants(t)
	sanne, tom := c.as(a.Sanne), c.as(a.Tom)
	d := a.Upload(t, a.Sanne, "plan.pdf", apptest.PDF("Inleiding.", "Wij bouwen de kade in twee fasen."), library.Meta{})
	path := "/api/v1/documents/" + d.ID + "/comments"
	p := want(tom.send("POST", path, `{"body":"Waarom twee?","kind":"question","page":2,"quote":"de kade  in twee fasen"}`), 201)
	if got := p["about"]; fmt.Sprint(got) != fmt.Sprintf("map[page:2 quote:de kade in twee fasen target:document:%s title:plan version:1]", d.ID) || p["audience"] != "document" {
		t.Errorf("about %v", got)
	}
	want(tom.send("POST", path, `{"body":"x","page":3}`), 422)
	want(tom.send("POST", path, `{"body":"x","page":1,"quote":"staat er niet"}`), 422)
	where := func() string {
		t.Helper()
		list := want(sanne.get(path), 200)
		return fmt.Sprint(items(list, "page"), items(list, "orphan"))
	}
	if got := where(); got != "[2] [false]" {
		t.Errorf("it stands at %s", got)
	}
	want(sanne.file("POST", "/api/v1/documents/"+d.ID+"/versions", "plan.pdf", string(apptest.PDF("Voorwoord.", "Inleiding.", "Wij bouwen de kade in twee fasen."))), 201)
	a.Settle(t)
	if got := where(); got != "[3] [false]" {
		t.Errorf("after a page was put before it, it stands at %s", got)
	}
	want(sanne.file("POST", "/api/v1/documents/"+d.ID+"/versions", "plan.pdf", string(apptest.PDF("Voorwoord."))), 201)
	a.Settle(t)
	if got := where(); got != "[1] [true]" {
		t.Errorf("after it was taken out, it stands at %s", got)
	}
}

// A feed goes on where the page before ended, and the one of a group tells others nothing, not even by its cursor.
func TestFeedPages(t *testing.T) {
	a := apptest.New(t, db.SQLite)
	c, want := serve(t, a), wants(t)
	sanne, tom := c.as(a.Sanne), c.as(a.Tom)
	g := want(sanne.send("POST", "/api/v1/groups", `{"name":"Kade","kind":"open"}`), 201)["id"].(string)
	for n := range 5 {
		want(sanne.send("POST", "/api/v1/posts", fmt.Sprintf(`{"body":"Bericht %d","audience":"group:%s"}`, n, g)), 201)
		time.Sleep(2 * time.Millisecond) // feeds sort by milliseconds
	}
	var got []any
	for after, pages := "", 0; pages == 0 || after != ""; pages++ {
		list := want(sanne.get("/api/v1/posts?limit=2&after="+after+"&feed=group&id="+g), 200)
		got, after = append(got, items(list, "body")...), list["next"].(string)
	}
	if fmt.Sprint(got) != "[Bericht 4 Bericht 3 Bericht 2 Bericht 1 Bericht 0]" {
		t.Errorf("in three pages: %v", got)
	}
	if list := want(tom.get("/api/v1/posts?limit=2&feed=group&id="+g), 200); len(items(list, "id")) > 0 || list["next"] != "" {
		t.Errorf("somebody outside is told %v", list)
	}
	want(sanne.send("PUT", "/api/v1/posts/"+idOf(sanne, g)+"/pinned", ""), 204)
	if got := items(want(sanne.get("/api/v1/posts?limit=2&feed=group&id="+g), 200), "pinned"); fmt.Sprint(got) != "[true false false]" {
		t.Errorf("pinned %v", got)
	}
}

// idOf is the id of the oldest post of a group.
func idOf(c *client, group string) string {
	list := items(c.get("/api/v1/posts?feed=group&id="+group).json(c.t), "id")
	return list[len(list)-1].(string)
}

// A file goes with a post by the API as by the page: its author's alone until the post is published.
func TestPostWithFile(t *testing.T) {
	a := apptest.New(t, db.SQLite)
	c, want := serve(t, a), wants(t)
	own := "people:" + a.Sanne.ID
	d := a.Upload(t, a.Sanne, "Werkplan.txt", []byte("Zo doen we dat."), library.Meta{Audience: &own})
	sanne, tom := c.as(a.Sanne), c.as(a.Tom)
	card := `"cards":[{"target":"document:` + d.ID + `","attached":true}]`
	p := want(sanne.send("POST", "/api/v1/posts", `{"body":"Het werkplan","state":"draft",`+card+`}`), 201)
	want(tom.get("/api/v1/documents/"+d.ID), 404)
	p = want(sanne.send("PATCH", "/api/v1/posts/"+p["id"].(string), `{"state":"published"}`), 200)
	if got := p["cards"].([]any)[0].(map[string]any); got["attached"] != true {
		t.Errorf("the card: %v", got)
	}
	if got := want(tom.get("/api/v1/documents/"+d.ID), 200); got["audience"] != "company" {
		t.Errorf("the document is for %v", got["audience"])
	}
}
