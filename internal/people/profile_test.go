package people_test

import (
	"context"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/search"
)

// update changes one thing of somebody's profile.
func (w *world) update(u *people.User, change func(*people.Profile)) error {
	w.t.Helper()
	now, err := w.User(w.t.Context(), u.Viewer(), u.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	p := now.Profile()
	change(&p)
	return w.UpdateProfile(w.t.Context(), u.Viewer(), p)
}

func (w *world) seen(by, u *people.User) *people.User {
	w.t.Helper()
	got, err := w.User(w.t.Context(), by.Viewer(), u.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return got
}

func (w *world) elsewhere(email string) *people.User {
	w.t.Helper()
	u, err := w.Create(w.t.Context(), auth.System(), people.NewUser{Email: email, Name: "Ver Weg", Branch: "Eindhoven", Role: auth.RoleMember, Password: password})
	if err != nil {
		w.t.Fatal(err)
	}
	return u
}

// A mobile number that is for the own branch is shown to nobody else, an administrator of another branch neither, in no way.
func TestMobileIsForTheOwnBranch(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		tom, near, far := w.person("tom@b.nl", auth.RoleMember), w.person("noor@b.nl", auth.RoleMember), w.elsewhere("ver@b.nl")
		hide := func(on bool) {
			if err := w.update(tom, func(p *people.Profile) { p.Mobile, p.MobileHidden = "06 555 01 22", on }); err != nil {
				t.Fatal(err)
			}
		}
		hide(false)
		if w.seen(far, tom).Mobile == "" {
			t.Error("a number for everybody is hidden")
		}
		hide(true)
		if w.seen(near, tom).Mobile == "" || w.seen(tom, tom).Mobile == "" {
			t.Error("the own branch does not see the number")
		}
		list, err := w.Users(ctx, far.Viewer(), people.UserFilter{})
		if err != nil {
			t.Fatal(err)
		}
		byIDs, err := w.ByIDs(ctx, far.Viewer(), []string{tom.ID})
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range append(append(list, byIDs...), w.seen(far, tom)) {
			if u.Mobile != "" {
				t.Errorf("%s sees the number of %s", far.Name, u.Name)
			}
		}
		var card strings.Builder
		if err := w.WriteCards(ctx, &card, far.Viewer(), []*people.User{w.seen(near, tom)}, "", false); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(card.String(), "555 01 22") {
			t.Error("the vCard has the number")
		}
		err = w.Entries(ctx, []string{tom.ID}, func(_ string, list []search.Entry) error {
			for _, e := range list {
				if strings.Contains(e.Title+e.Extra+e.Text, "555") {
					t.Error("the index has the number")
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// What somebody works on fades, and changing something else does not bring it back.
func TestWorkingOnFades(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		tom := w.person("tom@b.nl", auth.RoleMember)
		if err := w.update(tom, func(p *people.Profile) { p.WorkingOn = "Molenwijk fase 2" }); err != nil {
			t.Fatal(err)
		}
		w.clock = w.clock.Add(41 * 24 * time.Hour)
		if got := w.seen(w.admin, tom).WorkingOn; got != "Molenwijk fase 2" {
			t.Errorf("after 41 days: %q", got)
		}
		w.clock = w.clock.Add(2 * 24 * time.Hour)
		if err := w.SetTheme(t.Context(), tom.Viewer(), "dark"); err != nil {
			t.Fatal(err)
		}
		if err := w.update(tom, func(p *people.Profile) { p.About = "Nieuw" }); err != nil {
			t.Fatal(err)
		}
		if got := w.seen(w.admin, tom); got.WorkingOn != "" || got.Theme != "dark" {
			t.Errorf("after 43 days: %q, theme %q", got.WorkingOn, got.Theme)
		}
	})
}

func TestProfileIsChecked(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		tom := w.person("tom@b.nl", auth.RoleMember)
		wantKind(t, "a language of the moon", w.update(tom, func(p *people.Profile) { p.Languages = []string{"nl", "x-maan"} }), errs.KindInvalid)
		wantKind(t, "no name", w.update(tom, func(p *people.Profile) { p.Name = " " }), errs.KindInvalid)
		wantKind(t, "a novel", w.update(tom, func(p *people.Profile) { p.WorkingOn = strings.Repeat("x", 201) }), errs.KindInvalid)
		wantKind(t, "nobody", w.UpdateProfile(t.Context(), auth.Viewer{}, people.Profile{Name: "x"}), errs.KindUnauthorized)
		if err := w.update(tom, func(p *people.Profile) { p.Languages = []string{"de", "nl", "de"} }); err != nil {
			t.Fatal(err)
		}
		if got := w.seen(w.admin, tom).Languages; got != "nl de" {
			t.Errorf("languages %q", got)
		}
	})
}

// What the directory says is not changed here, what it leaves empty is.
func TestDirectorySaysWhatIsFixed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		x := &people.External{Source: people.SourceOIDC, ID: "https://login.example|1", Email: "iris@b.nl", Name: "Iris", Function: "Planner", Branches: []string{"Zwolle"}}
		_, iris, err := w.Enter(t.Context(), x, from)
		if err != nil {
			t.Fatal(err)
		}
		wantKind(t, "another function", w.update(iris, func(p *people.Profile) { p.Function = "Directeur" }), errs.KindInvalid)
		if err := w.update(iris, func(p *people.Profile) { p.Phone = "038 555" }); err != nil {
			t.Error(err)
		}
		x.Phone = "038 777" // from now on the directory says it: nothing else of the account has changed
		if _, _, err = w.Enter(t.Context(), x, from); err != nil {
			t.Fatal(err)
		}
		if u := w.seen(w.admin, iris); u.Phone != "038 777" || !u.Fixed("phone") || !u.Fixed("name") {
			t.Errorf("phone %q, supplied %q", u.Phone, u.Supplied)
		}
		x.Function = ""
		if _, _, err = w.Enter(t.Context(), x, from); err != nil {
			t.Fatal(err)
		}
		if err := w.update(iris, func(p *people.Profile) { p.Function = "Planner infra" }); err != nil {
			t.Errorf("the directory says it no longer: %v", err)
		}
	})
}

// expertiseOf gives the subjects of somebody with the number of endorsements.
func (w *world) skill(u *people.User, name string) *people.Skill {
	w.t.Helper()
	for _, k := range w.seen(w.admin, u).Expertise {
		if k.Name == name {
			return k
		}
	}
	w.t.Fatalf("%s does not know %s", u.Name, name)
	return nil
}

func TestExpertiseIsShared(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		tom, noor := w.person("tom@b.nl", auth.RoleMember), w.person("noor@b.nl", auth.RoleMember)
		add := func(u *people.User, name string) error { return w.AddExpertise(ctx, u.Viewer(), name, false) }
		for _, name := range []string{"Bewonerscommunicatie", "BLVC-plan"} {
			if err := add(tom, name); err != nil {
				t.Fatal(err)
			}
		}
		for _, same := range []string{"blvc plan", " BLVC  PLAN ", "blvcplan"} {
			if err := add(noor, same); err != nil {
				t.Errorf("%q: %v", same, err)
			}
		}
		near := add(noor, "Bewonerscomunicatie")
		wantKind(t, "a slip of the finger", near, errs.KindConflict)
		if err := w.AddExpertise(ctx, noor.Viewer(), "Bewonerscomunicatie", true); err != nil {
			t.Error(err)
		}
		list, err := w.ExpertiseList(ctx, tom.Viewer())
		if err != nil || len(list) != 3 {
			t.Fatalf("%d subjects, %v", len(list), err)
		}
		wantKind(t, "nothing", add(tom, " - "), errs.KindInvalid)

		k := w.skill(tom, "Bewonerscommunicatie")
		wantKind(t, "of oneself", w.Endorse(ctx, tom.Viewer(), tom.ID, k.ID), errs.KindForbidden)
		wantKind(t, "what one does not know", w.Endorse(ctx, tom.Viewer(), noor.ID, k.ID), errs.KindNotFound)
		for range 2 {
			if err := w.Endorse(ctx, noor.Viewer(), tom.ID, k.ID); err != nil {
				t.Fatal(err)
			}
		}
		if got := w.skill(tom, k.Name); len(got.By) != 1 || got.By[0].ID != noor.ID || !got.EndorsedBy(noor.ID) {
			t.Errorf("endorsed by %v", got.By)
		}

		wrong := w.skill(noor, "Bewonerscomunicatie")
		wantKind(t, "merging by a member", w.MergeExpertise(ctx, tom.Viewer(), wrong.ID, k.ID), errs.KindForbidden)
		if err := w.Endorse(ctx, w.admin.Viewer(), noor.ID, wrong.ID); err != nil {
			t.Fatal(err)
		}
		if err := w.MergeExpertise(ctx, w.admin.Viewer(), wrong.ID, k.ID); err != nil {
			t.Fatal(err)
		}
		if got := w.skill(noor, k.Name); len(got.By) != 1 {
			t.Errorf("after merging endorsed by %v", got.By)
		}
		wantKind(t, "a name that is taken", w.RenameExpertise(ctx, w.admin.Viewer(), k.ID, "Blvc Plan"), errs.KindConflict)
		if err := w.RenameExpertise(ctx, w.admin.Viewer(), k.ID, "Bewonersparticipatie"); err != nil {
			t.Fatal(err)
		}
		w.skill(tom, "Bewonersparticipatie")

		if err := w.Unendorse(ctx, noor.Viewer(), tom.ID, k.ID); err != nil {
			t.Fatal(err)
		}
		if err := w.update(tom, func(p *people.Profile) { p.Expertise = []string{"BLVC plan", "Circulair slopen"} }); err != nil {
			t.Fatal(err)
		}
		if got := w.seen(noor, tom).Expertise; len(got) != 2 || got[0].Name+got[1].Name != "BLVC-planCirculair slopen" {
			t.Errorf("set to %v", got)
		}
	})
}

// The directory has everybody who works here, narrowed by each field; a field's own values count as if it were not chosen.
func TestDirectoryIsNarrowed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		tom, noor, far, gone := w.person("tom@b.nl", auth.RoleMember), w.person("noor@b.nl", auth.RoleMember), w.elsewhere("ver@b.nl"), w.person("weg@b.nl", auth.RoleMember)
		if err := w.SetActive(ctx, w.admin.Viewer(), gone.ID, false); err != nil {
			t.Fatal(err)
		}
		for _, u := range []*people.User{tom, far} {
			if err := w.AddExpertise(ctx, u.Viewer(), "BLVC", false); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.update(noor, func(p *people.Profile) { p.Function, p.Languages = "Planner", []string{"pl"} }); err != nil {
			t.Fatal(err)
		}
		choose := func(n people.Narrowed) *people.Chosen {
			t.Helper()
			got, err := w.Choose(ctx, tom.Viewer(), n)
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		all := choose(people.Narrowed{})
		if len(all.IDs) != 4 || len(all.Branches) != 2 || len(all.Expertises) != 1 || all.Expertises[0].Count != 2 {
			t.Fatalf("everybody: %+v", all)
		}
		blvc := choose(people.Narrowed{Expertise: []string{all.Expertises[0].Value}, Branches: []string{far.BranchID}})
		if strings.Join(blvc.IDs, " ") != far.ID || len(blvc.Branches) != 2 || blvc.Expertises[0].Count != 1 {
			t.Errorf("by expertise and branch: %+v", blvc)
		}
		if got := choose(people.Narrowed{Languages: []string{"pl"}, Functions: []string{"planner"}}).IDs; len(got) != 1 || got[0] != noor.ID {
			t.Errorf("by language and function: %v", got)
		}
		if got := choose(people.Narrowed{Name: "too", Ranked: []string{gone.ID, far.ID, tom.ID}}).IDs; strings.Join(got, " ") != far.ID+" "+tom.ID {
			t.Errorf("by match: %v", got)
		}
		if got := choose(people.Narrowed{Name: "to", Ranked: []string{far.ID, tom.ID}, ByName: true}).IDs; strings.Join(got, " ") != tom.ID+" "+far.ID {
			t.Errorf("by name: %v", got)
		}
		if _, err := w.Choose(ctx, auth.Viewer{}, people.Narrowed{}); !errs.Is(err, errs.KindUnauthorized) {
			t.Errorf("nobody: %v", err)
		}
	})
}

func TestVCard(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		tom := w.person("tom@b.nl", auth.RoleMember)
		err := w.update(tom, func(p *people.Profile) {
			p.Name, p.Function, p.Languages, p.Mobile = "Tom van den Berg", "Schrijver, senior; "+strings.Repeat("é", 60), []string{"nl", "de"}, "06 1"
		})
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		if err := w.WriteCards(context.WithoutCancel(t.Context()), &b, tom.Viewer(), []*people.User{w.seen(tom, tom), w.seen(tom, w.admin)}, "https://aanpak.example", false); err != nil {
			t.Fatal(err)
		}
		got := b.String()
		for _, want := range []string{"BEGIN:VCARD\r\nVERSION:4.0\r\n", "FN:Tom van den Berg\r\n", "N:van den Berg;Tom;;;\r\n", "TEL;TYPE=cell:06 1", "LANG:de", "URL:https://aanpak.example/people/" + tom.ID} {
			if !strings.Contains(got, want) {
				t.Errorf("no %q in:\n%s", want, got)
			}
		}
		if n := strings.Count(got, "END:VCARD"); n != 2 {
			t.Errorf("%d cards", n)
		}
		for line := range strings.SplitSeq(got, "\r\n") {
			if len(line) > 75 || !utf8.ValidString(line) {
				t.Errorf("line of %d bytes: %q", len(line), line)
			}
		}
	})
}
