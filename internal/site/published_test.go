package site_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
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
