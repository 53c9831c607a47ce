package site_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/library"
)

// Who posts from a feed comes back to it, with a way to the post: a feed in another order than by time need not begin with it.
func TestPublishedFromAFeed(t *testing.T) {
	s := serve(t)
	sanne := s.browser(t, s.Sanne)
	form := strings.NewReader(url.Values{"body": {"De kraan staat."}, "audience": {"company"}, "do": {"publish"}}.Encode())
	at := sanne.do(http.MethodPost, "/posts", form, http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Sec-Fetch-Site": {"same-origin"}, "Referer": {sanne.base + "/"}})
	if to := at.moved(); to != "/" {
		t.Fatalf("published from the home page leads to %s", to)
	}
	link := sanne.get("/").doc().Find(".toast a")
	sanne.get(link.AttrOr("href", "")).want(200, ".post", "De kraan staat.")
}

// A document is shared with a group in three presses: opened, "share in a group", "publish". The words to begin with can be changed.
func TestShareWithoutWords(t *testing.T) {
	s := serve(t)
	sanne := s.browser(t, s.Sanne)
	group := sanne.post("/groups", url.Values{"name": {"Hinder"}, "about": {"Over hinder."}, "kind": {"open"}}).moved()
	d := s.Upload(t, s.Sanne, "plan.pdf", apptest.PDF("Wij melden ons op tijd."), library.Meta{})
	link := sanne.get("/documents/"+d.ID).want(200, ".share-do", "").doc().Find(".share-do").AttrOr("href", "")
	form := sanne.get(link).doc()
	typed := url.Values{"do": {"publish"}, "audience": {form.Find("[name=audience] [selected]").AttrOr("value", "")}, "body": {form.Find("[name=body]").Text()}}
	form.Find("[name=card]").Each(func(_ int, in *goquery.Selection) { typed.Add("card", in.AttrOr("value", "")) })
	sanne.get(sanne.post("/posts", typed).moved())
	sanne.get(group).want(200, ".post", "Dit is het lezen waard.").want(200, ".post-card", "plan")
}
