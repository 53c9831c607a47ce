package app_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/internal/library"
	domain "github.com/aanpak/aanpak/internal/people"
)

// TestEveryTableSaysWhatBecomesOfIt when somebody is erased, and has words for the page that tells what is kept.
func TestEveryTableSaysWhatBecomesOfIt(t *testing.T) {
	a := apptest.New(t, db.SQLite)
	for _, r := range a.People.Named() {
		if r.Erase == domain.Undeclared {
			t.Errorf("%s.%s does not say what becomes of it with an erasure", r.Table, r.Column)
		}
	}
	for _, k := range a.Privacy.Kept() {
		for _, lang := range i18n.Languages {
			if key := "privacy.table." + k.Table; !i18n.For(lang).Has(key) {
				t.Errorf("no %s words for %s", lang, key)
			}
		}
	}
}

// TestErase: who somebody is goes from every column there is, after the time to change one's mind; what they wrote stays, without a name.
func TestErase(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx, admin := t.Context(), a.Admin.Viewer()
		gone, other := a.Sanne, a.Person(t, "Piet Smit", "Zwolle", auth.RoleMember)
		if err := a.People.UpdateProfile(ctx, gone.Viewer(), domain.Profile{
			Name: gone.Name, Phone: "06-12345678", Mobile: "06-87654321", About: "Over mij.", WorkingOn: "Bezig aan de Kattenbrug", Languages: []string{"fr"},
		}); err != nil {
			t.Fatal(err)
		}
		withFace(t, a, gone)
		doc, group := fill(t, a, gone, other)
		trace(t, a, "Rapport over "+gone.Name)
		if _, err := a.Privacy.Ask(ctx, gone.Viewer(), gone.ID, "Iemand anders"); errs.KindOf(err) != errs.KindInvalid {
			t.Errorf("without the name: %v", err)
		}
		if _, err := a.Privacy.Ask(ctx, a.Tom.Viewer(), gone.ID, gone.Name); errs.KindOf(err) != errs.KindForbidden {
			t.Errorf("by a colleague: %v", err)
		}
		ask := func() {
			t.Helper()
			if _, err := a.Privacy.Ask(ctx, gone.Viewer(), gone.ID, gone.Name); err != nil {
				t.Fatal(err)
			}
		}
		retain := func(days int) {
			t.Helper()
			a.Privacy.UseClock(func() time.Time { return db.Now().AddDate(0, 0, days) })
			if err := a.Privacy.Retain(ctx); err != nil {
				t.Fatal(err)
			}
			a.Privacy.UseClock(db.Now)
		}
		ask()
		if err := a.Privacy.Cancel(ctx, gone.Viewer(), gone.ID); err != nil {
			t.Fatal(err)
		}
		retain(15)
		ask()
		retain(13)
		if u, err := a.People.User(ctx, admin, gone.ID); err != nil || u.Name != gone.Name {
			t.Fatalf("erased too soon, or after it was taken back: %+v, %v", u, err)
		}
		retain(15)
		a.Settle(t)
		nowhereNamed(t, a, gone.Name, gone.Email, "12345678", "87654321", "Over mij", "Kattenbrug")
		if u, err := a.People.User(ctx, admin, gone.ID); err != nil || u.Photo+u.Languages+u.Supplied != "" {
			t.Errorf("a photo, languages or what the directory said are left: %+v, %v", u, err)
		}
		d, err := a.Library.Get(ctx, other.Viewer(), doc.ID)
		if err != nil || d.OwnerName != domain.FormerName {
			t.Errorf("the document is of %+v, %v", d, err)
		}
		g, err := a.Groups.Get(ctx, admin, group.ID)
		if err != nil || !g.Owner {
			t.Errorf("the group has no owner: %+v, %v", g, err)
		}
		if _, _, err := a.People.SignIn(ctx, gone.Email, apptest.Password, domain.Client{}); err == nil {
			t.Error("who was erased signs in")
		}
		var by int
		if err := a.DB.Reader().NewRaw("SELECT count(*) FROM audit WHERE user_id = ?", gone.ID).Scan(ctx, &by); err != nil || by == 0 {
			t.Errorf("the trail lost who did it, by id: %d, %v", by, err)
		}
	})
}

// withFace gives somebody a photo.
func withFace(t *testing.T, a *apptest.App, u *domain.User) {
	t.Helper()
	var face bytes.Buffer
	if err := errors.Join(png.Encode(&face, image.NewGray(image.Rect(0, 0, 20, 20))), a.People.SetPhoto(t.Context(), u.Viewer(), &face, domain.Crop{})); err != nil {
		t.Fatal(err)
	}
}

// trace names somebody in free text of the trail and of a run of the directory.
func trace(t *testing.T, a *apptest.App, text string) {
	t.Helper()
	err := a.DB.InTx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.ExecContext(ctx, "UPDATE directory_runs SET report = ?", text); err != nil {
			return err
		}
		return audit.Log(ctx, tx, a.Admin.Viewer(), "document.purge", "document:x", text)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// nowhereNamed fails for any column that still has one of the words, but for what people wrote and the names of their files.
func nowhereNamed(t *testing.T, a *apptest.App, words ...string) {
	t.Helper()
	text, _ := columns(t, a.DB)
	for _, c := range text {
		table, column, _ := strings.Cut(c, ".")
		for _, w := range words {
			n, err := a.DB.Reader().NewSelect().TableExpr("?", bun.Ident(table)).Where("lower(?) LIKE lower(?)", bun.Ident(column), "%"+w+"%").Count(t.Context())
			if err != nil || n > 0 {
				t.Errorf("%s still says %q, in %d rows (%v)", c, w, n, err)
			}
		}
	}
}

// TestScrubbingIsAllThereIs: the database lets a detail be taken out of the trail, and nothing else be changed on that way.
func TestScrubbingIsAllThereIs(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		trace(t, a, "Een naam")
		for _, statement := range []string{
			"UPDATE audit SET detail = 'x'", "UPDATE audit SET detail = '(erased)', user_id = 'x'", "UPDATE audit SET detail = '(erased)', at = at, action = 'x'", "UPDATE audit SET detail = '(erased)', object = 'x'",
		} {
			if _, err := a.DB.SQL().ExecContext(t.Context(), statement); err == nil {
				t.Errorf("the database did: %s", statement)
			}
		}
		if _, err := a.DB.SQL().ExecContext(t.Context(), "UPDATE audit SET detail = '(erased)' WHERE detail = 'Een naam'"); err != nil {
			t.Error(err)
		}
	})
}

// TestLastAdministratorIsNotErased: nobody could administer then.
func TestLastAdministratorIsNotErased(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		if err := a.People.Erase(t.Context(), a.Admin.ID); errs.KindOf(err) != errs.KindConflict {
			t.Errorf("erased: %v", err)
		}
	})
}

// TestExport has all that names somebody, and their files, and no secret; it is theirs alone.
func TestExport(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx := t.Context()
		fill(t, a, a.Sanne, a.Person(t, "Piet Smit", "Zwolle", auth.RoleMember))
		withFace(t, a, a.Sanne)
		e, err := a.Privacy.AskExport(ctx, a.Sanne.Viewer())
		if err != nil {
			t.Fatal(err)
		}
		for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
			if list, err := a.Privacy.Exports(ctx, a.Sanne.Viewer()); err != nil || time.Now().After(deadline) {
				t.Fatal("no export: ", err)
			} else if list[0].Ready(db.Now()) {
				break
			}
		}
		if _, _, err := a.Privacy.OpenExport(ctx, a.Tom.Viewer(), e.ID); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("somebody else opens it: %v", err)
		}
		_, b, err := a.Privacy.OpenExport(ctx, a.Sanne.Viewer(), e.ID)
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		data, err := io.ReadAll(b)
		if err != nil {
			t.Fatal(err)
		}
		all := unzipped(t, data)
		for _, want := range []string{"index.html", "photo.jpg", "data/users.id.json", "data/sessions.user_id.json", "data/audit.user_id.json", "data/document_audience.user.json"} {
			if all[want] == "" {
				t.Errorf("no %s", want)
			}
		}
		files := 0
		for name, text := range all {
			if strings.HasPrefix(name, "files/") {
				files++
			}
			if strings.Contains(text, "$argon2id$") {
				t.Errorf("%s has the hash of a password", name)
			}
		}
		if files != 2 || !strings.Contains(all["data/users.id.json"], a.Sanne.Email) {
			t.Errorf("%d files; the account: %s", files, all["data/users.id.json"])
		}
	})
}

func unzipped(t *testing.T, data []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(b)
	}
	return out
}

// TestRetention takes what is over by every rule, and nothing before; the night leaves one line, and a dry run takes nothing.
func TestRetention(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx, admin := t.Context(), a.Admin.Viewer()
		d := a.Upload(t, a.Tom, "oud.txt", []byte("Een oud plan."), library.Meta{})
		if err := a.Library.Delete(ctx, a.Tom.Viewer(), d.ID); err != nil {
			t.Fatal(err)
		}
		if err := a.Privacy.SetDays(ctx, admin, map[string]int{"audit": 10}); errs.KindOf(err) != errs.KindInvalid {
			t.Errorf("too short: %v", err)
		}
		if err := a.Privacy.SetDays(ctx, a.Tom.Viewer(), map[string]int{"trash": 30}); errs.KindOf(err) != errs.KindForbidden {
			t.Errorf("by a colleague: %v", err)
		}
		later := func(days int) { a.Privacy.UseClock(func() time.Time { return db.Now().AddDate(0, 0, days) }) }
		later(60)
		if due, err := a.Privacy.Due(ctx, admin); err != nil || due["trash"] != 0 {
			t.Errorf("without a rule: %v, %v", due, err)
		}
		if err := a.Privacy.SetDays(ctx, admin, map[string]int{"trash": 30}); err != nil {
			t.Fatal(err)
		}
		for range 2 { // a dry run takes nothing
			if due, err := a.Privacy.Due(ctx, admin); err != nil || due["trash"] != 1 || due["accounts"] != 0 {
				t.Errorf("due: %v, %v", due, err)
			}
		}
		later(400)
		due, err := a.Privacy.Due(ctx, admin)
		if err != nil || due["accounts"] != 2 { // Henk, Sanne and Tom never came; Tom has a document
			t.Errorf("due after a year: %v, %v", due, err)
		}
		if err := a.Privacy.Retain(ctx); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Library.GetAny(ctx, a.Tom.Viewer(), d.ID); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("the old document is there: %v", err)
		}
		if u, err := a.People.User(ctx, admin, a.Manager.ID); err != nil || !u.Erased() {
			t.Errorf("an account that was never used: %+v, %v", u, err)
		}
		if u, err := a.People.User(ctx, admin, a.Admin.ID); err != nil || u.Erased() {
			t.Errorf("the administrator: %+v, %v", u, err)
		}
		var lines []string
		if err := a.DB.Reader().NewRaw("SELECT detail FROM audit WHERE action = 'retention.apply'").Scan(ctx, &lines); err != nil || len(lines) != 1 || !strings.Contains(lines[0], "trash 1") {
			t.Errorf("the night left %q, %v", lines, err)
		}
	})
}
