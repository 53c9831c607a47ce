package people_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/directory"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/people"
)

// list is a directory in memory; package directory is tested with a real one, and internal/app with both together.
type list struct {
	all  []*people.External
	away error
}

func (d *list) All(context.Context) ([]*people.External, error) { return d.all, d.away }

func (d *list) Find(_ context.Context, name string) (*people.External, error) {
	for _, x := range d.all {
		if d.away == nil && strings.EqualFold(x.Email, name) || x.ID == name {
			return x, nil
		}
	}
	return nil, errors.Join(d.away, directory.ErrNobody)
}

func (d *list) Check(_ context.Context, _ *people.External, password string) error {
	if password != password2 {
		return directory.ErrWrongPassword
	}
	return d.away
}

const password2 = "wachtwoord van het bedrijf"

func external(id, name string) *people.External {
	return &people.External{Source: people.SourceLDAP, ID: id, Name: name, Email: strings.ToLower(name) + "@b.nl", Function: "Calculator", Branch: "Zwolle"}
}

// sync compares and returns the report as lines.
func (w *world) sync(o people.SyncOptions) (lines []string) {
	w.t.Helper()
	run, err := w.SyncDirectory(w.t.Context(), w.admin.Viewer(), o)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, l := range run.Report.Lines {
		line := string(l.Change) + " " + l.Name
		if l.Reason != "" {
			line += " (" + string(l.Reason) + ")"
		}
		for _, d := range l.Differences {
			if l.Change != people.ChangeAdded {
				line += fmt.Sprintf(" %s:%s>%s", d.Field, d.From, d.To)
			}
		}
		lines = append(lines, line)
	}
	return lines
}

func (w *world) wantSync(what string, o people.SyncOptions, want ...string) {
	w.t.Helper()
	if d := cmp.Diff(want, w.sync(o)); d != "" {
		w.t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

// people of a directory: Tom, Eva and eight more, so that one or two may leave.
func withDirectory(w *world) *list {
	d := &list{}
	for i, name := range []string{"Tom", "Eva", "Sam", "Kim", "Jan", "Ans", "Piet", "Bea", "Cor", "Lia"} {
		d.all = append(d.all, external(fmt.Sprintf("id-%d", i), name))
	}
	w.UseDirectory(d)
	return d
}

func (d *list) drop(ids ...string) {
	var rest []*people.External
	for _, x := range d.all {
		keep := true
		for _, id := range ids {
			keep = keep && x.ID != id
		}
		if keep {
			rest = append(rest, x)
		}
	}
	d.all = rest
}

func TestSync(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		d := withDirectory(w)
		added := []string{"added Ans", "added Bea", "added Cor", "added Eva", "added Jan", "added Kim", "added Lia", "added Piet", "added Sam", "added Tom"}
		w.wantSync("dry run", people.SyncOptions{Dry: true}, added...)
		if users, err := w.Users(t.Context(), w.admin.Viewer(), people.UserFilter{}); err != nil || len(users) != 1 {
			t.Fatalf("a dry run leaves %d people, %v", len(users), err)
		}
		w.wantSync("first", people.SyncOptions{}, added...)
		w.wantSync("again", people.SyncOptions{})

		secret, tom, err := w.SignIn(t.Context(), "tom@b.nl", password2, from)
		if err != nil || tom.BranchName == "" && tom.BranchID == "" || tom.Role != auth.RoleMember {
			t.Fatalf("sign-in: %+v, %v", tom, err)
		}
		token, _, err := w.CreateToken(t.Context(), tom.Viewer(), "script")
		if err != nil {
			t.Fatal(err)
		}
		tomX := d.all[0]
		d.all[1].Role, d.all[1].Branch, d.all[1].Email, d.all[1].Phone = auth.RoleManager, "Goor", "eva.smit@b.nl", "06 1"
		d.drop("id-0")
		want := []string{"changed Eva phone:>06 1 email:eva@b.nl>eva.smit@b.nl branch:Zwolle>Goor role:member>manager", "left Tom"}
		w.wantSync("dry run of changes", people.SyncOptions{Dry: true}, want...)
		w.wantSync("changes", people.SyncOptions{}, want...)
		w.wantSync("changes again", people.SyncOptions{})
		_, _, err = w.Session(t.Context(), secret)
		wantKind(t, "session of who left", err, errs.KindUnauthorized)
		_, err = w.TokenUser(t.Context(), token)
		wantKind(t, "token of who left", err, errs.KindUnauthorized)
		_, _, err = w.SignIn(t.Context(), "tom@b.nl", password2, from)
		wantKind(t, "sign-in of who left", err, errs.KindUnauthorized)

		d.all = append(d.all, tomX)
		w.wantSync("return", people.SyncOptions{}, "returned Tom")
		if _, back, err := w.SignIn(t.Context(), "tom@b.nl", password2, from); err != nil || back.ID != tom.ID {
			t.Errorf("sign-in of who returned: %v, %v", back, err)
		}
		tomX.Disabled = true
		w.wantSync("disabled there", people.SyncOptions{}, "left Tom (disabled)")
		w.wantSync("disabled there, again", people.SyncOptions{})
		wantActions(t, w, map[string]int{"directory.added": 10, "directory.changed": 1, "directory.left": 2, "directory.returned": 1})
	})
}

func wantActions(t *testing.T, w *world, want map[string]int) {
	t.Helper()
	var rows []audit.Entry
	if err := w.db.Reader().NewSelect().Model(&rows).Where("action LIKE 'directory.%'").Scan(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, r := range rows {
		if got[r.Action]++; r.UserID != w.admin.ID && r.Action != "directory.changed" {
			t.Errorf("%s was done by %q", r.Action, r.UserID)
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("audit trail (-want +got):\n%s", d)
	}
}

// An answer that is empty, or that lacks many, locks nobody out until a person says that it is right.
func TestMostLeavers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		d := withDirectory(w)
		w.sync(people.SyncOptions{})
		all := d.all
		d.all = nil
		for _, line := range w.sync(people.SyncOptions{}) {
			if !strings.HasPrefix(line, "held ") || !strings.HasSuffix(line, "(too_many)") {
				t.Errorf("an empty answer: %s", line)
			}
		}
		d.all = all
		d.drop("id-7", "id-8", "id-9")
		w.wantSync("three of ten", people.SyncOptions{}, "held Bea (too_many)", "held Cor (too_many)", "held Lia (too_many)")
		d.all = append(d.all, external("id-7", "Bea"))
		w.wantSync("two of ten", people.SyncOptions{}, "left Cor", "left Lia")
		d.drop("id-5", "id-6")
		w.wantSync("two of eight", people.SyncOptions{}, "held Ans (too_many)", "held Piet (too_many)")
		w.wantSync("two of eight, by force", people.SyncOptions{Force: true}, "left Ans", "left Piet")
		if got, err := w.Users(t.Context(), w.admin.Viewer(), people.UserFilter{}); err != nil || len(got) != 7 {
			t.Errorf("%d active people, %v", len(got), err)
		}
	})
}

// Accounts of our own are linked by their address, unless that would give away rights.
func TestLinking(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		d := withDirectory(w)
		tom := w.person("tom@b.nl", auth.RoleManager)
		w.person("eva@b.nl", auth.RoleAdmin)
		w.person("sam@b.nl", auth.RoleHR)
		kim := w.person("kim@b.nl", auth.RoleMember)
		if err := w.SetActive(t.Context(), w.admin.Viewer(), kim.ID, false); err != nil {
			t.Fatal(err)
		}
		d.all = d.all[:4]
		w.wantSync("link", people.SyncOptions{}, "linked Tom function:>Calculator",
			"skipped Eva (local_admin)", "skipped Kim (kept_out)", "skipped Sam (local_admin)")
		_, _, err := w.SignIn(t.Context(), "tom@b.nl", password, from)
		wantKind(t, "the password from before", err, errs.KindUnauthorized)
		if _, u, err := w.SignIn(t.Context(), "tom@b.nl", password2, from); err != nil || u.ID != tom.ID || u.Role != auth.RoleManager {
			t.Errorf("the directory's password: %+v, %v", u, err)
		}
		_, _, err = w.SignIn(t.Context(), "eva@b.nl", password2, from)
		wantKind(t, "an administrator of our own by the directory", err, errs.KindUnauthorized)
		if _, _, err := w.SignIn(t.Context(), "eva@b.nl", password, from); err != nil {
			t.Errorf("an administrator of our own: %v", err)
		}
		_, err = w.Invite(t.Context(), w.admin.Viewer(), tom.ID)
		wantKind(t, "a link for a password that is kept elsewhere", err, errs.KindConflict)
		_, err = w.ChangePassword(t.Context(), tom.Viewer(), password2, password, from)
		wantKind(t, "a password that is kept elsewhere", err, errs.KindConflict)
	})
}

// Signing in makes the account, and brings it up to date each time.
func TestFirstSignIn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		d := withDirectory(w)
		d.all[0].Role = auth.RoleEditor
		_, tom, err := w.SignIn(t.Context(), "tom@b.nl", password2, from)
		if err != nil || tom.Role != auth.RoleEditor || tom.Function != "Calculator" {
			t.Fatalf("%+v, %v", tom, err)
		}
		d.all[0].Name, d.all[0].Role, d.all[0].Email = "Tom de Vries", auth.RoleMember, "t.devries@b.nl"
		if _, again, err := w.SignIn(t.Context(), "id-0", password2, from); err != nil || again.ID != tom.ID || again.Name != "Tom de Vries" || again.Role != auth.RoleMember {
			t.Errorf("%+v, %v", again, err)
		}
		d.all[0].Disabled = true
		_, _, err = w.SignIn(t.Context(), "id-0", password2, from)
		wantKind(t, "disabled", err, errs.KindForbidden)
		d.all[1].Branch, d.all[2].Email = "", "geen adres"
		_, _, err = w.SignIn(t.Context(), "eva@b.nl", password2, from)
		wantKind(t, "no branch", err, errs.KindForbidden)
		_, _, err = w.SignIn(t.Context(), "id-2", password2, from)
		wantKind(t, "no address", err, errs.KindForbidden)
		d.all[1].Branches = []string{"Kamer 2.14", "zwolle"}
		if _, eva, err := w.SignIn(t.Context(), "eva@b.nl", password2, from); err != nil || eva.BranchID != tom.BranchID {
			t.Errorf("a branch by an attribute: %+v, %v", eva, err)
		}
		if err := w.SetActive(t.Context(), w.admin.Viewer(), tom.ID, false); err != nil {
			t.Fatal(err)
		}
		d.all[0].Disabled = false
		_, _, err = w.SignIn(t.Context(), "id-0", password2, from)
		wantKind(t, "blocked by an administrator", err, errs.KindForbidden)
		w.wantSync("blocked by an administrator", people.SyncOptions{}, // the others are new
			"added Ans", "added Bea", "added Cor", "added Jan", "added Kim", "added Lia", "added Piet", "skipped Sam (no_mail)", "skipped Tom de Vries (kept_out)")
	})
}

// Wrong tries are counted by person, whatever name they use, and an address of the directory's that is away counts for none.
func TestDirectoryThrottles(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		d := withDirectory(w)
		for i := range 10 {
			name := []string{"tom@b.nl", "id-0"}[i%2]
			_, _, err := w.SignIn(t.Context(), name, "verkeerd", people.Client{Address: fmt.Sprint(i)})
			wantKind(t, "wrong", err, errs.KindUnauthorized)
		}
		_, _, err := w.SignIn(t.Context(), "id-0", password2, from)
		wantKind(t, "after ten tries by two names", err, errs.KindTooMany)
		d.away = directory.ErrAway
		for range 12 {
			_, _, err = w.SignIn(t.Context(), "eva@b.nl", password2, from)
			wantKind(t, "away", err, errs.KindUnavailable)
		}
		_, err = w.SyncDirectory(t.Context(), w.admin.Viewer(), people.SyncOptions{})
		wantKind(t, "comparing while it is away", err, errs.KindUnavailable)
		run, err := w.LastRun(t.Context(), w.admin.Viewer(), false)
		if err != nil || run.Failure == "" {
			t.Errorf("the run that failed: %+v, %v", run, err)
		}
		if _, _, err := w.SignIn(t.Context(), w.admin.Email, password, from); err != nil {
			t.Errorf("an account of our own while it is away: %v", err)
		}
	})
}

// Somebody administers, whatever the directory says.
func TestLastAdministratorStays(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		d := withDirectory(w)
		d.all[0].Role = auth.RoleAdmin
		w.sync(people.SyncOptions{})
		if err := w.SetActive(t.Context(), auth.System(), w.admin.ID, false); err != nil {
			t.Fatal(err)
		}
		d.all[0].Role = auth.RoleMember
		w.wantSync("no administrator any more", people.SyncOptions{})
		d.drop("id-0")
		w.wantSync("the last one left", people.SyncOptions{}, "skipped Tom (last_admin)")
		d.all[0].Role = auth.RoleAdmin
		w.wantSync("another one", people.SyncOptions{}, "changed Eva role:member>admin", "left Tom")
	})
}
