package library_test

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"slices"
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

// twoPhotos gives somebody a photo and then another, and returns the keys of the other.
func twoPhotos(t *testing.T, a *app.App, u *people.User) []string {
	t.Helper()
	for i := range 2 {
		m := image.NewGray(image.Rect(0, 0, 20, 20))
		for j := range m.Pix[:200] {
			m.Pix[j] = uint8(100 * i)
		}
		var b bytes.Buffer
		if err := errors.Join(png.Encode(&b, m), a.People.SetPhoto(t.Context(), u.Viewer(), &b, people.Crop{})); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(listed(t, a, "photo/")); n != 2*len(people.PhotoSizes) {
		t.Fatalf("%d files", n)
	}
	keys, err := people.PhotoFiles(t.Context(), a.DB.Reader())
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(keys)
	return keys
}

func listed(t *testing.T, a *app.App, prefix string) (keys []string) {
	t.Helper()
	if err := a.Blobs.List(t.Context(), prefix, func(i blob.Info) error { keys = append(keys, i.Key); return nil }); err != nil {
		t.Fatal(err)
	}
	return keys
}

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
			photos := twoPhotos(t, a, u)
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
			if left := listed(t, a, "photo/"); !slices.Equal(left, photos) {
				t.Errorf("of two photos one after the other %v are left, want %v", left, photos)
			}
		})
	}
}
