package e2e

import (
	"testing"

	"github.com/aanpak/aanpak/internal/e2e/browser"
	"github.com/aanpak/aanpak/internal/links"
	"github.com/aanpak/aanpak/internal/social"
	"github.com/aanpak/aanpak/internal/unfurl"
	"github.com/aanpak/aanpak/internal/unfurl/unfurltest"
)

const elsewhere = "https://www.bouwkennis.example/artikelen/losmaakbaar"

// link is a post of Sanne's that shows the page to which it links.
func (s *site) link(t *testing.T) string {
	t.Helper()
	p, err := s.Social.Create(t.Context(), s.Sanne.Viewer(), social.Input{Body: "Lees " + elsewhere})
	must(t, err)
	must(t, s.Links.Bring(t.Context(), elsewhere, unfurl.Page{Title: "Losmaakbaar bouwen", Description: "Droge verbindingen.", Site: "Bouwkennis", Picture: unfurltest.Picture(960, 540)}))
	must(t, s.Links.Set(t.Context(), s.Admin.Viewer(), links.Settings{On: true, Hosts: []string{"bouwkennis.example"}}))
	return p.ID
}

// A card stands under a post, its picture from our own origin, and its link tells the other side nothing.
func TestLinkCard(t *testing.T) {
	s := open(t)
	id := s.link(t)
	tab := s.tab(t, browser.Phone)
	s.signIn(t, tab, s.Tom)
	must(t, tab.Open(s.base+"/posts/"+id))
	must(t, tab.Until(`document.querySelector(".link-card img").naturalWidth === 480`))
	if got := textOf(t, tab, ".link-card .link-host"); got != "www.bouwkennis.example" {
		t.Errorf("it shows the host as %q", got)
	}
	rel, err := browser.Eval[string](tab, `(a => a.rel + " " + a.href)(document.querySelector(".link-card a"))`)
	must(t, err)
	if rel != "noopener noreferrer nofollow "+elsewhere {
		t.Errorf("its link is %q", rel)
	}
	clean(t, tab, "a card")
}

// The card, the page that switches it on and the form that leaves it out keep nobody out.
func TestLinksAreAccessible(t *testing.T) {
	s := open(t)
	id := s.link(t)
	for name, v := range map[string]browser.View{"desktop": browser.Desktop, "desktop dark": browser.Desktop.InDark(), "phone": browser.Phone, "phone dark": browser.Phone.InDark()} {
		tab := s.tab(t, v)
		s.signIn(t, tab, s.Admin)
		for _, path := range []string{"/posts/" + id, "/admin/links", "/posts/new"} {
			must(t, tab.Open(s.base+path))
			must(t, tab.Settled())
			clean(t, tab, name+", "+path)
			check(t, tab, name+", "+path)
		}
	}
}
