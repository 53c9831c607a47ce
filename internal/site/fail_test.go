package site_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// Whose session is over while they type signs in beside the page and sends the same once more; a secret is not kept, nor more than a long post.
func TestTypedUntilTheSessionWasOver(t *testing.T) {
	s := serve(t)
	sanne, nobody := s.browser(t, s.Sanne), s.browser(t, nil)
	text := "Drie regels\nover <b>hinder</b>"
	page := nobody.post("/posts", url.Values{"body": {text}, "audience": {"company"}})
	page.want(401, ".problem", "Wat je had ingevuld staat nog klaar").want(401, `.problem a[href="/sign-in"][target=_blank]`, "Inloggen")
	fields := url.Values{}
	page.doc().Find(".problem form input").Each(func(_ int, in *goquery.Selection) { fields.Add(in.AttrOr("name", ""), in.AttrOr("value", "")) })
	if action := page.doc().Find(".problem form").AttrOr("action", ""); action != "/posts" || fields.Get("body") != text {
		t.Fatalf("%s is kept as %q", action, fields)
	}
	sanne.get(sanne.post("/posts", fields).moved()).want(200, ".post", "Drie regels")

	for what, v := range map[string]url.Values{
		"a password": {"current": {"oud"}, "password": {"nieuw"}}, "too much": {"body": {strings.Repeat("x", 300<<10)}}, "nothing": {},
	} {
		if a := nobody.post("/posts", v); a.status != 401 || a.doc().Find(".problem form").Length() != 0 {
			t.Errorf("%s is kept: %d", what, a.status)
		}
	}
}
