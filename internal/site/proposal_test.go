package site_test

import (
	"net/url"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/aanpak/aanpak/internal/tenders"
)

// Who wins a tender tells it in one press, on the tender's page as on the home page, or never hears of it again.
func TestProposals(t *testing.T) {
	s := serve(t)
	in := tenders.Input{Reference: "Z-1", Title: "De <Kade>", Client: "Gemeente Zwolle", Year: 2026}
	x, err := s.Tenders.Create(t.Context(), s.Sanne.Viewer(), in)
	if err != nil {
		t.Fatal(err)
	}
	tell := func(o tenders.Outcome) {
		in.Outcome = o
		if _, err := s.Tenders.Update(t.Context(), s.Sanne.Viewer(), x.ID, in); err != nil {
			t.Fatal(err)
		}
	}
	none := func(b *browser, path string) {
		t.Helper()
		if n := b.get(path).doc().Find(".proposal").Length(); n != 0 {
			t.Errorf("%s has %d proposals", path, n)
		}
	}
	sanne, tom := s.browser(t, s.Sanne), s.browser(t, s.Tom)
	none(sanne, "/")
	tell(tenders.OutcomeWon)
	none(tom, "/")
	none(tom, "/tenders/"+x.ID)
	sanne.get("/").want(200, ".proposal h3", "De <Kade> is gewonnen. Vertel je het je collega’s?")
	press := func(action string) *answer {
		t.Helper()
		f := sanne.get("/tenders/" + x.ID).doc().Find(`.proposal form[action="` + action + `"]`)
		if f.Length() != 1 {
			t.Fatalf("%d forms of %s", f.Length(), action)
		}
		fields := url.Values{}
		f.Find("input").Each(func(_ int, n *goquery.Selection) { fields.Add(n.AttrOr("name", ""), n.AttrOr("value", "")) })
		return sanne.post(action, fields)
	}
	if a := press("/posts"); a.status != 303 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	tom.get("/").want(200, ".post .rich", "We hebben De <Kade> gewonnen, voor Gemeente Zwolle!")
	none(sanne, "/")
	tell(tenders.OutcomeLost)
	if a := press("/proposals/aside"); a.status != 303 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	none(sanne, "/tenders/"+x.ID)
	if a := sanne.post("/proposals/aside", url.Values{"about": {"user:" + s.Tom.ID}, "what": {"won"}}); a.status != 404 {
		t.Errorf("of no tender: %d", a.status)
	}
}
