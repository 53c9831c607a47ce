package demo_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/app"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/config"
	"github.com/aanpak/aanpak/internal/demo"
	"github.com/aanpak/aanpak/internal/find"
	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/reader"
	"github.com/aanpak/aanpak/internal/search"
	"github.com/aanpak/aanpak/internal/social"
	"github.com/aanpak/aanpak/internal/spotlight"
	"github.com/aanpak/aanpak/internal/tenders"
)

func TestMain(m *testing.M) {
	if reader.RunChildIfAsked() {
		return
	}
	os.Exit(m.Run())
}

// company is the demo company loaded into the real program.
type company struct {
	*app.App
	target demo.Target
	t      *testing.T
}

func load(t *testing.T) *company {
	t.Helper()
	dir := t.TempDir()
	cfg, err := config.Load(func(name string) (string, bool) { return dir, name == "AANPAK_DATA" })
	if err != nil {
		t.Fatal(err)
	}
	if cache, err := os.UserCacheDir(); err == nil {
		cfg.Cache = filepath.Join(cache, "aanpak")
	}
	a, err := app.New(t.Context(), cfg, slog.New(slog.DiscardHandler), app.Parts{Search: true, Work: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	stop, err := a.Work(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	c := &company{App: a, target: demo.Target{People: a.People, Groups: a.Groups, Tenders: a.Tenders, Library: a.Library, Reuse: a.Reuse, Spotlight: a.Spotlight, Social: a.Social, Insight: a.Insight, Opening: a.Opening, Links: a.Links, Log: a.Log}, t: t}
	c.load()
	return c
}

// load brings the company in and waits until everything can be found.
func (c *company) load() {
	c.t.Helper()
	ctx := c.t.Context()
	if err := demo.Load(ctx, c.target, time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)); err != nil {
		c.t.Fatal(err)
	}
	for end := time.Now().Add(10 * time.Minute); ; time.Sleep(50 * time.Millisecond) {
		_, n, err := c.Library.List(ctx, auth.System(), library.Filter{Unfinished: true, Limit: 1})
		if err != nil {
			c.t.Fatal(err)
		}
		s, err := c.Indexer.State(ctx)
		if err != nil {
			c.t.Fatal(err)
		}
		if n == 0 && s.Waiting == 0 {
			return
		}
		if time.Now().After(end) {
			c.t.Fatalf("%d documents are still being read, %d things wait for the index", n, s.Waiting)
		}
	}
}

func (c *company) viewer(key string) auth.Viewer {
	c.t.Helper()
	u, err := c.People.UserByEmail(c.t.Context(), key+"@hanzeveld.example")
	if err != nil {
		c.t.Fatal(err)
	}
	return u.Viewer()
}

func (c *company) documents() []*library.Document {
	c.t.Helper()
	list, _, err := c.Library.List(c.t.Context(), auth.System(), library.Filter{Limit: 200})
	if err != nil {
		c.t.Fatal(err)
	}
	return list
}

// One load serves all: reading the documents takes most of the time.
func TestCompany(t *testing.T) {
	c := load(t)
	t.Run("everything is there and can be read", c.testDocuments)
	t.Run("people and tenders", c.testPeopleAndTenders)
	t.Run("searches find", c.testSearch)
	t.Run("what is for some is hidden from others", c.testAudience)
	t.Run("copies and versions", c.testCopies)
	t.Run("loading again adds nothing", c.testAgain)
	t.Run("what was used, and is held up", c.testReuse)
	t.Run("news", c.testNews)
	t.Run("a link shows where it leads", c.testLink)
}

// testNews comes after loading twice too.
func (c *company) testNews(t *testing.T) {
	for key, want := range map[string]int{"sanne": 5, "tom": 5, "lisa": 4} { // four for the company
		page, err := c.Social.Feed(t.Context(), c.viewer(key), social.Feed{Kind: social.FeedNews})
		if err != nil || len(page.Items) != want {
			t.Fatalf("%s sees %d pieces of news, want %d, %v", key, len(page.Items), want, err)
		}
		for _, it := range page.Items {
			if len(it.Photos) != 1 || it.Photos[0].Alt == "" {
				t.Errorf("%q has %d pictures, or one that says nothing", it.Title, len(it.Photos))
			}
		}
	}
	list, err := c.Social.ToRead(t.Context(), c.viewer("dirk"))
	if err != nil || len(list) != 1 {
		t.Fatalf("Dirk has %d pieces of news to read, %v", len(list), err)
	}
	r, err := c.Social.Reach(t.Context(), c.viewer("lisa"), list[0].ID)
	if err != nil || r.Few || r.Confirmed == 0 || r.Confirmed >= r.Seen || r.Seen >= r.People || len(r.Branches) < 4 {
		t.Errorf("its reach: %+v, %v", r, err)
	}
}

// testLink wants one card, of a site that is nowhere, and that nobody was asked.
func (c *company) testLink(t *testing.T) {
	page, err := c.Social.Feed(t.Context(), c.viewer("sanne"), social.Feed{Kind: social.FeedCompany, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	shown := 0
	for _, it := range page.Items {
		if p := it.Preview; p != nil {
			shown++
			if !strings.HasSuffix(p.Host(), ".example") || p.Picture == "" || p.Failed {
				t.Errorf("it shows %+v", p)
			}
		}
	}
	if shown != 1 {
		t.Errorf("%d posts show where they link", shown)
	}
}

// testReuse comes after loading twice: nothing was said twice.
func (c *company) testReuse(t *testing.T) {
	for key, want := range map[string]int{"sanne": 5, "ingrid": 6} { // one is for Eindhoven
		list, err := c.Spotlight.List(t.Context(), c.viewer(key), spotlight.Filter{})
		if err != nil || len(list) != want {
			t.Errorf("%s sees %d spotlights, want %d, %v", key, len(list), want, err)
		}
	}
	for _, d := range c.documents() {
		said, err := c.Reuse.Outdated(t.Context(), d)
		if err != nil {
			t.Fatal(err)
		}
		switch d.Title {
		case "Plan van aanpak renovatie Molenwijk":
			if d.Reused != 4 {
				t.Errorf("%s was reused %d times", d.Title, d.Reused)
			}
		case "Voorbeeldbrief aan bewoners in B1-taal":
			if d.Reused != 2 || len(said.Open) != 2 {
				t.Errorf("%s was reused %d times, and %d call it outdated", d.Title, d.Reused, len(said.Open))
			}
		}
	}
}

func (c *company) testDocuments(t *testing.T) {
	failed, read, years := 0, 0, map[int]int{}
	for _, d := range c.documents() {
		years[d.CreatedAt.Year()]++
		read += d.Reads
		if d.Status == library.StatusFailed {
			failed++
			if d.Failure != string(reader.ReasonDamaged) || !strings.Contains(d.Title, "garantieverklaring") {
				t.Errorf("%s failed: %s, %s", d.Title, d.Failure, d.FailureDetail)
			}
			continue
		}
		if d.Status != library.StatusReady || d.Pages == 0 {
			t.Errorf("%s is %s with %d pages", d.Title, d.Status, d.Pages)
		}
		if d.Kind == library.KindApproach && strings.HasPrefix(d.Title, "Plan van aanpak") && d.MediaType == "application/pdf" && (d.Pages < 5 || d.Pages > 25) {
			t.Errorf("%s has %d pages", d.Title, d.Pages)
		}
		c.checkPages(t, d)
	}
	for year := 2021; year <= 2026; year++ {
		if years[year] == 0 {
			t.Errorf("no document is of %d", year)
		}
	}
	if n := len(c.documents()); n < 70 || failed != 1 || read < 400 {
		t.Errorf("%d documents, %d failed, read %d times", n, failed, read)
	}
}

func (c *company) checkPages(t *testing.T, d *library.Document) {
	ver := &library.Version{ID: d.ReadableID}
	err := c.Library.EachPage(t.Context(), ver, func(p *library.Page) error {
		if len(strings.Fields(p.Text)) < 5 && p.Number > 1 {
			t.Errorf("%s page %d says only %q", d.Title, p.Number, p.Text)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func (c *company) testPeopleAndTenders(t *testing.T) {
	all, err := c.People.Users(t.Context(), auth.System(), people.UserFilter{})
	if err != nil {
		t.Fatal(err)
	}
	roles := map[auth.Role]int{}
	for _, u := range all {
		roles[u.Role]++
	}
	branches, err := c.People.Branches(t.Context(), auth.System())
	if err != nil {
		t.Fatal(err)
	}
	list, err := c.Tenders.List(t.Context(), auth.System(), tenders.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 35 || len(branches) != 5 || len(roles) != len(auth.Roles) || len(list) < 18 {
		t.Errorf("%d people in %d branches with roles %v, %d tenders", len(all), len(branches), roles, len(list))
	}
	c.testGroups(t)
	for _, a := range demo.Accounts() {
		if _, err := c.People.UserByEmail(t.Context(), a.Email); err != nil {
			t.Errorf("%s cannot sign in: %v", a.Email, err)
		}
	}
}

// testGroups wants every kind of group, somebody who asks and somebody who is invited, and teams of several people.
func (c *company) testGroups(t *testing.T) {
	list, err := c.Groups.List(t.Context(), auth.System(), groups.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, g := range list {
		seen[string(g.Kind)]++
		members, err := c.Groups.Members(t.Context(), auth.System(), g)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range members {
			seen[string(m.State)]++
		}
		if len(members) < 5 || !members[0].Owner {
			t.Errorf("%s has %d people", g.Name, len(members))
		}
	}
	if len(list) < 8 || seen["open"] == 0 || seen["closed"] < 2 || seen["hidden"] == 0 || seen["asked"] < 2 || seen["invited"] < 2 {
		t.Errorf("%d groups, %v", len(list), seen)
	}
	worked, err := c.Tenders.List(t.Context(), auth.System(), tenders.Filter{Member: c.viewer("gerrit").UserID})
	if err != nil || len(worked) < 5 {
		t.Errorf("the calculator of Zwolle is in the team of %d tenders, err %v", len(worked), err)
	}
}

// testSearch asks what a new user would. Wanted are parts of "title | branch", each in one of the first hits.
func (c *company) testSearch(t *testing.T) {
	for _, q := range []struct {
		text string
		want []string
	}{
		{"bewoners communicatie renovatie", []string{"renovatie Molenwijk | Zwolle", "Vestdijk | Eindhoven", "Wielewaal, perceel 2 | Oldenzaal", "Het Kompas | Oldenzaal", "Schiehof, 180"}},
		{`"één vast gezicht"`, []string{"renovatie Molenwijk | Zwolle", "Gunningsbrief Molenwijk | Zwolle"}},
		{`"klachten zijn binnen 24 uur beantwoord"`, []string{"Wielewaal, perceel 2 | Oldenzaal"}},
		{"startdatum kiezen", []string{"Bewoners kiezen hun startdatum | Oldenzaal", "Referentie flat Het Kompas"}},
		{"bouwlogistiek binnenstad", []string{"herinrichting Kortegracht | Amersfoort", "wat werkte op de Kortegracht"}},
		{"trillingsarm damwand", []string{"kademuur Westerkade | Rotterdam", "Sluiskade Gouda | Rotterdam"}},
		{"asbest noodprotocol", []string{"V&G-plan Molenwijk | Zwolle"}},
		{"kathodische bescherming balkon", []string{"Vestdijk | Eindhoven"}},
		{"warmtepomp flat", []string{"Het Kompas | Oldenzaal"}},
		{"commissioning fume cupboards", []string{"BioLab fit-out | Amersfoort"}},
		{"kind:calculation badkamer", []string{"Calculatie renovatie Molenwijk | Zwolle"}},
		{"branch:eindhoven riool wadi", []string{"Bloemenbuurt-Zuid | Eindhoven"}},
		{"kind:risk vleermuizen", []string{"Risicodossier Molenwijk | Zwolle"}},
		{"bewonerscomunicatie", []string{"Vestdijk | Eindhoven"}}, // with a typing error
	} {
		got := c.ask(t, "gerrit", q.text)
		for _, want := range q.want {
			title, branch, _ := strings.Cut(want, " | ")
			if !slices.ContainsFunc(got, func(h string) bool { return strings.Contains(h, title) && strings.HasSuffix(h, branch) }) {
				t.Errorf("%s does not find %s but\n\t%s", q.text, want, strings.Join(got, "\n\t"))
			}
		}
	}
}

// ask returns "title | branch" of the first documents.
func (c *company) ask(t *testing.T, key, text string) (out []string) {
	t.Helper()
	res, err := c.Find.Search(t.Context(), c.viewer(key), find.Query{Text: text, Types: []search.Type{search.TypeDocument}, Limit: 20})
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range res.Hits {
		out = append(out, h.Document.Title+" | "+h.Document.BranchName)
	}
	return out
}

func (c *company) testAudience(t *testing.T) {
	for _, q := range []struct {
		key, text, title string
		sees             bool
	}{
		{"ruben", "hulpdiensten uitvalscenario", "Afwijzing Vlietbrug", true},
		{"sjaak", "hulpdiensten uitvalscenario", "Afwijzing Vlietbrug", false},
		{"wout", "startvensters Kastanjehof", "Plan van aanpak Kastanjehof", true},
		{"sanne", "startvensters Kastanjehof", "Plan van aanpak Kastanjehof", false},
		{"sanne", "kind:calculation badkamer", "Calculatie renovatie Molenwijk", true},
		{"gerrit", "kind:calculation badkamer", "Calculatie renovatie Molenwijk", true},
		{"marieke", "kind:calculation portaal", "Calculatie groot onderhoud Vestdijk", false},
		{"anouk", "kind:calculation badkamer", "Calculatie renovatie Molenwijk", false},
		{"tom", "looproutes hinderkaart", "Hinderkaart in vijf stappen", true},
		{"dirk", "looproutes hinderkaart", "Hinderkaart in vijf stappen", false},
		{"henk", "inschrijfagenda plafondprijs", "Inschrijfagenda", true},
		{"anouk", "inschrijfagenda plafondprijs", "Inschrijfagenda", false},
	} {
		got := slices.ContainsFunc(c.ask(t, q.key, q.text), func(h string) bool { return strings.HasPrefix(h, q.title) })
		if got != q.sees {
			t.Errorf("%s sees %s: %v, want %v", q.key, q.title, got, q.sees)
		}
	}
}

func (c *company) testCopies(t *testing.T) {
	exact, versions := 0, 0
	near := map[string]float64{}
	for _, d := range c.documents() {
		versions = max(versions, d.Number)
		copies, err := c.Library.Copies(t.Context(), auth.System(), d)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range copies {
			if o.Exact {
				exact++
			} else {
				near[d.Title] = max(near[d.Title], o.Overlap)
				if d.Kind == library.KindCalculation {
					t.Errorf("%s only has its form in common with %s", d.Title, o.Title)
				}
			}
		}
	}
	if exact != 2 || versions != 2 {
		t.Errorf("%d documents have an exact copy, at most %d versions; want 2 and 2", exact, versions)
	}
	t.Logf("near copies: %v", near)
	for _, title := range []string{"Plan van aanpak Westerkade, ingekorte versie voor de stuurgroep", "Bewonersaanpak Molenwijk, uittreksel voor collega's"} {
		if near[title] < 0.6 {
			t.Errorf("%s is no near copy: %v", title, near[title])
		}
		delete(near, title)
	}
	// Writers reuse their own chapters, but what two branches say on a theme differs.
	for title, overlap := range near {
		if strings.HasPrefix(title, "Plan van aanpak") && overlap > 0.6 {
			t.Errorf("%s says for %.0f %% what another says", title, overlap*100)
		}
	}
}

func (c *company) testAgain(t *testing.T) {
	before := c.documents()
	c.load()
	after := c.documents()
	if len(after) != len(before) {
		t.Fatalf("%d documents, then %d", len(before), len(after))
	}
	for i := range before {
		if before[i].ID != after[i].ID || before[i].Reads != after[i].Reads || before[i].Number != after[i].Number {
			t.Errorf("%s changed", before[i].Title)
		}
	}
}

// A load that is interrupted says so.
func TestLoadStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := t.TempDir()
	cfg, err := config.Load(func(name string) (string, bool) { return dir, name == "AANPAK_DATA" })
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.New(t.Context(), cfg, slog.New(slog.DiscardHandler), app.Parts{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if err := demo.Load(ctx, demo.Target{People: a.People, Groups: a.Groups, Tenders: a.Tenders, Library: a.Library, Reuse: a.Reuse, Spotlight: a.Spotlight, Social: a.Social, Insight: a.Insight, Opening: a.Opening, Links: a.Links, Log: a.Log}, time.Now()); err == nil {
		t.Error("a cancelled load says that it succeeded")
	}
}
