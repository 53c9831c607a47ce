package share_test

import (
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/lookin"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/share"
)

func TestMain(m *testing.M) { apptest.Main(m) }

func allow(t *testing.T, a *apptest.App, r share.Rule) {
	t.Helper()
	r.BranchID = a.Zwolle.ID
	if err := a.Share.SetRule(t.Context(), a.Admin.Viewer(), r); err != nil {
		t.Fatal(err)
	}
}

// TestWhoShares: nobody before an administrator allows it, then who may change whom the document is for; calculations only if they are named.
func TestWhoShares(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		company := "company"
		plan := a.Upload(t, a.Sanne, "plan.txt", []byte("Een plan van aanpak."), library.Meta{})
		sums := a.Upload(t, a.Sanne, "Calculatie kade.csv", []byte("post;prijs\ndamwand;100\n"), library.Meta{Audience: &company})
		want := func(when string, u *people.User, d *library.Document, n share.Input, kind errs.Kind) {
			t.Helper()
			_, _, err := a.Share.Create(t.Context(), u.Viewer(), d.ID, n)
			if kind == errs.KindInternal && err != nil || kind != errs.KindInternal && errs.KindOf(err) != kind {
				t.Errorf("%s: %v", when, err)
			}
		}
		ok := share.Input{Recipient: "Jan de Vries", Days: 7}
		want("off", a.Sanne, plan, ok, errs.KindForbidden)
		allow(t, a, share.Rule{MostDays: 10})
		want("allowed", a.Sanne, plan, ok, errs.KindInternal)
		want("the branch's manager", a.Manager, plan, ok, errs.KindInternal)
		want("a reader", a.Tom, plan, ok, errs.KindForbidden)
		want("a calculation", a.Sanne, sums, ok, errs.KindForbidden)
		want("too long", a.Sanne, plan, share.Input{Recipient: "Jan", Days: 11}, errs.KindInvalid)
		want("for nobody", a.Sanne, plan, share.Input{Days: 1}, errs.KindInvalid)
		want("a version that is not", a.Sanne, plan, share.Input{Recipient: "Jan", Days: 1, Version: 4}, errs.KindNotFound)
		allow(t, a, share.Rule{MostDays: 10, Password: true, Calculations: true})
		want("without a password", a.Sanne, plan, ok, errs.KindInvalid)
		want("a calculation, allowed", a.Sanne, sums, share.Input{Recipient: "Jan", Days: 1, Password: "hekwerk9"}, errs.KindInternal)
		if err := a.Share.SetRule(t.Context(), a.Manager.Viewer(), share.Rule{BranchID: a.Zwolle.ID}); errs.KindOf(err) != errs.KindForbidden {
			t.Errorf("a manager allows: %v", err)
		}
	})
}

// TestLinksDie at once, whatever ends them, and come back where that was taken back.
func TestLinksDie(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx, admin := t.Context(), a.Admin.Viewer()
		audience := "people:" + a.Manager.ID
		d := a.Upload(t, a.Sanne, "plan.txt", []byte("Een plan van aanpak."), library.Meta{Audience: &audience})
		allow(t, a, share.Rule{MostDays: 10})
		secret, l, err := a.Share.Create(ctx, a.Manager.Viewer(), d.ID, share.Input{Recipient: "Jan de Vries", Days: 7})
		if err != nil {
			t.Fatal(err)
		}
		works := func(when string, want bool) {
			t.Helper()
			o, err := a.Share.Open(ctx, secret, "")
			if (err == nil) != want || err != nil && !errs.Is(err, errs.KindNotFound) {
				t.Errorf("%s: %v", when, err)
			}
			if err == nil && o.Document.ID != d.ID {
				t.Errorf("%s: shows %s", when, o.Document.Title)
			}
		}
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		works("made", true)
		if _, err := a.Share.Open(ctx, secret[1:], ""); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("another secret: %v", err)
		}
		must(a.Library.Delete(ctx, a.Sanne.Viewer(), d.ID))
		works("in the trash", false)
		_, err = a.Library.Restore(ctx, a.Sanne.Viewer(), d.ID)
		must(err)
		works("restored", true)
		none, again := "people:"+a.Sanne.ID, audience
		_, err = a.Library.Update(ctx, a.Sanne.Viewer(), d.ID, library.Meta{Audience: &none})
		must(err)
		works("out of sight of who made it", false)
		_, err = a.Library.Update(ctx, a.Sanne.Viewer(), d.ID, library.Meta{Audience: &again})
		must(err)
		must(a.People.SetActive(ctx, admin, a.Manager.ID, false))
		works("who made it left", false)
		must(a.People.SetActive(ctx, admin, a.Manager.ID, true))
		works("and came back", true)
		allow(t, a, share.Rule{MostDays: 10, Password: true})
		works("passwords wanted", false)
		allow(t, a, share.Rule{})
		works("branch off", false)
		allow(t, a, share.Rule{MostDays: 10})
		kind := library.KindCalculation
		_, err = a.Library.Update(ctx, a.Sanne.Viewer(), d.ID, library.Meta{Kind: &kind})
		must(err)
		works("now a calculation", false)
		kind = library.KindOther
		_, err = a.Library.Update(ctx, a.Sanne.Viewer(), d.ID, library.Meta{Kind: &kind, Audience: &again})
		must(err)
		works("nothing against it", true)
		a.Share.UseClock(func() time.Time { return db.Now().AddDate(0, 0, 8) })
		works("over", false)
		a.Share.UseClock(db.Now)
		if err := a.Share.Revoke(ctx, a.Tom.Viewer(), l.ID); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("somebody else revokes: %v", err)
		}
		must(a.Share.Revoke(ctx, a.Sanne.Viewer(), l.ID)) // the owner of the document
		works("revoked", false)
	})
}

// TestPasswordOfALink: limited tries, and what opens one link opens no other.
func TestPasswordOfALink(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx := t.Context()
		d := a.Upload(t, a.Sanne, "plan.txt", []byte("Een plan van aanpak."), library.Meta{})
		allow(t, a, share.Rule{MostDays: 10})
		link := func() string {
			secret, _, err := a.Share.Create(ctx, a.Sanne.Viewer(), d.ID, share.Input{Recipient: "Jan", Days: 7, Password: "hekwerk9"})
			if err != nil {
				t.Fatal(err)
			}
			return secret
		}
		one, other := link(), link()
		if _, err := a.Share.Open(ctx, one, ""); !errs.Is(err, errs.KindUnauthorized) {
			t.Errorf("without the password: %v", err)
		}
		key, err := a.Share.Unlock(ctx, one, "hekwerk9", people.Client{Address: "192.0.2.1"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.Share.Open(ctx, one, key); err != nil {
			t.Errorf("unlocked: %v", err)
		}
		if _, err := a.Share.Open(ctx, other, key); !errs.Is(err, errs.KindUnauthorized) {
			t.Errorf("another link: %v", err)
		}
		for range 10 {
			if _, err := a.Share.Unlock(ctx, one, "gokken", people.Client{Address: "192.0.2.1"}); !errs.Is(err, errs.KindUnauthorized) {
				t.Errorf("a wrong password: %v", err)
			}
		}
		if _, err := a.Share.Unlock(ctx, one, "hekwerk9", people.Client{Address: "192.0.2.2"}); !errs.Is(err, errs.KindTooMany) {
			t.Errorf("after too many, from elsewhere: %v", err)
		}
		var n int
		if err := a.DB.Reader().NewRaw("SELECT count(*) FROM audit WHERE action = 'share.refused' AND address = '192.0.2.1' AND via = 'link'").Scan(ctx, &n); err != nil || n != 10 {
			t.Errorf("%d wrong tries in the trail, %v", n, err)
		}
	})
}

// TestNothingLentIsShared: temporary access is for looking.
func TestNothingLentIsShared(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		audience := "people:" + a.Sanne.ID
		d := a.Upload(t, a.Sanne, "plan.txt", []byte("Een plan van aanpak."), library.Meta{Audience: &audience})
		allow(t, a, share.Rule{MostDays: 10})
		if _, err := a.LookIn.Ask(t.Context(), a.Admin.Viewer(), lookin.Input{Kind: lookin.KindDocument, What: d.ID, Reason: "Vraag van de directie", Minutes: 60}); err != nil {
			t.Fatal(err)
		}
		u, err := a.People.UserByEmail(t.Context(), a.Admin.Email)
		if err != nil {
			t.Fatal(err)
		}
		v := u.Viewer()
		if _, _, err := a.Share.Create(t.Context(), v, d.ID, share.Input{Recipient: "Jan", Days: 7}); errs.KindOf(err) != errs.KindForbidden {
			t.Errorf("what is lent was shared: %v", err)
		}
		if _, _, err := a.Share.Create(t.Context(), auth.Viewer{}, d.ID, share.Input{Recipient: "Jan", Days: 7}); err == nil {
			t.Error("nobody shares")
		}
	})
}
