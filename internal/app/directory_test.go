package app_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/app"
	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/config"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/directory/directorytest"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/people"
)

// staff is a company of three hundred in a directory: managers by a group in a group, offices by an attribute.
func staff() (entries []directorytest.Entry) {
	entries = append(entries, directorytest.Person("tom", "Tom de Wit", "Kantoor 1").With("l", "Zwolle"), directorytest.Person("eva", "Eva Smit", "Goor"),
		directorytest.Group("managers", directorytest.GroupDN("directie")), directorytest.Group("directie", directorytest.DN("eva")),
		directorytest.Group("oost", directorytest.DN("eva")))
	for i := range 298 {
		entries = append(entries, directorytest.Person(fmt.Sprintf("p%03d", i), fmt.Sprintf("Persoon %03d", i), "Eindhoven"))
	}
	return entries
}

func ldapConfig(t *testing.T, dialect db.Dialect, s *directorytest.Server) *config.Config {
	t.Helper()
	cfg := apptest.Config(t, dialect)
	cfg.LDAP = config.LDAP{
		URL: "ldaps://" + s.LDAPS, BindDN: directorytest.Reader, BindPassword: directorytest.Password, Base: directorytest.Base, CA: s.CA,
		Rules: directorytest.GroupDN("managers") + " = role manager\n" + directorytest.GroupDN("oost") + " = branch Oldenzaal",
	}
	if err := cfg.Check(); err != nil {
		t.Fatal(err)
	}
	return cfg
}

var from = people.Client{Address: "192.0.2.7"}

// The whole way, on both databases: a first sign-in makes the account, a comparison the others, leavers leave, and a directory that is away
// stops nobody who has a password of our own.
func TestDirectory(t *testing.T) {
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(string(dialect), func(t *testing.T) {
			s := directorytest.Start(t, staff()...)
			a := apptest.NewWith(t, ldapConfig(t, dialect, s))
			_, eva, err := a.People.SignIn(t.Context(), "EVA", directorytest.Password, from)
			if err != nil || eva.Role != auth.RoleManager || eva.Email != "eva@bouw.nl" || eva.Source != people.SourceLDAP {
				t.Fatalf("first sign-in: %+v, %v", eva, err)
			}
			if b, err := a.People.Branch(t.Context(), "Oldenzaal"); err != nil || b.ID != eva.BranchID {
				t.Errorf("the branch of the rule: %+v, %v", b, err)
			}
			for _, password := range []string{"", "verkeerd", apptest.Password + " "} {
				if _, _, err := a.People.SignIn(t.Context(), "tom", password, from); !errs.Is(err, errs.KindUnauthorized) {
					t.Errorf("password %q: %v", password, err)
				}
			}
			sync := func(o people.SyncOptions) map[people.Change]int {
				t.Helper()
				run, err := a.People.SyncDirectory(t.Context(), a.Admin.Viewer(), o)
				if err != nil {
					t.Fatal(err)
				}
				return run.Report.Count
			}
			if n := sync(people.SyncOptions{}); n[people.ChangeAdded] != 299 || len(n) != 1 {
				t.Errorf("first comparison: %v", n)
			}
			if n := sync(people.SyncOptions{}); len(n) != 0 {
				t.Errorf("second comparison: %v", n)
			}
			secret, tom, err := a.People.SignIn(t.Context(), "tom", directorytest.Password, from)
			if err != nil || tom.BranchID != a.Zwolle.ID {
				t.Fatalf("Tom: %+v, %v", tom, err)
			}
			s.Set(directorytest.DN("eva"), "title", "Directeur")
			s.Set(directorytest.GroupDN("directie"), "member", directorytest.DN("p000"))
			s.Move(directorytest.DN("p001"), "uid=p001nieuw")
			s.Delete(directorytest.DN("tom"))
			if n := sync(people.SyncOptions{}); n[people.ChangeChanged] != 2 || n[people.ChangeLeft] != 1 || len(n) != 2 {
				t.Errorf("changes: %v", n)
			}
			if _, _, err := a.People.Session(t.Context(), secret); !errs.Is(err, errs.KindUnauthorized) {
				t.Errorf("the session of who left: %v", err)
			}
			s.Kill()
			if _, _, err := a.People.SignIn(t.Context(), "eva", directorytest.Password, from); !errs.Is(err, errs.KindUnavailable) {
				t.Errorf("while the directory is away: %v", err)
			}
			if _, _, err := a.People.SignIn(t.Context(), a.Admin.Email, apptest.Password, from); err != nil {
				t.Errorf("an account of our own while the directory is away: %v", err)
			}
		})
	}
}

// aanpak calls the program and returns what it says and its exit code.
func aanpak(t *testing.T, settings map[string]string, args ...string) (out, errOut string, code int) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = app.Run(app.Env{Args: args, Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr, Lookup: func(name string) (string, bool) {
		v, ok := settings[name]
		return v, ok
	}})
	return stdout.String(), stderr.String(), code
}

func TestDirectoryCommand(t *testing.T) {
	s := directorytest.Start(t, staff()...)
	cfg := ldapConfig(t, db.SQLite, s)
	settings := map[string]string{
		"AANPAK_DATA": cfg.Data, "AANPAK_CACHE": cfg.Cache, "AANPAK_LDAP_URL": cfg.LDAP.URL, "AANPAK_LDAP_BIND_DN": cfg.LDAP.BindDN, "AANPAK_LDAP_BIND_PASSWORD": directorytest.Password,
		"AANPAK_LDAP_BASE": cfg.LDAP.Base, "AANPAK_LDAP_CA": cfg.LDAP.CA, "AANPAK_LDAP_RULES": cfg.LDAP.Rules + "; * = branch Hoofdkantoor",
	}
	want := func(args, outWant, errWant string, codeWant int) {
		t.Helper()
		out, errOut, code := aanpak(t, settings, strings.Fields(args)...)
		if code != codeWant || !regexp.MustCompile(outWant).MatchString(out) || !regexp.MustCompile(errWant).MatchString(errOut) {
			t.Errorf("%s: exit %d\n%.2000s\n%s", args, code, out, errOut)
		}
	}
	want("directory sync --dry-run", `(?s)added +Eva Smit <eva@bouw.nl>: .*Branch Oldenzaal; Role Member → Manager.*300 added.*nothing was changed`, `^$`, 0)
	want("directory sync", `300 people in the directory, 0 up to date, 300 added`, `^$`, 0)
	want("directory sync", `^300 people in the directory, 300 up to date, 0 added.*done\n$`, `^$`, 0)
	want("doctor", `ok    directory`, ``, 0)
	settings["AANPAK_LDAP_FILTER"] = "(uid=eva)"
	want("directory sync", `(?s)held +Tom.*299 held`, `--force`, 1)
	want("directory sync --force", `(?s)left +Tom.*299 left`, `^$`, 0)
	s.Kill()
	want("directory sync", `^$`, `directory`, 1)
	want("doctor", `FAIL  directory: .*AANPAK_LDAP_`, ``, 1)
	delete(settings, "AANPAK_LDAP_URL")
	want("directory sync", `^$`, `AANPAK_LDAP_URL: This is missing`, 2)
	for name := range settings {
		if strings.HasPrefix(name, "AANPAK_LDAP_") {
			delete(settings, name)
		}
	}
	want("directory sync", `^$`, `there is no directory in the settings`, 2)
}
