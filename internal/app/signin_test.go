package app_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/app"
	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/config"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/directory/directorytest"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/oidc/oidctest"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/signin"
)

// saved is settings of a directory made in one process.
func saved(t *testing.T, a *app.App, c *config.LDAP) {
	t.Helper()
	if err := a.SignIn.Save(t.Context(), auth.System(), signin.LDAP, signin.Typed{Way: c}); err != nil {
		t.Fatal(err)
	}
}

// Two processes share a database. What an administrator changes at one counts at the other with the next sign-in and the next comparison,
// whole: a directory, another filter, a provider, passwords, and taking it away.
func TestSignInSettingsOnEveryReplica(t *testing.T) {
	d, p, cfg := directorytest.Start(t, staff()...), oidctest.Start(t), apptest.Config(t, db.Postgres)
	here := apptest.NewWith(t, cfg)
	other := *cfg
	other.Data = t.TempDir()
	there := apptest.Open(t, &other, app.Parts{})
	in := func(name string, want errs.Kind) {
		t.Helper()
		_, _, err := there.People.SignIn(t.Context(), name, directorytest.Password, from)
		if want == errs.KindInternal && err != nil || want != errs.KindInternal && !errs.Is(err, want) {
			t.Errorf("%s at the other replica: %v", name, err)
		}
	}
	in("eva", errs.KindUnauthorized)
	c := ldapConfig(t, db.SQLite, d).LDAP
	saved(t, here.App, &c)
	in("eva", errs.KindInternal)
	c.Filter = "(uid=tom)"
	saved(t, here.App, &c)
	in("eva", errs.KindUnauthorized)
	run, err := there.People.SyncDirectory(t.Context(), auth.System(), people.SyncOptions{Dry: true})
	if err != nil || run.Report.Found != 1 {
		t.Errorf("the comparison at the other finds %+v, %v", run, err)
	}
	provider := &config.OIDC{Issuer: p.Issuer, ClientID: oidctest.ClientID, ClientSecret: oidctest.ClientSecret}
	if err := here.SignIn.Save(t.Context(), auth.System(), signin.OIDC, signin.Typed{Way: provider}); err != nil {
		t.Fatal(err)
	}
	w, err := there.SignIn.Now(t.Context())
	if err != nil || w.Provider == nil || w.Provider.Issuer() != p.Issuer || w.Way(signin.OIDC).(*config.OIDC).ClientSecret != oidctest.ClientSecret {
		t.Fatalf("the provider at the other: %+v, %v", w, err)
	}
	if again, err := there.SignIn.Now(t.Context()); err != nil || again != w {
		t.Errorf("settings that stay as they are were made anew: %v", err)
	}
	if err := here.SignIn.Save(t.Context(), auth.System(), signin.Passwords, signin.Typed{Way: &config.Passwords{Directory: config.PasswordsNone}}); err != nil {
		t.Fatal(err)
	}
	in("tom", errs.KindUnauthorized)
	if err := here.SignIn.Remove(t.Context(), auth.System(), signin.LDAP); err != nil {
		t.Fatal(err)
	}
	if _, err := there.People.SyncDirectory(t.Context(), auth.System(), people.SyncOptions{}); !errs.Is(err, errs.KindNotFound) {
		t.Errorf("a comparison without a directory: %v", err)
	}
}

// Secrets lie sealed in the database. With another AANPAK_SECRET they do not open: that way is off, is told of, and keeps nobody else out;
// commands beside the server know the page's settings.
func TestSealedSettings(t *testing.T) {
	d, cfg := directorytest.Start(t, staff()...), ldapConfig(t, db.SQLite, directorytest.Start(t))
	cfg.LDAP, cfg.Key = config.LDAP{}, "een geheim van zestien of meer"
	a := apptest.NewWith(t, cfg)
	c := ldapConfig(t, db.SQLite, d).LDAP
	c.Rules += "\n* = branch Zwolle"
	saved(t, a.App, &c)
	var value string
	if err := a.DB.Reader().NewRaw("SELECT value FROM settings WHERE name = 'signin.ldap'").Scan(t.Context(), &value); err != nil || !strings.Contains(value, "bind_password") {
		t.Fatalf("the row: %s, %v", value, err)
	}
	if strings.Contains(value, directorytest.Password) {
		t.Error("the password lies open in the database")
	}
	settings := map[string]string{"AANPAK_DATA": cfg.Data, "AANPAK_CACHE": cfg.Cache, "AANPAK_SECRET": cfg.Key.Reveal(), "AANPAK_DATABASE_URL": cfg.DatabaseURL.Reveal()}
	if out, errOut, code := aanpak(t, settings, "directory", "sync", "--dry-run"); code != 0 || !strings.Contains(out, "300 people in the directory") {
		t.Errorf("the command: %d %.300s %s", code, out, errOut)
	}
	other := *cfg
	other.Key = "een ander geheim van zestien"
	broken := apptest.Open(t, &other, app.Parts{})
	w, err := broken.SignIn.Now(t.Context())
	if err != nil || w.Directory != nil || !errors.Is(w.Broken[signin.LDAP], auth.ErrSealed) {
		t.Fatalf("with another secret: %+v, %v", w, err)
	}
	if _, _, err := broken.People.SignIn(t.Context(), a.Admin.Email, apptest.Password, from); err != nil {
		t.Errorf("an account of our own: %v", err)
	}
	settings["AANPAK_SECRET"] = other.Key.Reveal()
	if out, _, code := aanpak(t, settings, "doctor"); code != 1 || !strings.Contains(out, "FAIL  directory: settings of ldap: bind_password: a sealed secret does not open") || !strings.Contains(out, "/admin/sign-in/ldap") {
		t.Errorf("doctor: %d %s", code, out)
	}
	saved(t, broken, &c)
	if w, err := broken.SignIn.Now(t.Context()); err != nil || w.Directory == nil {
		t.Errorf("typed again: %+v, %v", w, err)
	}
}
