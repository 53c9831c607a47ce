package faults_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/app"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/social"
)

// crowd is how many people one announcement is for: the largest company that we promise to serve. It takes twenty batches, so that there is a
// middle to be killed in; with fewer the program is done before a test sees that it began.
const crowd = 5000

// TestKilledAnnouncement tells news to everybody and kills the program in the middle, twice. Everybody hears of it once.
func TestKilledAnnouncement(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped, -short: 5,000 people take a while")
	}
	t.Run("embedded", func(t *testing.T) { killInAnnouncement(t, embedded(t)) })
	t.Run("served", func(t *testing.T) { killInAnnouncement(t, served(t)) })
}

func killInAnnouncement(t *testing.T, h *home) {
	a, err := app.New(t.Context(), h.config(), quiet(), app.Parts{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	announce(t, a)

	started, before := time.Now(), 0
	for round := range 2 {
		p := h.serve("--role", "all")
		until(t, "some have heard, and not yet all", func() bool { return heard(t, a) > before })
		p.kill()
		if before = heard(t, a); before == crowd {
			t.Fatalf("round %d: all have heard before the program was killed", round)
		}
		t.Logf("killed when %d of %d had heard", before, crowd)
	}
	p := h.serve("--role", "all")
	until(t, "all have heard", func() bool { return heard(t, a) >= crowd && reached(t, a) })
	p.kill()
	t.Logf("all heard within %v, with two kills", time.Since(started).Round(10*time.Millisecond))

	var once int
	err = a.DB.Reader().NewRaw(`SELECT count(*) FROM (SELECT n.user_id FROM notifications AS n JOIN users AS u ON u.id = n.user_id
		WHERE u.role = 'member' GROUP BY n.user_id HAVING count(*) = 1) AS x`).Scan(t.Context(), &once)
	if err != nil || once != crowd || heard(t, a) != crowd {
		t.Errorf("%d people heard once, and there are %d notifications; want %d of both (%v)", once, heard(t, a), crowd, err)
	}
}

// announce has an editor tell news to a company of a crowd. Nobody works yet.
func announce(t *testing.T, a *app.App) {
	t.Helper()
	editor, err := a.People.Create(t.Context(), auth.System(), people.NewUser{Email: "ada@voorbeeld.nl", Name: "Ada Min", Branch: "Zwolle", Role: auth.RoleEditor, Password: password})
	if err != nil {
		t.Fatal(err)
	}
	err = a.DB.InTx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
		for i := range crowd {
			_, err := tx.NewRaw(`INSERT INTO users (id, email, email_folded, name, name_folded, branch_id, role, created_at, updated_at)
				VALUES (?0, ?0, ?0, ?0, ?0, ?1, 'member', ?2, ?2)`, "crowd"+strconv.Itoa(i), editor.BranchID, db.Now()).Exec(ctx)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Social.Create(t.Context(), editor.Viewer(), social.Input{Kind: social.KindNews, Title: "We gaan verhuizen", Body: "Naar Deventer."}); err != nil {
		t.Fatal(err)
	}
}

// heard counts the notifications.
func heard(t *testing.T, a *app.App) int {
	t.Helper()
	n, err := a.DB.Reader().NewSelect().TableExpr("notifications").Count(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return int(n)
}

// reached tells whether the program knows that everybody has heard.
func reached(t *testing.T, a *app.App) bool {
	t.Helper()
	open, err := a.DB.Reader().NewSelect().TableExpr("notify_events").Where("audience <> ''").Exists(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return !open
}
