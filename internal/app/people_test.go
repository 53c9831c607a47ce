package app_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/config"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/find"
	domain "github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/search/meili/meilitest"
	"github.com/aanpak/aanpak/internal/tenders"
)

// TestWhoKnows asks the directory as people do, on every engine, and looks whether it keeps up with what changes.
func TestWhoKnows(t *testing.T) {
	apptest.Each(t, whoKnows)
	t.Run("meilisearch", func(t *testing.T) {
		server := meilitest.Need(t)
		cfg := apptest.Config(t, db.SQLite)
		cfg.SearchURL = searchURL(server, "who-"+strings.ToLower(time.Now().Format("150405.000000"))[7:])
		whoKnows(t, apptest.NewWith(t, cfg))
	})
}

func whoKnows(t *testing.T, a *apptest.App) {
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	twente, err := a.People.CreateBranch(ctx, a.Admin.Viewer(), "Oldenzaal", "Oldenzaal, Twente")
	must(err)
	roos := a.Person(t, "Roos Wegman", "Oldenzaal", auth.RoleMember)
	koen := a.Person(t, "Koen Smit", "Oldenzaal", auth.RoleMember)
	say := func(u *domain.User, change func(*domain.Profile)) {
		t.Helper()
		now, err := a.People.User(ctx, u.Viewer(), u.ID)
		must(err)
		p := now.Profile()
		change(&p)
		must(a.People.UpdateProfile(ctx, u.Viewer(), p))
	}
	say(roos, func(p *domain.Profile) {
		p.Expertise, p.Function, p.Mobile = []string{"BLVC"}, "Tenderschrijver", "0655501041"
	})
	say(a.Tom, func(p *domain.Profile) { p.Expertise = []string{"BLVC", "Bewonerscommunicatie"} })
	say(koen, func(p *domain.Profile) { p.Languages, p.About = []string{"nl", "pl"}, "Weet alles van heiwerk." })
	tender, err := a.Tenders.Create(ctx, a.Sanne.Viewer(), tenders.Input{Reference: "Z-77", Title: "Fietsbrug Vechtdijk", Client: "Gemeente Ommen", Year: 2026, Outcome: tenders.OutcomeOpen})
	must(err)
	must(a.Tenders.AddMember(ctx, a.Manager.Viewer(), tender.ID, koen.ID))

	ask := func(text string, want ...*domain.User) {
		t.Helper()
		a.Settle(t)
		got, away, err := a.Find.People(ctx, a.Sanne.Viewer(), find.PeopleQuery{Text: text})
		if err != nil || away != nil {
			t.Fatalf("%s: %v, %v", text, away, err)
		}
		ids := make([]string, len(want))
		for i, u := range want {
			ids[i] = u.ID
		}
		if slices.Sort(ids); !slices.Equal(slices.Sorted(slices.Values(got.IDs)), ids) {
			var names []string
			for _, id := range got.IDs {
				u, _ := a.People.User(ctx, a.Sanne.Viewer(), id)
				names = append(names, u.Name)
			}
			t.Errorf("%q finds %v", text, names)
		}
	}
	ask("Wie weet BLVC in Twente?", roos)
	ask("who knows BLVC in Twente", roos)
	ask("wie weet blvc", roos, a.Tom)
	ask("communicatie", a.Tom)
	ask("iemand die Pools spreekt", koen)
	ask("heiwerk", koen)
	ask("tenderschrijvers", roos)
	ask("fietsbrug", koen, a.Sanne)
	ask("Ommen Oldenzaal", koen)
	ask("egm", roos) // a part of a name
	ask("0655501041")

	must(a.Tenders.RemoveMember(ctx, a.Manager.Viewer(), tender.ID, koen.ID))
	ask("fietsbrug", a.Sanne)
	_, err = a.Tenders.Update(ctx, a.Sanne.Viewer(), tender.ID, tenders.Input{Reference: "Z-77", Title: "Kanaalzone", Client: "Provincie", BranchID: a.Sanne.BranchID, Year: 2026, Outcome: tenders.OutcomeOpen})
	must(err)
	ask("kanaalzone", a.Sanne)
	list, err := a.People.ExpertiseList(ctx, a.Admin.Viewer())
	must(err)
	i := slices.IndexFunc(list, func(e *domain.Expertise) bool { return e.Name == "BLVC" })
	must(a.People.RenameExpertise(ctx, a.Admin.Viewer(), list[i].ID, "Bereikbaarheidsplan"))
	ask("bereikbaarheidsplan", roos, a.Tom)
	must(a.People.RenameBranch(ctx, a.Admin.Viewer(), twente.ID, "Oldenzaal", "Hengelo"))
	ask("hengelo", roos, koen)
	must(a.People.SetActive(ctx, a.Admin.Viewer(), roos.ID, false))
	ask("hengelo", koen)
}

// While the index is away the directory still finds by name, and says that it is away.
func TestDirectoryWithoutIndex(t *testing.T) {
	cfg := apptest.Config(t, db.SQLite)
	cfg.SearchURL = config.Secret("meilisearch://:x@127.0.0.1:1/?tls=false&prefix=away")
	a := apptest.NewWith(t, cfg)
	got, away, err := a.Find.People(t.Context(), a.Sanne.Viewer(), find.PeopleQuery{Text: "bakker"})
	if err != nil || away == nil || len(got.IDs) != 1 || got.IDs[0] != a.Tom.ID {
		t.Errorf("found %+v, away %v, err %v", got, away, err)
	}
}
