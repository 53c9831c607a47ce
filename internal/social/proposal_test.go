package social_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/social"
	"github.com/aanpak/aanpak/internal/tenders"
)

func proposals(t *testing.T, a *apptest.App, v auth.Viewer) (out []string) {
	t.Helper()
	for _, p := range must(a.Social.Proposals(t.Context(), v))(t) {
		out = append(out, string(p.What))
	}
	return out
}

// What happened to a tender is proposed to who began it and who said so, once, until the company was told.
func TestTenderProposals(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx, nl := t.Context(), i18n.For("nl")
		sanne, tom, henk := a.Sanne.Viewer(), a.Tom.Viewer(), a.Manager.Viewer()
		in := tenders.Input{Reference: "Z-1", Title: "De Molenwijk", Client: "Gemeente Zwolle", Year: 2026, Outcome: tenders.OutcomeSubmitted}
		x := must(a.Tenders.Create(ctx, sanne, in))(t)
		ok(t, a.Tenders.AddMember(ctx, again(t, a, a.Sanne), x.ID, a.Tom.ID))
		wantBodies(t, "what came in as it is", proposals(t, a, sanne))
		in.Outcome, in.Score = tenders.OutcomeWon, 8.5
		must(a.Tenders.Update(ctx, henk, x.ID, in))(t)
		wantBodies(t, "who began it", proposals(t, a, sanne), "won")
		wantBodies(t, "who said it", proposals(t, a, henk), "won")
		wantBodies(t, "who is on the team only", proposals(t, a, tom))

		p := must(a.Social.Proposals(ctx, sanne))(t)[0]
		text := must(a.Social.Text(ctx, sanne, nl, p))(t)
		if want := "We hebben De Molenwijk gewonnen, voor Gemeente Zwolle! Onze score: 8,5.\n\nMet dank aan @Tom Bakker."; text != want {
			t.Errorf("%q, want %q", text, want)
		}
		ok(t, a.Social.PutAside(ctx, henk, p.About(), p.What))
		wantBodies(t, "who put it aside", proposals(t, a, henk))
		wantBodies(t, "the other still", proposals(t, a, sanne), "won")
		made := must(a.Social.Create(ctx, sanne, social.Input{Body: text, Audience: p.Audience, Cards: p.Cards()}))(t)
		wantBodies(t, "told", proposals(t, a, sanne))
		if !strings.Contains(made.Body, "<@user:"+a.Tom.ID+">") {
			t.Errorf("the team is not named: %q", made.Body)
		}
		in.Outcome = tenders.OutcomeLost
		must(a.Tenders.Update(ctx, henk, x.ID, in))(t)
		wantBodies(t, "another outcome is another thing", proposals(t, a, henk), "lost")
		a.Social.UseClock(func() time.Time { return db.Now().AddDate(0, 0, 15) })
		wantBodies(t, "long ago", proposals(t, a, henk))
		wantKind(t, "of no tender", a.Social.PutAside(ctx, sanne, "tender:none", social.Won), errs.KindNotFound)
		wantKind(t, "of another thing", a.Social.PutAside(ctx, sanne, social.DocumentTarget("x"), social.Won), errs.KindNotFound)
	})
}

// Documents are proposed together as far as they are for the same people, and only what is for more than a few.
func TestAddedProposals(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx, sanne := t.Context(), a.Sanne.Viewer()
		kind := library.KindApproach
		add := func(name, audience string) *library.Document {
			return a.Upload(t, a.Sanne, name, []byte("Een plan van aanpak."), library.Meta{Kind: &kind, Audience: &audience})
		}
		add("Voor Tom.txt", "people:"+a.Tom.ID)
		a.Settle(t)
		wantBodies(t, "what is for one", proposals(t, a, sanne))
		add("Bewoners.txt", "company")
		add("Bouwplaats.txt", "company")
		a.Settle(t)
		list := must(a.Social.Proposals(ctx, sanne))(t)
		if len(list) != 1 || len(list[0].Documents) != 2 || list[0].Audience != "company" {
			t.Fatalf("%+v", list)
		}
		if text := must(a.Social.Text(ctx, sanne, i18n.For("nl"), list[0]))(t); !strings.Contains(text, "Bewoners") || !strings.Contains(text, "Bouwplaats") || strings.Contains(text, "Tom") {
			t.Error(text)
		}
		must(a.Social.Create(ctx, sanne, social.Input{Body: "Kijk", Draft: true, Cards: list[0].Cards()[:1]}))(t)
		if list = must(a.Social.Proposals(ctx, sanne))(t); len(list) != 1 || len(list[0].Documents) != 1 {
			t.Fatalf("a draft of one: %+v", list)
		}
		ok(t, a.Social.PutAside(ctx, sanne, "", social.Added))
		wantBodies(t, "put aside", proposals(t, a, sanne))
		a.Social.UseClock(func() time.Time { return db.Now().Add(time.Second) })
		add("Later.txt", "company")
		a.Settle(t)
		wantBodies(t, "what comes later", proposals(t, a, sanne), "added")
		wantBodies(t, "somebody else's", proposals(t, a, a.Tom.Viewer()))
	})
}
