package app_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/internal/library"
	domain "github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/reuse"
	"github.com/aanpak/aanpak/internal/share"
	"github.com/aanpak/aanpak/internal/social"
	"github.com/aanpak/aanpak/internal/tenders"
)

// columns returns every column that holds text, as "table.column", and those that refer to users.
func columns(t *testing.T, d *db.DB) (text, refer []string) {
	t.Helper()
	queries := [2]string{
		`SELECT m.name || '.' || c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND upper(c.type) = 'TEXT'`,
		`SELECT m.name || '.' || f."from" FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' AND f."table" = 'users'`,
	}
	if d.Dialect == db.Postgres {
		queries = [2]string{
			`SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public' AND data_type = 'text'`,
			`SELECT c.conrelid::regclass::text || '.' || a.attname FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
				WHERE c.contype = 'f' AND c.confrelid = 'users'::regclass`,
		}
	}
	for i, list := range []*[]string{&text, &refer} {
		if err := d.Reader().NewRaw(queries[i]).Scan(t.Context(), list); err != nil {
			t.Fatal(err)
		}
		*list = slices.DeleteFunc(*list, func(c string) bool {
			return slices.ContainsFunc([]string{"river_", "bun_", "sqlite_"}, func(p string) bool { return strings.HasPrefix(c, p) })
		})
	}
	return text, refer
}

// TestEveryColumnThatNamesPeopleIsKnown reads the schema, so that a table which comes later cannot be forgotten when accounts are merged.
func TestEveryColumnThatNamesPeopleIsKnown(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		known := map[string]bool{}
		for _, r := range a.People.Named() {
			known[r.Table+"."+r.Column] = true
		}
		text, refer := columns(t, a.DB)
		if len(refer) < 10 {
			t.Fatalf("only %d columns refer to users: the test reads too little", len(refer))
		}
		for _, c := range text {
			if name := c[strings.Index(c, ".")+1:]; strings.HasSuffix(name, "_by") || strings.HasSuffix(name, "user_id") || strings.HasSuffix(name, "owner_id") {
				refer = append(refer, c)
			}
		}
		for _, c := range refer {
			if !known[c] {
				t.Errorf("%s names people, and no domain's References have it", c)
			}
		}
		for c := range known {
			if !slices.Contains(text, c) {
				t.Errorf("%s is in References and not in the schema", c)
			}
		}
	})
}

// TestMerge makes two accounts of one person one. It looks for the account that goes in every column there is.
func TestMerge(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		from, into := a.Sanne, a.Person(t, "Sanne Visser-Bos", "Zwolle", auth.RoleMember)
		doc, group := fill(t, a, from, into)
		for _, r := range a.People.Named() {
			if r.By != "" {
				continue // moves with the source: package scim has its test
			}
			where, args := r.Rows(from.ID)
			n, err := a.DB.Reader().NewSelect().TableExpr("?", bun.Ident(r.Table)).Where(where, args...).Count(t.Context())
			if err != nil || n == 0 {
				t.Errorf("the test has no row of %s.%s: %v", r.Table, r.Column, err)
			}
		}
		moves, err := a.People.MergePlan(t.Context(), a.Admin.Viewer(), from.ID, into.ID)
		if err != nil || !slices.Contains(moves, domain.Move{Table: "versions", Count: 2}) {
			t.Errorf("plan: %v, %v", moves, err)
		}
		for _, m := range moves {
			for _, lang := range i18n.Languages {
				if !i18n.For(lang).Has("admin.merge.table." + m.Table) {
					t.Errorf("no %s words for what moves in %s", lang, m.Table)
				}
			}
		}
		trail := entries(t, a, from.ID)
		if err := a.People.Merge(t.Context(), a.Admin.Viewer(), from.ID, into.ID); err != nil {
			t.Fatal(err)
		}
		nowhereElse(t, a, from.ID)
		if got := entries(t, a, from.ID); got != trail {
			t.Errorf("the trail changed: %d entries of %d", got, trail)
		}
		if u, err := a.People.User(t.Context(), a.Admin.Viewer(), from.ID); err != nil || u.Active() {
			t.Errorf("the account that goes: %v, %v", u, err)
		}
		if u, err := a.People.User(t.Context(), into.Viewer(), into.ID); err != nil || len(u.Expertise) != 1 || len(u.Expertise[0].By) != 1 || u.Expertise[0].By[0].ID != a.Tom.ID {
			t.Errorf("what the one who stays is good at: %+v, %v", u, err)
		}
		now, err := a.People.UserByEmail(t.Context(), into.Email)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(now.Groups, group.ID) {
			t.Error("the membership is gone")
		}
		g, err := a.Groups.Get(t.Context(), now.Viewer(), group.ID)
		if err != nil || !g.Owner {
			t.Errorf("who was invited by one account and owner by the other is no owner: %+v, %v", g, err)
		}
		a.Settle(t)
		d, err := a.Library.Get(t.Context(), now.Viewer(), doc.ID)
		if err != nil || d.OwnerID != into.ID || strings.Contains(d.Audience, from.ID) {
			t.Errorf("document: %+v, %v", d, err)
		}
	})
}

// fill gives an account something in every column that names people, some of it to the other one too.
func fill(t *testing.T, a *apptest.App, from, into *domain.User) (*library.Document, *groups.Group) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(a.DB.InTx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
		for _, q := range []string{
			"INSERT INTO directory_runs (id, started_at, ended_at, asked_by) VALUES ('run', ?0, ?0, ?1)",
			"INSERT INTO temporary_access (id, user_id, kind, concerns_user_id, reason, began_at, until) VALUES ('looks', ?1, 'person', ?1, 'omdat het moet', ?0, ?0)",
			"INSERT INTO share_rules (branch_id, most_days, updated_by, updated_at) SELECT id, 14, ?1, ?0 FROM branches WHERE name = 'Zwolle'",
			"INSERT INTO erasures (id, user_id, asked_by, asked_at, due_at, cancelled_at) VALUES ('er', ?1, ?1, ?0, ?0, ?0)",
			"INSERT INTO exports (id, user_id, asked_at, expires_at) VALUES ('ex', ?1, ?0, ?0)",
			"INSERT INTO scim_tokens (id, secret_hash, name, created_by, created_at) VALUES ('token', 'hash', 'Entra ID', ?1, ?0)",
		} {
			if _, err := tx.ExecContext(ctx, q, db.Now(), from.ID); err != nil {
				return err
			}
		}
		return nil
	}))
	v := from.Viewer()
	group, err := a.Groups.Create(t.Context(), v, groups.Input{Name: "Bewoners", Kind: groups.KindClosed})
	must(err)
	must(a.Groups.Add(t.Context(), v, group.ID, into.ID))
	tender, err := a.Tenders.Create(t.Context(), v, tenders.Input{Reference: "Z-1", Title: "Molenwijk", Client: "De Linde", BranchID: from.BranchID, Year: 2026, Outcome: tenders.OutcomeOpen})
	must(err)
	must(a.Tenders.AddMember(t.Context(), a.Manager.Viewer(), tender.ID, into.ID))
	submitted := tender.Input()
	submitted.Outcome = tenders.OutcomeSubmitted
	_, err = a.Tenders.Update(t.Context(), v, tender.ID, submitted)
	must(err)
	must(a.Social.PutAside(t.Context(), v, social.TenderTarget(tender.ID), social.Submitted))
	must(a.Opening.Welcomed(t.Context(), v))
	people := "people:" + from.ID + "," + into.ID
	doc := a.Upload(t, from, "plan.txt", []byte("Een plan van aanpak."), library.Meta{Audience: &people})
	gone := a.Upload(t, from, "oud.txt", []byte("Een oud plan."), library.Meta{})
	must(a.Library.Delete(t.Context(), v, gone.ID))
	for _, u := range []auth.Viewer{v, into.Viewer()} {
		must(a.Library.RecordRead(t.Context(), u, doc.ID, 1))
	}
	usedAndLit(t, a, from, into, doc)
	talked(t, a, from, into, doc)
	_, link, err := a.Share.Create(t.Context(), v, doc.ID, share.Input{Recipient: "Jan de Vries", Days: 7})
	must(err)
	must(a.Share.Revoke(t.Context(), v, link.ID))
	knowledge(t, a, from, into)
	session, _, err := a.People.SignIn(t.Context(), from.Email, apptest.Password, domain.Client{})
	must(err)
	_, here, err := a.People.Session(t.Context(), session)
	must(err)
	a.Token(t, from)
	_, err = a.People.Invite(t.Context(), a.Admin.Viewer(), from.ID)
	must(err)
	must(a.People.BeginFactor(t.Context(), v))
	secret, _, err := a.People.PendingFactor(t.Context(), v)
	must(err)
	code, err := auth.TOTPCode(secret, time.Now())
	must(err)
	_, err = a.People.ConfirmFactor(t.Context(), v, code, domain.Client{Session: here})
	must(err)
	must(a.Notify.Mute(t.Context(), v, auth.GroupKey(group.ID)))
	preferences, err := a.Notify.Preferences(t.Context(), v)
	must(err)
	must(a.Notify.SetPreferences(t.Context(), v, preferences))
	must(a.DB.InTx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO push_devices (id, user_id, session_id, endpoint, endpoint_hash, p256dh, auth_secret, name, created_at)
			VALUES ('device', ?0, ?1, 'https://push.example', 'hash', 'key', 'secret', 'Firefox', ?2)`, from.ID, here.ID, db.Now())
		return err
	}))
	must(a.People.UsePasskeys("https://aanpak.example"))
	_, err = a.People.BeginPasskey(t.Context(), v, apptest.Password, domain.Client{})
	must(err)
	must(a.DB.InTx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO passkeys (id, user_id, credential_id, credential, name, created_at) VALUES ('key', ?0, 'key', '{}', 'Telefoon', ?1)", from.ID, db.Now())
		return err
	}))
	var step *domain.SecondStep
	if _, _, err := a.People.SignIn(t.Context(), from.Email, apptest.Password, domain.Client{}); !errors.As(err, &step) {
		t.Fatal(err)
	}
	admin := v
	admin.Role = auth.RoleAdmin
	must(a.Synonyms.Add(t.Context(), admin, []string{"keukentafelgesprek", "huisbezoek"}))
	return doc, group
}

// usedAndLit gives an account what it said of a document, some of it as the other one did, and holds it up.
func usedAndLit(t *testing.T, a *apptest.App, from, into *domain.User, doc *library.Document) {
	t.Helper()
	for _, u := range []*domain.User{from, into} {
		if err := a.Reuse.Use(t.Context(), u.Viewer(), doc.ID, reuse.Input{}); err != nil {
			t.Fatal(err)
		}
	}
	err := a.DB.InTx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
		for _, q := range []string{
			"INSERT INTO outdated_marks (document_id, user_id, version, why, created_at, answered_at, answered_by) VALUES (?2, ?1, 1, 'Het bestek is vernieuwd', ?0, ?0, ?1)",
			"INSERT INTO spotlights (id, document_id, why, audience, user_id, created_at, until, ended_by) VALUES ('lit', ?2, 'Mooi', 'company', ?1, ?0, ?0, ?1)",
			"INSERT INTO spotlight_seen (spotlight_id, user_id, at) VALUES ('lit', ?1, ?0)",
			"INSERT INTO director_asides (user_id, tip, until) VALUES (?1, 'first:x', ?0)",
			"INSERT INTO welcome_tasks (task, taken_by, done_by, at) VALUES ('newcomer:' || ?1, ?1, ?1, ?0)",
		} {
			if _, err := tx.ExecContext(ctx, q, db.Now(), from.ID, doc.ID); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// nowhereElse fails for any column that still has the id, but for the account itself, what is written of it, and the queue of the index.
func nowhereElse(t *testing.T, a *apptest.App, id string) {
	t.Helper()
	text, _ := columns(t, a.DB)
	for _, c := range text {
		table, column, _ := strings.Cut(c, ".")
		if c == "users.id" || table == "audit" || table == "index_queue" {
			continue
		}
		n, err := a.DB.Reader().NewSelect().TableExpr("?", bun.Ident(table)).Where("? LIKE ?", bun.Ident(column), "%"+id+"%").Count(t.Context())
		if err != nil || n > 0 {
			t.Errorf("%s still names the account that goes, in %d rows (%v)", c, n, err)
		}
	}
}

func entries(t *testing.T, a *apptest.App, id string) (n int) {
	t.Helper()
	if err := a.DB.Reader().NewRaw("SELECT count(*) FROM audit WHERE user_id = ?", id).Scan(t.Context(), &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// knowledge gives both accounts the same expertise and lets them, and a colleague, endorse each other.
func knowledge(t *testing.T, a *apptest.App, from, into *domain.User) {
	t.Helper()
	for _, u := range []*domain.User{from, into, a.Tom} {
		if err := a.People.AddExpertise(t.Context(), u.Viewer(), "BLVC", true); err != nil {
			t.Fatal(err)
		}
	}
	list, err := a.People.ExpertiseList(t.Context(), from.Viewer())
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	for _, pair := range [][2]*domain.User{{from, into}, {from, a.Tom}, {a.Tom, from}, {into, a.Tom}} {
		if err := a.People.Endorse(t.Context(), pair[0].Viewer(), pair[1].ID, list[0].ID); err != nil {
			t.Fatal(err)
		}
	}
}

// talked lets both say, like, choose and follow the same things.
func talked(t *testing.T, a *apptest.App, from, into *domain.User, doc *library.Document) {
	t.Helper()
	ctx := t.Context()
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	poll, err := a.Social.Create(ctx, a.Tom.Viewer(), social.Input{Kind: social.KindPoll, Body: "Wie?", Poll: social.Poll{Options: []string{"Een", "Twee"}}})
	ok(err)
	_, err = a.Social.Create(ctx, a.Tom.Viewer(), social.Input{Kind: social.KindPraise, Body: "Dank aan <@user:" + from.ID + "> en <@user:" + into.ID + ">"})
	ok(err)
	_, err = a.Social.Create(ctx, from.Viewer(), social.Input{Body: "Klopt dit?", About: social.About{Target: social.DocumentTarget(doc.ID)}})
	ok(err)
	ok(a.Social.SetFollow(ctx, a.Tom.Viewer(), social.UserTarget(from.ID), true))
	ok(a.DB.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		for _, q := range []string{
			"INSERT INTO reports (id, target, post_id, author_id, reporter_id, reason, body, created_at, closed_at, closed_by) VALUES ('report', 'post:x', ?2, ?1, ?3, 'other', 'x', ?0, ?0, ?1)",
			"INSERT INTO suspensions (user_id, until, why, by_id, created_at) VALUES (?1, ?0, 'x', ?1, ?0)",
			"INSERT INTO news_seen (post_id, user_id, at) VALUES (?2, ?1, ?0), (?2, ?4, ?0)",
			"INSERT INTO news_confirmed (post_id, user_id, at) VALUES (?2, ?1, ?0), (?2, ?4, ?0)",
		} {
			if _, err := tx.ExecContext(ctx, q, db.Now(), from.ID, poll.ID, a.Tom.ID, into.ID); err != nil {
				return err
			}
		}
		return nil
	}))
	for _, u := range []*domain.User{from, into} {
		v := u.Viewer()
		_, err := a.Social.AddComment(ctx, v, poll.ID, "", "Ik")
		ok(err)
		ok(a.Social.ReportPost(ctx, v, poll.ID, social.Complaint{Reason: social.ReasonOther}))
		ok(a.Social.Vote(ctx, v, poll.ID, []int{1}))
		ok(a.Social.React(ctx, v, poll.Target(), social.ReactionLike))
		ok(a.Social.SetFollow(ctx, v, social.TopicTarget("hout"), true))
		ok(a.Social.Seen(ctx, v, social.Feed{Kind: social.FeedAll}))
	}
}
