package people_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/people"
)

func role(s string) auth.Role { return auth.Role(strings.ToLower(s)) }

// TestRosterAsSpreadsheetsWriteIt reads what Excel and others save.
func TestRosterAsSpreadsheetsWriteIt(t *testing.T) {
	for name, data := range map[string]string{
		"Excel, Windows-1252":   "Naam;E-mail;Personeelsnummer;Vestiging;Functie;Rol;Telefoon\r\nAndr\xe9 de Groot;andre@b.nl;4711;Zwolle;Planner;manager;06 1\r\n",
		"Excel, UTF-8":          "\xef\xbb\xbfNaam;E-mail;Personeelsnummer;Vestiging;Functie;Rol;Telefoon\r\nAndré de Groot;andre@b.nl;4711;Zwolle;Planner;manager;06 1\r\n",
		"commas and quotes":     "name,email,personnel number,branch,function,role,phone\n\"André de Groot\",andre@b.nl,4711,Zwolle,Planner,manager,06 1\n",
		"pasted from the cells": "rol\tnaam\tmail\tnummer\tvestiging\tfunctie\ttel\tonbekend\nmanager\tAndré  de Groot\tandre@b.nl\t4711\tZwolle\tPlanner\t06 1\tx\n\t\t\n",
	} {
		rows, err := people.ParseRoster(people.RosterText([]byte(data)), role)
		if err != nil || len(rows) != 1 {
			t.Errorf("%s: %v, %v", name, rows, err)
			continue
		}
		want := people.NewUser{Name: "André de Groot", Email: "andre@b.nl", PersonnelNumber: "4711", Branch: "Zwolle", Function: "Planner", Phone: "06 1", Role: auth.RoleManager}
		if rows[0].NewUser != want || rows[0].Line != 2 {
			t.Errorf("%s: line %d, %+v", name, rows[0].Line, rows[0].NewUser)
		}
	}
	for name, data := range map[string]string{
		"nothing": "", "no name": "mail;vestiging\na@b.nl;Zwolle\n", "nobody": "naam;mail\n;\n",
		"too long": "naam\n" + strings.Repeat("Noor\n", people.MaxRoster+1),
	} {
		_, err := people.ParseRoster(data, role)
		wantKind(t, name, err, errs.KindInvalid)
	}
}

// TestEveryRowHasItsFate: each row is judged by what is there and by the rows before, and what is wrong with it stands beside it.
func TestEveryRowHasItsFate(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		tom := w.person("tom@b.nl", auth.RoleMember)
		rows, err := people.ParseRoster(`naam;mail;nummer;vestiging;rol
Noor Berg;noor@b.nl;;zwolle;
Kees Smit;;4711;Zwolle;
Tom Anders;TOM@b.nl;;Zwolle;
Nog een Noor;NOOR@b.nl;;Zwolle;
Zonder iets;;;Zwolle;
Verkeerd;geen adres;;Elders;baas
Twee;tom@b.nl;4711;Zwolle;
`, role)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Check(t.Context(), w.admin.Viewer(), rows); err != nil {
			t.Fatal(err)
		}
		wantFates(t, rows, "new new known wrong wrong wrong wrong")
		if r := rows[2]; r.UserID != tom.ID || r.KnownAs != tom.Name {
			t.Errorf("known as %q", r.KnownAs)
		}
		if got := rows[3].Wrong[0].Message; got.Key != "error.field.roster_twice" || got.Args["Line"] != 2 {
			t.Errorf("twice: %+v", got)
		}
		if len(rows[5].Wrong) != 3 {
			t.Errorf("three things are wrong: %+v", rows[5].Wrong)
		}
		wantKind(t, "by a member", w.Check(t.Context(), tom.Viewer(), rows), errs.KindForbidden)
		_, err = w.Enrol(t.Context(), tom.Viewer(), rows)
		wantKind(t, "by a member", err, errs.KindForbidden)
		made, err := w.Enrol(t.Context(), w.admin.Viewer(), rows)
		if err != nil || len(made) != 2 {
			t.Fatalf("%v, %v", made, err)
		}
		if _, err := w.Accept(t.Context(), made[1].Link, password, from); err != nil {
			t.Errorf("a link of the list: %v", err)
		}
		if _, u, err := w.SignIn(t.Context(), "4711", password, from); err != nil || u.Name != "Kees Smit" {
			t.Errorf("sign-in of who was on the list: %v", err)
		}
		again, err := w.Enrol(t.Context(), w.admin.Viewer(), rows)
		if err != nil || len(again) != 0 {
			t.Errorf("a second time %d are added, %v", len(again), err)
		}
		wantFates(t, rows[:2], "known known")
	})
}

func wantFates(t *testing.T, rows []*people.RosterRow, want string) {
	t.Helper()
	var got []string
	for _, r := range rows {
		got = append(got, string(r.Fate))
	}
	if s := strings.Join(got, " "); s != want {
		t.Errorf("fates %q, want %q", s, want)
	}
}

// TestTheLongestRoster goes in at once.
func TestTheLongestRoster(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var b strings.Builder
		b.WriteString("naam,nummer,vestiging\n")
		for i := range people.MaxRoster {
			fmt.Fprintf(&b, "Collega %d,%d,Zwolle\n", i, i+1)
		}
		rows, err := people.ParseRoster(b.String(), role)
		if err != nil {
			t.Fatal(err)
		}
		made, err := w.Enrol(t.Context(), w.admin.Viewer(), rows)
		if err != nil || len(made) != people.MaxRoster {
			t.Fatalf("%d of %d: %v", len(made), people.MaxRoster, err)
		}
	})
}
