package site_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/social"
)

// counted gives a company of 23 people, 17 of Zwolle, a month in which seven of these took part.
func (s *served) counted(t *testing.T) {
	t.Helper()
	var many []*people.User
	for i := range 18 {
		branch := "Zwolle"
		if i >= 14 {
			branch = "Eindhoven"
		}
		many = append(many, s.Person(t, fmt.Sprintf("Mens %c", 'A'+i), branch, auth.RoleMember))
	}
	s.exec(t, "UPDATE users SET created_at = ?", time.Now().AddDate(-3, 0, 0).UTC())
	y, m, _ := time.Now().Date()
	at := time.Date(y, m, 1, 0, 0, 0, 0, time.Local).Add(-48 * time.Hour)
	p, err := s.Social.Create(t.Context(), s.Sanne.Viewer(), social.Input{Body: "Vorige maand", SaidAt: at})
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range many[:6] {
		if err := s.Social.ReactAt(t.Context(), u.Viewer(), p.Target(), social.ReactionLike, at); err != nil {
			t.Fatal(err)
		}
	}
	news, err := s.Social.Create(t.Context(), s.Admin.Viewer(), social.Input{Kind: social.KindNews, Title: "Nieuws", Body: "x", SaidAt: at})
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range many[:9] {
		s.exec(t, "INSERT INTO news_seen (post_id, user_id, at) VALUES (?, ?, ?)", news.ID, u.ID, at.UTC())
	}
	if err := s.Insight.CountMonths(t.Context(), true); err != nil {
		t.Fatal(err)
	}
}

// Figures are for who leads, the same in chart, table, file and branch.
func TestParticipationPage(t *testing.T) {
	s := serve(t)
	roos, sanne := s.browser(t, s.Person(t, "Roos Jansen", "Eindhoven", auth.RoleAmbassador)), s.browser(t, s.Sanne)
	roos.get("/participation").want(200, ".empty h2", "Nog geen cijfers")
	s.counted(t)
	sanne.get("/participation").want(403, "h1", "")
	sanne.get("/participation.csv").want(403, "h1", "")
	if strings.Contains(string(sanne.get("/").body), `href="/participation"`) {
		t.Error("who leads nothing has a place for figures in the rail")
	}
	page := roos.get("/participation")
	page.want(200, `.rail-foot a[href="/participation"]`, "Meedoen")
	page.want(200, "svg.chart[role=img][aria-label]", "")
	page.want(200, ".ladder tbody tr:first-child", "Meegedaan: van waardering tot document")
	page.want(200, ".ladder tbody tr:first-child td:last-child", "8")
	page.want(200, ".insight-grid tbody tr:first-child td[colspan='6']", "8")
	page.want(200, ".insight-table tbody tr:last-child", "23")
	if strings.Contains(string(page.body), "Gezocht en niet gevonden") {
		t.Error("an ambassador sees what was searched for")
	}
	page.want(200, "svg.chart[role=img][aria-label*=nieuws]", "")
	page.want(200, `[aria-labelledby="news"] tbody td:nth-of-type(1)`, "1")
	page.want(200, `[aria-labelledby="news"] tbody td:nth-of-type(4)`, "9 (39%)")
	page.want(200, `[aria-labelledby="news-branches"] tbody tr:first-child td:last-child`, "9")
	roos.get("/participation?branch="+s.Zwolle.ID).want(200, "#ladder", "Zwolle")
	file := roos.get("/participation.csv")
	if body := string(file.body); file.status != 200 || !strings.Contains(body, "Zwolle") || !strings.Contains(body, ",8\n") || !strings.Contains(body, "Nieuws: De helft of meer,9\n") {
		t.Errorf("the file: %d %s", file.status, body)
	}
	s.browser(t, s.Admin).get("/participation").want(200, "#asked", "Gezocht en niet gevonden")
}

// A director likes, answers and puts aside from one page.
func TestDirectorPage(t *testing.T) {
	s := serve(t)
	henk, sanne := s.browser(t, s.Manager), s.browser(t, s.Sanne)
	sanne.get("/director").want(403, "h1", "")
	henk.get("/director").want(200, ".empty h2", "Alles is gedaan")
	p, err := s.Social.Create(t.Context(), s.Sanne.Viewer(), social.Input{Body: "Mijn eerste"})
	if err != nil {
		t.Fatal(err)
	}
	page := henk.get("/director")
	page.want(200, ".tip h2", "Sanne Visser schreef voor het eerst iets")
	page.want(200, `.tip a.btn-primary[href="/posts/`+p.ID+`#say-`+p.ID+`"]`, "Reageren")
	henk.get("/posts/"+p.ID).want(200, "textarea#say-"+p.ID, "")
	if a := henk.post("/reactions", url.Values{"target": {"post:" + p.ID}, "kind": {"like"}, "back": {"/director"}}); a.location != "/director" {
		t.Errorf("liked: %d %s", a.status, a.location)
	}
	henk.get("/director").want(200, ".empty h2", "Alles is gedaan").want(200, ".toast", "Je waardering staat erbij")
	henk.post("/reactions", url.Values{"target": {"post:" + p.ID}, "kind": {""}, "back": {"/director"}})
	tip := url.Values{"tip": {"first:" + p.ID}}
	sanne.post("/director/aside", tip).want(403, "h1", "")
	henk.post("/director/aside", tip)
	henk.get("/director").want(200, ".empty h2", "Alles is gedaan")
	henk.post("/director/aside", url.Values{"tip": {"first:x"}}).want(404, "", "misschien is het al gedaan")
}

// Ambassadors take a task, hand it over and say that it is done; who was quicker has it.
func TestAmbassadorPage(t *testing.T) {
	s := serve(t)
	lotte, roos := s.Person(t, "Lotte Brands", "Zwolle", auth.RoleAmbassador), s.Person(t, "Roos Jansen", "Eindhoven", auth.RoleAmbassador)
	a, b, henk := s.browser(t, lotte), s.browser(t, roos), s.browser(t, s.Manager)
	henk.get("/ambassador").want(403, "h1", "")
	a.get("/ambassador").want(200, ".empty h2", "Iedereen is gehoord")
	p, err := s.Social.Create(t.Context(), s.Sanne.Viewer(), social.Input{Body: "Mijn eerste"})
	if err != nil {
		t.Fatal(err)
	}
	key := "first:" + p.ID
	task := url.Values{"task": {key}}
	a.get("/ambassador").want(200, ".tip", "Mijn eerste")
	henk.post("/ambassador/take", task).want(403, "h1", "")
	a.post("/ambassador/take", task)
	a.get("/ambassador").want(200, ".tip .tip-state", "Jij doet dit")
	b.get("/ambassador").want(200, ".tip .tip-state", "Lotte Brands doet dit")
	b.post("/ambassador/take", task).want(409, ".alert", "Een collega doet dit al")
	a.post("/ambassador/hand", url.Values{"task": {key}, "to-" + key: {s.Sanne.ID}}).want(422, ".tip .error", "Kies een andere ambassadeur")
	a.post("/ambassador/hand", url.Values{"task": {key}, "to-" + key: {roos.ID}})
	b.get("/ambassador").want(200, ".tip .tip-state", "Jij doet dit")
	b.get("/notifications").want(200, "main", "Lotte Brands draagt je iets over")
	b.post("/ambassador/done", task)
	a.get("/ambassador").want(200, ".empty h2", "Iedereen is gehoord")
	a.post("/ambassador/done", task).want(404, "", "Dit staat niet meer in de wachtrij")
}
