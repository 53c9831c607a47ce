package faults_test

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/app"
	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/blob/s3test"
	"github.com/aanpak/aanpak/internal/config"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/db/dbtest"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/reader"
	"github.com/aanpak/aanpak/internal/search/meili/meilitest"
	"github.com/aanpak/aanpak/internal/testenv"
)

// TestMain lets the test binary be the program, and a reading child of it.
func TestMain(m *testing.M) {
	if reader.RunChildIfAsked() {
		return
	}
	if filepath.Base(os.Args[0]) == "aanpak" {
		os.Exit(app.Main())
	}
	os.Exit(meilitest.Main(m))
}

// home is where data lives, with a program on it.
type home struct {
	t   *testing.T
	exe string
	env map[string]string
	// Ways to the servers, for a test to close; nil where the part is embedded.
	database, files, search *testenv.Link
	token                   string
}

// embedded is a home in a folder: SQLite, files, Bleve.
func embedded(t *testing.T) *home {
	t.Helper()
	dir := t.TempDir()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	h := &home{t: t, exe: filepath.Join(dir, "aanpak"), env: map[string]string{
		"AANPAK_DATA": filepath.Join(dir, "data"), "AANPAK_CACHE": apptest.Config(t, db.SQLite).Cache, "AANPAK_ADDR": "127.0.0.1:0", "AANPAK_LOG": "json",
	}}
	if err := os.Symlink(exe, h.exe); err != nil { // the test binary is the program when it is called so
		t.Fatal(err)
	}
	return h
}

// served is a home on servers, each behind a link: PostgreSQL, an S3 store and, where there is one, Meilisearch.
func served(t *testing.T) *home {
	t.Helper()
	h := embedded(t)
	h.database = h.link("AANPAK_DATABASE_URL", dbtest.URL(t, db.Postgres))
	h.files = h.link("AANPAK_BLOB_URL", s3test.VersityGateway(t).URL())
	s, err := meilitest.Find()
	if err != nil {
		t.Fatal(err)
	}
	if s.URL != "" {
		address := "meilisearch://:" + s.Key + "@" + strings.TrimPrefix(s.URL, "http://")
		h.search = h.link("AANPAK_SEARCH_URL", address+"?tls=false&prefix="+strings.ToLower(filepath.Base(t.Name()))+strings.TrimPrefix(testenv.FreeAddr(t), "127.0.0.1:"))
	}
	return h
}

// link puts a link before the server at an address, and the address of the link into a setting.
func (h *home) link(setting, address string) *testenv.Link {
	h.t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		h.t.Fatal(err)
	}
	l := testenv.NewLink(h.t, u.Host)
	u.Host = l.Addr
	h.env[setting] = u.String()
	return l
}

// split tells whether web and worker may be processes of their own.
func (h *home) split() bool { return h.search != nil }

func (h *home) config() *config.Config {
	h.t.Helper()
	cfg, err := config.Load(func(name string) (string, bool) { v, ok := h.env[name]; return v, ok })
	if err != nil {
		h.t.Fatal(err)
	}
	return cfg
}

// open opens the home in this process.
func (h *home) open(parts app.Parts) *app.App {
	h.t.Helper()
	return apptest.Open(h.t, h.config(), parts)
}

// password is everybody's.
const password = "een lang wachtwoord"

// populate makes an administrator with a token, and one who reads English.
func (h *home) populate() {
	h.t.Helper()
	a, err := app.New(h.t.Context(), h.config(), quiet(), app.Parts{})
	if err != nil {
		h.t.Fatal(err)
	}
	defer a.Close()
	for email, language := range map[string]string{"ada@voorbeeld.nl": "nl", "bea@voorbeeld.nl": "en"} {
		u, err := a.People.Create(h.t.Context(), auth.System(), people.NewUser{
			Email: email, Name: "Ada Min", Branch: "Zwolle", Role: auth.RoleAdmin, Password: password, Language: language,
		})
		if err != nil {
			h.t.Fatal(err)
		}
		if language != "nl" {
			continue
		}
		if h.token, _, err = a.People.CreateToken(h.t.Context(), u.Viewer(), "faults"); err != nil {
			h.t.Fatal(err)
		}
	}
}
