package backup_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/app"
	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/blob/s3test"
	"github.com/aanpak/aanpak/internal/config"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/find"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/people"
)

func TestMain(m *testing.M) { apptest.Main(m) }

// TestMoveUpAndBack takes a library from SQLite and a folder to PostgreSQL and S3 and back again, and compares it row by row and
// file by file at each home.
func TestMoveUpAndBack(t *testing.T) {
	first := apptest.New(t, db.SQLite)
	fillLibrary(t, first)
	want := contents(t, first.App)
	if len(want) < 35 {
		t.Fatalf("only %d rows and files: the test compares too little", len(want))
	}
	dir := t.TempDir()
	run(t, first.Config, "backup", filepath.Join(dir, "1.zip"))
	up := apptest.Config(t, db.Postgres)
	up.BlobURL = config.Secret(s3test.VersityGateway(t).URL())
	run(t, up, "restore", filepath.Join(dir, "1.zip"))
	same(t, "on PostgreSQL and S3", want, contents(t, apptest.Open(t, up, app.Parts{})))

	run(t, up, "backup", filepath.Join(dir, "2.zip"))
	back := apptest.Config(t, db.SQLite)
	run(t, back, "restore", filepath.Join(dir, "2.zip"))
	same(t, "back on SQLite and a folder", want, contents(t, apptest.Open(t, back, app.Parts{})))
	found(t, back)
}

// found serves the restored library: its index fills by itself.
func found(t *testing.T, cfg *config.Config) {
	t.Helper()
	a := &apptest.App{App: apptest.Open(t, cfg, app.Parts{Search: true, Work: true})}
	stop, err := a.Work(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	a.Settle(t)
	u, err := a.People.UserByEmail(t.Context(), "sanne.visser@voorbeeld.nl")
	if err != nil {
		t.Fatal(err)
	}
	res, err := a.Find.Search(t.Context(), u.Viewer(), find.Query{Text: "bewonerscommunicatie", Limit: 10})
	if err != nil || res.Total != 1 {
		t.Errorf("%+v found in the restored library, %v", res, err)
	}
}

// fillLibrary leaves documents in every state, a version, a copy, things in the trash and a job that waits.
func fillLibrary(t *testing.T, a *apptest.App) {
	t.Helper()
	if err := a.People.AddExpertise(t.Context(), a.Sanne.Viewer(), "BLVC", false); err != nil {
		t.Fatal(err)
	}
	var face bytes.Buffer
	if err := errors.Join(png.Encode(&face, image.NewGray(image.Rect(0, 0, 20, 20))), a.People.SetPhoto(t.Context(), a.Sanne.Viewer(), &face, people.Crop{})); err != nil {
		t.Fatal(err)
	}
	title, tags := "Plan van aanpak Molenwijk", []string{"bewoners", "café"}
	d := a.Upload(t, a.Sanne, "plan.pdf", apptest.PDF("De bewonerscommunicatie in de Molenwijk.", "Tweede bladzijde"), library.Meta{Title: &title, Tags: &tags})
	a.Upload(t, a.Tom, "kapot.pdf", []byte("%PDF-1.7 niets"), library.Meta{})
	a.Upload(t, a.Tom, "kopie.pdf", apptest.PDF("De bewonerscommunicatie in de Molenwijk.", "Tweede bladzijde"), library.Meta{Audience: new("people:" + a.Tom.ID)})
	a.Upload(t, a.Admin, "notitie.txt", []byte("Kosten: € 1.250,50 \u2028 per woning\n<b>niet vet</b>"), library.Meta{})
	if err := a.Library.Delete(t.Context(), a.Admin.Viewer(), a.Upload(t, a.Admin, "weg.txt", []byte("weg"), library.Meta{}).ID); err != nil {
		t.Fatal(err)
	}
	if err := a.Library.RecordRead(t.Context(), a.Tom.Viewer(), d.ID, 2); err != nil {
		t.Fatal(err)
	}
	a.Token(t, a.Sanne)
}

// run runs a command of the program on settings.
func run(t *testing.T, cfg *config.Config, args ...string) {
	t.Helper()
	code, out := command(cfg, args...)
	if code != 0 {
		t.Fatalf("%q exits %d: %s", args, code, out)
	}
	t.Log(strings.TrimSpace(out))
}

func command(cfg *config.Config, args ...string) (int, string) {
	set := map[string]string{
		"AANPAK_DATA": cfg.Data, "AANPAK_CACHE": cfg.Cache, "AANPAK_DATABASE_URL": cfg.DatabaseURL.Reveal(), "AANPAK_BLOB_URL": cfg.BlobURL.Reveal(),
	}
	var out bytes.Buffer
	code := app.Run(app.Env{Args: args, Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out, Lookup: func(name string) (string, bool) {
		v, ok := set[name]
		return v, ok && v != ""
	}})
	return code, out.String()
}

// contents is everything that an installation holds, a line for each row and file, in an order of its own.
func contents(t *testing.T, a *app.App) (all []string) {
	t.Helper()
	for _, table := range tables(t, a.DB) {
		var rows []map[string]any
		if err := a.DB.Reader().NewSelect().TableExpr("?", bun.Ident(table)).Scan(t.Context(), &rows); err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			if table == "settings" && (row["name"] == "library.sweep_held_until" || row["name"] == "index.rebuilt_at") {
				continue // the backup's own, and what a restored index tells of itself
			}
			all = append(all, table+" "+line(t, row))
		}
	}
	keys := must(people.PhotoFiles(t.Context(), a.DB.Reader()))
	for _, f := range must(a.Library.StoredFiles(t.Context(), a.DB.Reader())) {
		keys = append(keys, f.Blob)
	}
	for _, key := range keys {
		b, err := a.Blobs.Open(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(b)
		b.Close()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, fmt.Sprintf("file %s %x", key, content))
	}
	slices.Sort(all)
	return all
}

// line is a row as both dialects give it.
func line(t *testing.T, row map[string]any) string {
	t.Helper()
	for k, v := range row {
		switch v := v.(type) {
		case time.Time:
			row[k] = v.UTC()
		case []byte:
			row[k] = string(v)
		case float64:
			row[k] = fmt.Sprintf("%g", v)
		case int64:
			row[k] = fmt.Sprintf("%d", v)
		case bool:
			row[k] = map[bool]string{true: "1", false: "0"}[v]
		}
	}
	b, err := json.Marshal(row)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// tables are those of the database that are ours, without the marks of the index.
func tables(t *testing.T, d *db.DB) (names []string) {
	t.Helper()
	query := "SELECT name FROM sqlite_master WHERE type = 'table'"
	if d.Dialect == db.Postgres {
		query = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
	}
	if err := d.Reader().NewRaw(query).Scan(t.Context(), &names); err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(names, func(n string) bool {
		return strings.HasPrefix(n, "river_") || strings.HasPrefix(n, "bun_") || strings.HasPrefix(n, "sqlite_") || n == "index_queue" || n == "changes"
	})
}

func same(t *testing.T, where string, want, got []string) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-before +after):\n%.3000s", where, d)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// TestRefusals are archives and homes that do not fit; each leaves things as they were.
func TestRefusals(t *testing.T) {
	a := apptest.New(t, db.SQLite)
	a.Upload(t, a.Sanne, "plan.txt", []byte("Een plan dat lang genoeg is."), library.Meta{})
	dir := t.TempDir()
	good := filepath.Join(dir, "good.zip")
	run(t, a.Config, "backup", good)
	run(t, a.Config, "backup", "--check", good)
	content := must(os.ReadFile(good))
	write := func(name string, b []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	flipped := bytes.Clone(content)
	flipped[bytes.Index(flipped, []byte("Een plan dat"))] ^= 1
	fresh := apptest.Config(t, db.SQLite)
	for _, tt := range []struct {
		name string
		cfg  *config.Config
		args []string
		want string
	}{
		{"it exists", a.Config, []string{"backup", good}, "exists already"},
		{"not empty", a.Config, []string{"restore", good}, "there are users already"},
		{"cut off", fresh, []string{"restore", write("cut.zip", content[:len(content)/2])}, "not a whole backup"},
		{"another zip", fresh, []string{"restore", write("other.zip", zipOf(t, "a.txt"))}, "not a backup of Aanpak"},
		{"damaged", fresh, []string{"restore", write("flipped.zip", flipped)}, "doc/"},
		{"check of damaged", a.Config, []string{"backup", "--check", filepath.Join(dir, "flipped.zip")}, "doc/"},
	} {
		code, out := command(tt.cfg, tt.args...)
		if code == 0 || !strings.Contains(out, tt.want) {
			t.Errorf("%s: exit %d, %q; want %q in it", tt.name, code, out, tt.want)
		}
	}
	run(t, fresh, "restore", good)
	left := must(filepath.Glob(filepath.Join(dir, "*.part-*")))
	if len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

// TestWrongFile tells of a file that is missing in the store, and saves all others.
func TestWrongFile(t *testing.T) {
	a := apptest.New(t, db.SQLite)
	d := a.Upload(t, a.Sanne, "plan.txt", []byte("Een plan dat verdwijnt."), library.Meta{})
	a.Upload(t, a.Sanne, "ander.txt", []byte("Een plan dat blijft."), library.Meta{})
	var key string
	if err := a.DB.Reader().NewRaw("SELECT blob FROM versions WHERE id = ?", d.VersionID).Scan(t.Context(), &key); err != nil {
		t.Fatal(err)
	}
	if err := a.Blobs.Delete(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "b.zip")
	code, out := command(a.Config, "backup", path)
	if code != 1 || !strings.Contains(out, key+": missing in the store") || !strings.Contains(out, "1 files were not") {
		t.Errorf("exit %d: %s", code, out)
	}
	fresh := apptest.Config(t, db.SQLite)
	if code, out := command(fresh, "restore", path); code != 1 || !strings.Contains(out, "restored") {
		t.Errorf("exit %d: %s", code, out)
	}
}

// TestBackupWhilePeopleWork keeps uploading and purging while a backup is written; what it holds fits together.
func TestBackupWhilePeopleWork(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		for i := range 20 {
			a.Upload(t, a.Admin, fmt.Sprintf("%d.txt", i), []byte(fmt.Sprintf("Bestand nummer %d van de bibliotheek.", i)), library.Meta{})
		}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- churn(ctx, a) }()
		path := filepath.Join(t.TempDir(), "b.zip")
		run(t, a.Config, "backup", path)
		stop()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		to := apptest.Config(t, db.SQLite)
		run(t, to, "restore", path)
	})
}

// churn adds a document and deletes it for good, again and again.
func churn(ctx context.Context, a *apptest.App) error {
	v := a.Admin.Viewer()
	for i := 0; ctx.Err() == nil; i++ {
		text := fmt.Sprintf("Tijdelijk bestand %d.", i)
		d, err := a.Library.Upload(ctx, v, library.File{Name: "t.txt", Size: int64(len(text)), Body: strings.NewReader(text)}, library.Meta{})
		if err == nil {
			err = a.Library.Delete(ctx, v, d.ID)
		}
		if err == nil {
			err = a.Library.Purge(ctx, v, d.ID)
		}
		if err != nil && ctx.Err() == nil {
			return err
		}
	}
	return nil
}

func zipOf(t *testing.T, name string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	_, err := w.Create(name)
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
