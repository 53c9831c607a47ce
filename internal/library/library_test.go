package library_test

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/find"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/people"
)

func TestMain(m *testing.M) { apptest.Main(m) }

func search(t *testing.T, a *apptest.App, u *people.User, q string) *find.Result {
	t.Helper()
	res, err := a.Find.Search(t.Context(), u.Viewer(), find.Query{Text: q, Facets: true})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// The main job: upload, read, find, open at the page.
func TestUploadedDocumentIsFoundAtItsPage(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		d := a.Upload(t, a.Sanne, "Plan van aanpak Molenwijk.pdf", apptest.PDF(
			"Inleiding over de wijk en de woningen die wij gaan renoveren.",
			"De bewonersconsulent verzorgt de bewonerscommunicatie van begin tot eind.",
		), library.Meta{})
		if d.Status != library.StatusReady || d.Pages != 2 || d.Kind != library.KindApproach || d.Title != "Plan van aanpak Molenwijk" || d.MediaType != "application/pdf" {
			t.Fatalf("document %+v", d)
		}
		res := search(t, a, a.Tom, "communicatie")
		if res.Total != 1 || res.Hits[0].ID != d.ID || res.Hits[0].Page != 2 {
			t.Fatalf("result %+v", res)
		}
		if !strings.Contains(res.Hits[0].Snippet, "<mark>bewonerscommunicatie</mark>") {
			t.Errorf("snippet %q", res.Hits[0].Snippet)
		}
		_, p, err := a.Library.Page(t.Context(), a.Tom.Viewer(), d.ID, -1, 2)
		if err != nil || !strings.Contains(p.Text, "bewonersconsulent") {
			t.Errorf("page %+v, err %v", p, err)
		}
		boxes, html, err := a.Find.Marks(t.Context(), a.Tom.Viewer(), d.ID, -1, 2, "communicatie")
		if err != nil || len(boxes) != 1 || !strings.Contains(html, "<mark>") {
			t.Errorf("marks %v, %q, err %v", boxes, html, err)
		}
	})
}

// Nobody outside the audience sees, counts or infers.
func TestAudience(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		text := apptest.PDF("Dit document gaat over de kadeconstructie Tuindorp.")
		for _, c := range []struct {
			audience string
			tom      bool
			admin    bool
		}{
			{"company", true, true},
			{"branch", false, true}, // Ada is of Zwolle too
			{"branch:" + a.Eindhoven.ID, true, false},
			{"people:" + a.Tom.ID, true, false},
			{"people:" + a.Admin.ID, false, true},
		} {
			d := a.Upload(t, a.Sanne, "kade.pdf", text, library.Meta{Audience: &c.audience})
			for who, want := range map[*people.User]bool{a.Sanne: true, a.Tom: c.tom, a.Admin: c.admin} {
				_, err := a.Library.Get(t.Context(), who.Viewer(), d.ID)
				if (err == nil) != want || (!want && !errs.Is(err, errs.KindNotFound)) {
					t.Errorf("%s for %s: %v, want seen %v", c.audience, who.Name, err, want)
				}
				if got := search(t, a, who, "kadeconstructie"); (got.Total == 1) != want || (len(got.Facets["kind"]) > 0) != want {
					t.Errorf("%s for %s: search finds %d, facets %v, want found %v", c.audience, who.Name, got.Total, got.Facets["kind"], want)
				}
				_, n, err := a.Library.List(t.Context(), who.Viewer(), library.Filter{})
				if err != nil || (n == 1) != want {
					t.Errorf("%s for %s: list counts %d, err %v, want seen %v", c.audience, who.Name, n, err, want)
				}
			}
			if err := a.Library.Delete(t.Context(), a.Sanne.Viewer(), d.ID); err != nil {
				t.Fatal(err)
			}
			a.Settle(t)
		}
	})
}

func TestChangedAudienceTakesEffectInSearch(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		d := a.Upload(t, a.Sanne, "x.txt", []byte("een tekst over funderingsherstel in Zwolle"), library.Meta{})
		only := "people:" + a.Sanne.ID
		if _, err := a.Library.Update(t.Context(), a.Sanne.Viewer(), d.ID, library.Meta{Audience: &only}); err != nil {
			t.Fatal(err)
		}
		if res := search(t, a, a.Tom, "funderingsherstel"); len(res.Hits) != 0 {
			t.Error("the hit is shown before the index knows of the change")
		}
		a.Settle(t)
		if res := search(t, a, a.Tom, "funderingsherstel"); res.Total != 0 {
			t.Error("still counted after the index was told")
		}
	})
}

func TestWhoMayChange(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		d := a.Upload(t, a.Sanne, "x.txt", []byte("tekst"), library.Meta{})
		title := "Ander"
		for who, want := range map[*people.User]errs.Kind{a.Tom: errs.KindForbidden, a.Manager: 0, a.Admin: 0, a.Sanne: 0} {
			_, err := a.Library.Update(t.Context(), who.Viewer(), d.ID, library.Meta{Title: &title})
			if errs.KindOf(err) != want && (want != 0 || err != nil) {
				t.Errorf("%s: %v, want kind %v", who.Name, err, want)
			}
		}
		if _, err := a.Library.Update(t.Context(), auth.Viewer{}, d.ID, library.Meta{Title: &title}); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("nobody: %v", err)
		}
		if err := a.Library.Purge(t.Context(), a.Sanne.Viewer(), d.ID); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("purge by a member: %v", err)
		}
	})
}

func TestVersionsAndTrash(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		v := a.Sanne.Viewer()
		d := a.Upload(t, a.Sanne, "plan.txt", []byte("eerste versie met damwandplanken"), library.Meta{})
		if _, err := a.Library.AddVersion(t.Context(), v, d.ID, library.File{Name: "plan.txt", Size: -1, Body: strings.NewReader("tweede versie met boorpalen")}); err != nil {
			t.Fatal(err)
		}
		a.Settle(t)
		if got := search(t, a, a.Sanne, "damwandplanken"); got.Total != 0 {
			t.Error("search finds the old version")
		}
		if got := search(t, a, a.Sanne, "boorpalen"); got.Total != 1 {
			t.Error("search does not find the new version")
		}
		if _, p, err := a.Library.Page(t.Context(), v, d.ID, 1, 1); err != nil || !strings.Contains(p.Text, "damwand") {
			t.Errorf("page of version 1: %v", err)
		}
		if err := a.Library.Delete(t.Context(), v, d.ID); err != nil {
			t.Fatal(err)
		}
		a.Settle(t)
		if got := search(t, a, a.Sanne, "boorpalen"); got.Total != 0 {
			t.Error("search finds what is in the trash")
		}
		if _, n, _ := a.Library.List(t.Context(), v, library.Filter{Trash: true}); n != 1 {
			t.Errorf("%d in the trash, want 1", n)
		}
		if _, n, _ := a.Library.List(t.Context(), a.Tom.Viewer(), library.Filter{Trash: true}); n != 0 {
			t.Error("the trash shows what the viewer may not restore")
		}
		if _, err := a.Library.Restore(t.Context(), v, d.ID); err != nil {
			t.Fatal(err)
		}
		a.Settle(t)
		if got := search(t, a, a.Sanne, "boorpalen"); got.Total != 1 {
			t.Error("search does not find what was restored")
		}
		if err := a.Library.Purge(t.Context(), a.Admin.Viewer(), d.ID); !errs.Is(err, errs.KindConflict) {
			t.Errorf("purge outside the trash: %v", err)
		}
		if err := a.Library.Delete(t.Context(), v, d.ID); err != nil {
			t.Fatal(err)
		}
		if err := a.Library.Purge(t.Context(), a.Admin.Viewer(), d.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Library.GetAny(t.Context(), v, d.ID); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("after purge: %v", err)
		}
	})
}

func TestCopies(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		page := func(s string) string {
			return strings.Repeat(s+" Wij werken met korte lijnen, een vast aanspreekpunt en een wekelijks overleg op locatie met alle betrokken partijen. ", 1) +
				"De uitvoerder loopt iedere ochtend een ronde langs de woningen en bespreekt wat er die dag gebeurt met wie thuis is, zodat niemand voor verrassingen staat en klachten direct worden opgelost."
		}
		first := a.Upload(t, a.Sanne, "een.pdf", apptest.PDF(page("Molenwijk."), "Een bladzijde over iets heel anders: de inkoop van hout en glas bij leveranciers uit de streek, met afspraken over levertijd, prijs en retour."), library.Meta{})
		same := a.Upload(t, a.Tom, "twee.pdf", apptest.PDF(page("Molenwijk."), "Een bladzijde over iets heel anders: de inkoop van hout en glas bij leveranciers uit de streek, met afspraken over levertijd, prijs en retour."), library.Meta{})
		near := a.Upload(t, a.Tom, "drie.pdf", apptest.PDF(page("Vestdijk.")), library.Meta{})
		if same.SHA256 != first.SHA256 {
			t.Fatal("the test's equal files differ")
		}
		copies, err := a.Library.Copies(t.Context(), a.Tom.Viewer(), same)
		if err != nil || len(copies) == 0 || !copies[0].Exact || copies[0].ID != first.ID {
			t.Errorf("copies of the same file: %+v, err %v", copies, err)
		}
		var got []library.Copy
		waitFor(t, func() bool {
			got, err = a.Library.Copies(t.Context(), a.Tom.Viewer(), near)
			return err != nil || len(got) == 2
		})
		if err != nil || len(got) != 2 || got[0].Exact || got[0].Overlap < 0.8 || len(got[0].Pages) != 1 || got[0].Pages[0].Here != 1 || got[0].Pages[0].There != 1 {
			t.Errorf("near copies: %+v, err %v", got, err)
		}
	})
}

// An archive becomes documents, each for the archive's people; hostile names do no harm.
func TestZipIsUnpacked(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for name, text := range map[string]string{"map/plan.txt": "heiwerk bij het station", "map/raming.csv": "post;bedrag\ngrondwerk;1200", "../../kwaad.txt": "buiten de map"} {
			w, _ := z.Create(name)
			_, _ = w.Write([]byte(text))
		}
		z.Close()
		only := "people:" + a.Tom.ID
		d := a.Upload(t, a.Sanne, "archief.zip", b.Bytes(), library.Meta{Audience: &only})
		members, err := a.Library.Members(t.Context(), a.Tom.Viewer(), d.ID)
		if err != nil || len(members) < 2 {
			t.Fatalf("document %s %s: members %d, err %v", d.Status, d.FailureDetail, len(members), err)
		}
		if got := search(t, a, a.Tom, "heiwerk"); got.Total != 1 {
			t.Errorf("%d hits in the member, want 1", got.Total)
		}
		if got := search(t, a, a.Manager, "heiwerk"); got.Total != 0 {
			t.Error("the member is seen by more people than its archive")
		}
	})
}

// A calculation is found by the label of a row, and the hit names sheet and cell.
func TestTheRowOfACalculationIsFound(t *testing.T) {
	a := apptest.New(t, db.SQLite)
	a.Upload(t, a.Sanne, "Calculatie.csv", []byte("post;aantal;prijs\nsteigerwerk;12;450\nbewonersavond;3;275\n"), library.Meta{})
	res := search(t, a, a.Sanne, "bewonersavond")
	if len(res.Hits) != 1 || res.Hits[0].Snippet != "<mark>bewonersavond</mark> · 3 · 275" || !strings.HasSuffix(res.Hits[0].Label, "A3") {
		t.Errorf("hits %+v", res.Hits)
	}
}

// Who may not see a document cannot count as its reader, nor learn from trying that it is there.
func TestOnlyWhoSeesADocumentReadsIt(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		only := "people:" + a.Tom.ID
		d := a.Upload(t, a.Tom, "x.txt", []byte("tekst"), library.Meta{Audience: &only})
		if err := a.Library.RecordRead(t.Context(), a.Sanne.Viewer(), d.ID, 1); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("a reader outside the audience: %v", err)
		}
		for range 2 { // the second time within half an hour is the same reading
			if err := a.Library.RecordRead(t.Context(), a.Tom.Viewer(), d.ID, 1); err != nil {
				t.Fatal(err)
			}
		}
		if d, err := a.Library.Get(t.Context(), a.Tom.Viewer(), d.ID); err != nil || d.Reads != 1 {
			t.Errorf("read %d times, err %v, want once", d.Reads, err)
		}
	})
}

func TestExpectsDocumentsUntilTheyAreRead(t *testing.T) {
	a := apptest.New(t, db.SQLite)
	expects := func(most int) int {
		t.Helper()
		n, err := a.Library.Expects(t.Context(), most)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := expects(5); n != 0 {
		t.Errorf("%d documents are expected of an empty library", n)
	}
	set := func(status library.Status) {
		if _, err := a.DB.SQL().ExecContext(t.Context(), "UPDATE versions SET status = ?", status); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"plan.txt", "raming.txt", "planning.txt"} {
		a.Upload(t, a.Sanne, name, []byte("bewoners"), library.Meta{})
	}
	for status, want := range map[library.Status]int{
		library.StatusReceived: 3, library.StatusReading: 3, library.StatusReady: 0, library.StatusFailed: 0,
	} {
		if set(status); expects(5) != want || expects(2) != min(want, 2) {
			t.Errorf("%s: expected %d and %d, want %d and at most 2", status, expects(5), expects(2), want)
		}
	}
}
