// Package apptest gives tests the whole program on fresh data, with its real parts: a database of either dialect, files on
// disk, the embedded index and the reading children.
//
// The test binary is its own reading child, so TestMain of a package that uses New must begin with
// reader.RunChildIfAsked; Main does so.
package apptest

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/app"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/config"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/db/dbtest"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/reader"
	"github.com/aanpak/aanpak/internal/social"
)

// Password is everybody's in a test.
const Password = "een lang wachtwoord"

// Main is TestMain of a package that uses New.
func Main(m *testing.M) {
	if reader.RunChildIfAsked() {
		return
	}
	os.Exit(m.Run())
}

// Each runs f as a subtest with a program on each dialect.
func Each(t *testing.T, f func(t *testing.T, a *App)) {
	t.Helper()
	for _, d := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(string(d), func(t *testing.T) { f(t, New(t, d)) })
	}
}

// App is a working program with a few people in it.
type App struct {
	*app.App
	Zwolle, Eindhoven          *people.Branch
	Admin, Manager, Sanne, Tom *people.User // Manager and Sanne are of Zwolle, Tom of Eindhoven
}

// New returns a working program that is closed when the test ends.
func New(tb testing.TB, dialect db.Dialect) *App {
	tb.Helper()
	return NewWith(tb, Config(tb, dialect))
}

// NewWith is New with settings of the caller's.
func NewWith(tb testing.TB, cfg *config.Config) *App {
	tb.Helper()
	return NewOf(tb, cfg, app.Parts{Search: true, Work: true})
}

// NewOf is NewWith with parts of the caller's, which work.
func NewOf(tb testing.TB, cfg *config.Config, parts app.Parts) *App {
	tb.Helper()
	a := Open(tb, cfg, parts)
	stop, err := a.Work(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(stop)
	w := &App{App: a}
	a.Social.UseLimits(social.Limits{}) // tests say much in an hour
	w.Admin = w.Person(tb, "Ada Min", "Zwolle", auth.RoleAdmin)
	w.Manager = w.Person(tb, "Henk Driessen", "Zwolle", auth.RoleManager)
	w.Sanne = w.Person(tb, "Sanne Visser", "Zwolle", auth.RoleMember)
	w.Tom = w.Person(tb, "Tom Bakker", "Eindhoven", auth.RoleMember)
	w.Zwolle, w.Eindhoven = w.branch(tb, "Zwolle"), w.branch(tb, "Eindhoven")
	return w
}

// Config returns settings with data of their own. What PDFium compiles to is shared between tests.
func Config(tb testing.TB, dialect db.Dialect) *config.Config {
	tb.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	cfg := &config.Config{Addr: "127.0.0.1:0", Data: tb.TempDir(), Cache: filepath.Join(cache, "aanpak"), MaxUpload: 64 << 20}
	cfg.DatabaseURL = config.Secret(dbtest.URL(tb, dialect))
	return cfg
}

// Open opens a program that is closed when the test ends.
func Open(tb testing.TB, cfg *config.Config, parts app.Parts) *app.App {
	tb.Helper()
	a, err := app.New(tb.Context(), cfg, slog.New(slog.NewTextHandler(tb.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})), parts)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := a.Close(); err != nil {
			tb.Error(err)
		}
	})
	return a
}

// Person adds somebody.
func (a *App) Person(tb testing.TB, name, branch string, role auth.Role) *people.User {
	tb.Helper()
	email := strings.ToLower(strings.ReplaceAll(name, " ", ".")) + "@voorbeeld.nl"
	u, err := a.People.Create(tb.Context(), auth.System(), people.NewUser{Email: email, Name: name, Branch: branch, Role: role, Password: Password})
	if err != nil {
		tb.Fatal(err)
	}
	return u
}

func (a *App) branch(tb testing.TB, name string) *people.Branch {
	tb.Helper()
	b, err := a.People.Branch(tb.Context(), name)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// Token returns an API token of a person.
func (a *App) Token(tb testing.TB, u *people.User) string {
	tb.Helper()
	secret, _, err := a.People.CreateToken(tb.Context(), u.Viewer(), "test")
	if err != nil {
		tb.Fatal(err)
	}
	return secret
}

// Upload adds a file for a person and waits until it is read and indexed.
func (a *App) Upload(tb testing.TB, u *people.User, name string, content []byte, m library.Meta) *library.Document {
	tb.Helper()
	d, err := a.Library.Upload(tb.Context(), u.Viewer(), library.File{Name: name, Size: int64(len(content)), Body: bytes.NewReader(content)}, m)
	if err != nil {
		tb.Fatalf("upload %s: %v", name, err)
	}
	a.Settle(tb)
	d, err = a.Library.Get(tb.Context(), u.Viewer(), d.ID)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

// Settle waits until nothing waits to be read or indexed.
func (a *App) Settle(tb testing.TB) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), 3*time.Minute)
	defer cancel()
	for {
		n, err := a.Library.Count(ctx, auth.System(), library.Filter{Unfinished: true})
		if err != nil {
			tb.Fatal(err)
		}
		s, err := a.Indexer.State(ctx)
		if err != nil {
			tb.Fatal(err)
		}
		if n == 0 && s.Waiting == s.Failing {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// PDF returns a small PDF with the given pages of text.
func PDF(pages ...string) []byte {
	var b bytes.Buffer
	writePDF(&b, pages)
	return b.Bytes()
}
