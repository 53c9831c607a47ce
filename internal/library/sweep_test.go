package library_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/app"
	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/blob"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/people"
)

// What nobody names is swept after a day, and not while a backup holds it; what a version names stays.
func TestSweep(t *testing.T) {
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(string(dialect), func(t *testing.T) {
			a := apptest.Open(t, apptest.Config(t, dialect), app.Parts{})
			u, err := a.People.Create(t.Context(), auth.System(), people.NewUser{Email: "a@voorbeeld.nl", Name: "Ada", Branch: "Zwolle", Role: auth.RoleMember, Password: apptest.Password})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := a.Library.Upload(t.Context(), u.Viewer(), library.File{Name: "a.txt", Size: 4, Body: strings.NewReader("tekst")}, library.Meta{}); err == nil {
				t.Fatal("a wrong size was taken")
			}
			if _, err := a.Library.Upload(t.Context(), u.Viewer(), library.File{Name: "a.txt", Size: 5, Body: strings.NewReader("tekst")}, library.Meta{}); err != nil {
				t.Fatal(err)
			}
			if err := a.Blobs.Put(t.Context(), "doc/nobody", strings.NewReader("x"), 1); err != nil {
				t.Fatal(err)
			}
			tomorrow := time.Now().Add(25 * time.Hour)
			for _, step := range []struct {
				held  time.Time
				at    time.Time
				there bool
			}{
				{time.Time{}, time.Now(), true}, // too young
				{tomorrow.Add(time.Minute), tomorrow, true},
				{tomorrow.Add(-time.Minute), tomorrow, false},
			} {
				if err := errors.Join(a.Library.HoldSweep(t.Context(), step.held), a.Library.SweepAt(t.Context(), step.at)); err != nil {
					t.Fatal(err)
				}
				if _, err := a.Blobs.Stat(t.Context(), "doc/nobody"); errors.Is(err, blob.ErrNotFound) == step.there {
					t.Errorf("held until %v, swept at %v: %v", step.held, step.at, err)
				}
			}
			stored, err := a.Library.StoredFiles(t.Context(), a.DB.Reader())
			if err != nil || len(stored) != 1 {
				t.Fatal(stored, err)
			}
			if _, err := a.Blobs.Stat(t.Context(), stored[0].Blob); err != nil {
				t.Errorf("what a version names is gone: %v", err)
			}
		})
	}
}
