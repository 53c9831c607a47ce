package site_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/aanpak/aanpak/internal/library"
)

// Without scripts a post takes its files in the form itself; what is typed stays when it is refused, and so do the files.
func TestPostWithFile(t *testing.T) {
	s := serve(t)
	b := s.browser(t, s.Sanne)
	b.get("/posts/new").want(200, `form#composer[enctype="multipart/form-data"] input[type=file][name=file]`, "")
	file := map[string][]byte{"Werkplan kade.txt": []byte("Zo doen we dat.")}
	a := b.upload("/posts", file, url.Values{"kind": {"text"}, "body": {""}, "audience": {"company"}, "do": {"publish"}}, nil)
	a.want(422, ".enclosed-file", "Werkplan kade.txt")
	card, _ := a.doc().Find(`.enclosed-file input[name=card]`).Attr("value")
	tom := s.browser(t, s.Tom)
	tom.get("/documents/"+card[len("file:"):]).want(404, "", "")

	b.post("/posts", url.Values{"kind": {"text"}, "body": {"Het werkplan"}, "audience": {"company"}, "do": {"publish"}, "card": {card}}).want(303, "", "")
	tom.get("/").want(200, ".post .post-card-title", "Werkplan kade")
	tom.get("/documents/"+card[len("file:"):]).want(200, "h1", "Werkplan kade")

	edit, _ := b.get("/").doc().Find(`.post a[href$="/edit"]`).Attr("href")
	b.get(edit).want(200, `.enclosed-file input[checked]`, "")
	b.post(edit[:len(edit)-len("/edit")], url.Values{"kind": {"text"}, "body": {"Het werkplan"}, "do": {"publish"}}).want(303, "", "")
	tom.get("/").doc().Find(".post .post-card-title").Each(func(int, *goquery.Selection) { t.Error("an unticked file still goes with the post") })

	b.upload("/posts/files", file, nil, nil).want(201, `input[name=card][value^="file:"]`, "")
	b.upload("/posts/files", nil, nil, http.Header{"Accept": {"application/json"}}).want(422, "", "")
}

// Where the browser's worker does not run, what is shared from a phone waits with a new post; from another site nothing is taken.
func TestShareIn(t *testing.T) {
	s := serve(t)
	b := s.browser(t, s.Sanne)
	b.get("/share-in").want(200, "h1", "Waar gaat dit heen?")
	file := map[string][]byte{"Keuring.txt": []byte("Goed.")}
	said := url.Values{"title": {"Keuring"}, "url": {"https://voorbeeld.nl/"}}
	a := b.upload("/share-in", file, said, nil)
	if a.status != http.StatusSeeOther {
		t.Fatal(a.status)
	}
	page := b.get(a.location).want(200, ".enclosed-file", "Keuring.txt")
	if text := page.doc().Find("#composer-body").Text(); text != "Keuring\nhttps://voorbeeld.nl/" {
		t.Errorf("the text: %q", text)
	}
	for from, status := range map[string]int{"none": 303, "cross-site": 403} {
		body := strings.NewReader("--x\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nHallo\r\n--x--\r\n")
		b.do(http.MethodPost, "/share-in", body, http.Header{"Content-Type": {"multipart/form-data; boundary=x"}, "Sec-Fetch-Site": {from}}).want(status, "", "")
	}
	b.get("/manifest.webmanifest").want(200, "", `"share_target"`)
}

// A draft that is thrown away asks about its file, which would stay behind: ticked where nothing else uses it. In the trash it can be put back.
func TestDropWithFile(t *testing.T) {
	s := serve(t)
	b := s.browser(t, s.Sanne)
	file := map[string][]byte{"Werkplan kade.txt": []byte("Zo doen we dat.")}
	draft := func(body string, card string) (drop, id string) {
		values := url.Values{"kind": {"text"}, "body": {body}, "audience": {"company"}, "do": {"draft"}}
		var with map[string][]byte
		if card == "" {
			with = file
		} else {
			values["card"] = []string{"file:" + card}
		}
		b.upload("/posts", with, values, nil).want(303, "", "")
		page := b.get("/drafts").want(200, ".drop-files", "Werkplan kade").doc()
		drop, _ = page.Find(`form[action$="/drop"]:has(.drop-files)`).First().Attr("action")
		id, _ = page.Find(`.drop-files input`).First().Attr("value")
		return drop, id
	}
	other := s.Upload(t, s.Sanne, "ander.txt", []byte("Een ander stuk."), library.Meta{})
	drop, id := draft("Eerst", "")
	b.get(strings.Replace(strings.Replace(drop, "/drafts/", "/posts/", 1), "/drop", "/edit", 1)).want(200, ".drop-files input[checked]", "")
	s.browser(t, s.Tom).post(drop, url.Values{"file": {id}}).want(404, "", "")
	b.post(drop, url.Values{"file": {id, other.ID}}).want(303, "", "")
	b.get("/documents/"+id).want(404, "", "")
	b.get("/documents/"+other.ID).want(200, "h1", "ander")
	b.get("/trash").want(200, "main", "Werkplan kade")
	b.post("/documents/"+id+"/restore", nil).want(303, "", "")

	_, again := draft("Nog eens", "")
	drop, _ = draft("Twee keer", again)
	if n := b.get("/drafts").doc().Find(".drop-files input[checked]").Length(); n != 0 {
		t.Errorf("%d files that two drafts use are ticked", n)
	}
	b.post(drop, nil).want(303, "", "")
	b.get("/documents/"+again).want(200, "h1", "Werkplan kade")
}
