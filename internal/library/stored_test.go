package library_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/app"
	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/blob/s3test"
	"github.com/aanpak/aanpak/internal/config"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/people"
)

// received uploads files with no worker running, on a store of the test's own.
func received(t *testing.T, cfg *config.Config, names ...string) (*apptest.App, []*library.Document) {
	t.Helper()
	a := &apptest.App{App: apptest.Open(t, cfg, app.Parts{Search: true, Work: true})}
	u, err := a.People.Create(t.Context(), auth.System(), people.NewUser{Email: "a@voorbeeld.nl", Name: "Ada", Branch: "Zwolle", Role: auth.RoleMember, Password: apptest.Password})
	if err != nil {
		t.Fatal(err)
	}
	var list []*library.Document
	for _, name := range names {
		d, err := a.Library.Upload(t.Context(), u.Viewer(), library.File{Name: name, Size: -1, Body: strings.NewReader("De tekst van " + name)}, library.Meta{})
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, d)
	}
	return a, list
}

func work(t *testing.T, a *apptest.App) {
	t.Helper()
	stop, err := a.Work(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
}

// A stored file that is missing or has other bytes is told for what it is, and never read as if it were what was uploaded.
func TestStoredFileIsNotWhatWasUploaded(t *testing.T) {
	a, docs := received(t, apptest.Config(t, db.SQLite), "anders.txt", "weg.txt", "goed.txt")
	blobs, err := a.Library.StoredFiles(t.Context(), a.DB.Reader())
	if err != nil || len(blobs) != 3 {
		t.Fatal(blobs, err)
	}
	if err := a.Blobs.Put(t.Context(), "doc/"+docs[0].VersionID, strings.NewReader("iets heel anders"), -1); err != nil {
		t.Fatal(err)
	}
	if err := a.Blobs.Delete(t.Context(), "doc/"+docs[1].VersionID); err != nil {
		t.Fatal(err)
	}
	work(t, a)
	a.Settle(t)
	for i, want := range []library.Status{library.StatusFailed, library.StatusFailed, library.StatusReady} {
		d, err := a.Library.Get(t.Context(), auth.System(), docs[i].ID)
		if err != nil || d.Status != want || want == library.StatusFailed && d.Failure != "stored" {
			t.Errorf("%s is %s (%s), %v; want %s", docs[i].Title, d.Status, d.Failure, err, want)
		}
	}
}

// While the store is away documents wait, however often they are tried; they are read when it is back.
func TestReadingWaitsForTheStore(t *testing.T) {
	cfg := apptest.Config(t, db.SQLite)
	store := s3test.VersityGateway(t)
	cfg.BlobURL = config.Secret(store.URL())
	a, docs := received(t, cfg, "plan.txt")
	store.Kill()
	work(t, a)
	time.Sleep(4 * time.Second)
	if d, err := a.Library.Get(t.Context(), auth.System(), docs[0].ID); err != nil || d.Status.Final() {
		t.Errorf("%s (%s) while the store is away, %v", d.Status, d.Failure, err)
	}
	store.Start()
	a.Settle(t)
	if d, err := a.Library.Get(t.Context(), auth.System(), docs[0].ID); err != nil || d.Status != library.StatusReady {
		t.Errorf("%s (%s) after the store came back, %v", d.Status, d.Failure, err)
	}
}
