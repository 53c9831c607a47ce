package directory_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/directory"
	"github.com/aanpak/aanpak/internal/directory/directorytest"
	"github.com/aanpak/aanpak/internal/testenv"
)

func TestFind(t *testing.T) {
	s := directorytest.Start(t,
		directorytest.Person("tom", "Tom Bakker", "Zwolle").With("mail", "tom.bakker@bouw.nl"),
		directorytest.Person("eva", "Eva (Zwolle) *", "Zwolle"),
		directorytest.Person("eva2", "Eva Twee", "Goor").With("mail", "eva@bouw.nl"),
		directorytest.WindowsUser("h.driessen", "Henk Driessen", "Kantoor 2.14", "\x78\x56\x34\x12\x34\x12\x78\x56\x12\x34\x56\x78\x90\xab\xcd\xef").With("l", "Zwolle"),
	)
	d := s.Open(windows(s.Settings()))
	for _, name := range []string{"tom", " TOM ", "Tom.Bakker@Bouw.nl"} {
		p, err := d.Find(t.Context(), name)
		if err != nil || p.Name != "Tom Bakker" || p.Mail != "tom.bakker@bouw.nl" || p.Function != "Werkvoorbereider" || p.Phone == "" || p.ID == "" || p.Disabled {
			t.Errorf("%q: %+v, %v", name, p, err)
		}
	}
	p, err := d.Find(t.Context(), "h.driessen@bouw.nl") // slapd compares no sAMAccountName
	if err != nil || p.ID != "12345678-1234-5678-1234-567890abcdef" || !slices.Equal(p.Branches, []string{"Kantoor 2.14", "Zwolle"}) {
		t.Errorf("of Active Directory: %+v, %v", p, err)
	}
	if _, err := d.Find(t.Context(), "eva@bouw.nl"); !errors.Is(err, directory.ErrAmbiguous) {
		t.Errorf("two with one address: %v", err)
	}
}

// windows is a filter for what slapd holds of Active Directory, whose short form of objectCategory no other server knows.
func windows(s directory.Settings) directory.Settings {
	s.Filter = "(|(objectClass=user)(objectClass=inetOrgPerson))"
	return s
}

// Nothing that is typed into the form means anything but itself.
func TestNamesAreNoFilters(t *testing.T) {
	s := directorytest.Start(t, directorytest.Person("tom", "Tom Bakker", "Zwolle"))
	d := s.Open(s.Settings())
	for _, name := range []string{
		"", "*", "t*", "tom*", "tom)(uid=*", "*)(uid=*))(|(uid=*", "tom)(userPassword=*", "tom\x00", "tom\\2a", "(objectClass=*)", "uid=tom," + directorytest.Base,
		strings.Repeat("*", 10_000), "tóm\xff", "tom))", "&", "|", "!(uid=x)",
	} {
		if p, err := d.Find(t.Context(), name); !errors.Is(err, directory.ErrNobody) {
			t.Errorf("%.40q finds %+v, %v", name, p, err)
		}
	}
}

func TestPasswords(t *testing.T) {
	s := directorytest.Start(t, directorytest.Person("tom", "Tom Bakker", "Zwolle"), directorytest.Person("bot", "Bot", "Zwolle").With("userPassword"))
	d := s.Open(s.Settings())
	for _, row := range []struct {
		dn, password string
		want         error
	}{
		{directorytest.DN("tom"), directorytest.Password, nil},
		{directorytest.DN("tom"), "verkeerd", directory.ErrWrongPassword},
		{directorytest.DN("tom"), "", directory.ErrWrongPassword},
		{"", directorytest.Password, directory.ErrWrongPassword},
		{directorytest.DN("bot"), "iets", directory.ErrWrongPassword},
		{directorytest.DN("weg"), "iets", directory.ErrWrongPassword},
	} {
		if err := d.Check(t.Context(), row.dn, row.password); !errors.Is(err, row.want) || (row.want == nil && err != nil) {
			t.Errorf("%s with %q: %v, want %v", row.dn, row.password, err, row.want)
		}
	}
}

func TestWaysToConnect(t *testing.T) {
	s := directorytest.Start(t, directorytest.Person("tom", "Tom Bakker", "Zwolle"))
	for name, row := range map[string]struct {
		change func(*directory.Settings)
		ok     bool
	}{
		"ldaps":                  {func(*directory.Settings) {}, true},
		"StartTLS":               {func(x *directory.Settings) { x.URL = "ldap://" + s.Plain + "?starttls=true" }, true},
		"plain, said so":         {func(x *directory.Settings) { x.URL = "ldap://" + s.Plain + "?starttls=false" }, true},
		"unknown authority":      {func(x *directory.Settings) { x.CA = "" }, false},
		"StartTLS, not trusted":  {func(x *directory.Settings) { x.URL, x.CA = "ldap://"+s.Plain+"?starttls=true", "" }, false},
		"another name":           {func(x *directory.Settings) { x.URL = strings.Replace(x.URL, "127.0.0.1", "localhost", 1) }, false},
		"wrong password":         {func(x *directory.Settings) { x.BindPassword = "verkeerd" }, false},
		"nobody listens":         {func(x *directory.Settings) { x.URL = "ldaps://" + testenv.FreeAddr(t) }, false},
		"nothing under the base": {func(x *directory.Settings) { x.Base = "ou=Elders,dc=bouw,dc=nl" }, false},
	} {
		settings := s.Settings()
		row.change(&settings)
		d := s.Open(settings)
		err := d.Ping(t.Context())
		if row.ok && err != nil || !row.ok && !errors.Is(err, directory.ErrAway) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := d.Find(t.Context(), "tom"); row.ok != (err == nil) {
			t.Errorf("%s: finding somebody: %v", name, err)
		}
	}
}

// A server that stands still ends with the request that asks, and nothing that was asked is taken for an answer.
func TestServerThatStandsStill(t *testing.T) {
	s := directorytest.Start(t, directorytest.Person("tom", "Tom Bakker", "Zwolle"))
	d := s.Open(s.Settings())
	s.Pause()
	defer s.Resume()
	for what, ask := range map[string]func(context.Context) error{
		"Ping":  d.Ping,
		"Find":  func(ctx context.Context) error { _, err := d.Find(ctx, "tom"); return err },
		"Check": func(ctx context.Context) error { return d.Check(ctx, directorytest.DN("tom"), directorytest.Password) },
		"All":   func(ctx context.Context) error { _, err := d.All(ctx); return err },
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		if err := ask(ctx); !errors.Is(err, directory.ErrAway) {
			t.Errorf("%s: %v", what, err)
		}
		cancel()
	}
}

func TestWhoMayNotSignIn(t *testing.T) {
	id := func(c string) string { return strings.Repeat(c, 16) }
	s := directorytest.Start(t,
		directorytest.WindowsUser("a", "Gewoon", "Zwolle", id("a")),
		directorytest.WindowsUser("b", "Uit", "Zwolle", id("b")).With("userAccountControl", "514"),
		directorytest.WindowsUser("c", "Verlopen", "Zwolle", id("c")).With("accountExpires", "132537600000000000"),
		directorytest.WindowsUser("d", "Verloopt nooit", "Zwolle", id("d")).With("accountExpires", "9223372036854775807"),
	)
	d := s.Open(windows(s.Settings()))
	for name, want := range map[string]bool{"a": false, "b": true, "c": true, "d": false} {
		if p, err := d.Find(t.Context(), name+"@bouw.nl"); err != nil || p.Disabled != want {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
}

// company is a tree of groups with a circle in it, and who should be in which.
func company() (entries []directorytest.Entry, groups []string, want map[string][]string) {
	g := directorytest.GroupDN
	entries = []directorytest.Entry{
		directorytest.Person("ada", "Ada", "Zwolle"), directorytest.Person("tom", "Tom", "Zwolle"), directorytest.Person("eva", "Eva", "Goor"), directorytest.Person("sam", "Sam", "Goor"),
		directorytest.Group("beheer", directorytest.DN("ada")),
		directorytest.Group("tenderteam", directorytest.DN("tom"), g("regio oost")),
		directorytest.Group("regio oost", g("vestiging goor")),
		directorytest.Group("vestiging goor", directorytest.DN("eva"), g("tenderteam")), // and so in itself
		directorytest.Group("leeg", g("bestaat niet")),
		{DN: g("posix"), Attributes: map[string][]string{"objectClass": {"posixGroup"}, "cn": {"posix"}, "gidNumber": {"100"}, "memberUid": {"sam"}}},
		{DN: g("uniek"), Attributes: map[string][]string{"objectClass": {"groupOfUniqueNames"}, "cn": {"uniek"}, "uniqueMember": {directorytest.DN("sam"), g("beheer")}}},
	}
	written := strings.ToUpper(g("tenderteam")) // as a person writes it, in any case and with spaces
	written = strings.ReplaceAll(written, ",", ", ")
	groups = []string{g("beheer"), written, g("leeg"), g("posix"), g("uniek")}
	want = map[string][]string{"ada": {g("beheer"), g("uniek")}, "tom": {written}, "eva": {written}, "sam": {g("posix"), g("uniek")}}
	return entries, groups, want
}

// Groups in groups are followed, circles end, and one person's answer is the same as everybody's.
func TestNestedGroups(t *testing.T) {
	entries, groups, want := company()
	s := directorytest.Start(t, entries...)
	wantGroups(t, s.Open(s.Settings(groups...)), want)
}

// A server that says it is Active Directory and does not follow groups by itself is walked as any other.
func TestNestedGroupsWithoutTheRule(t *testing.T) {
	entries, groups, want := company()
	s := directorytest.StartAs(t, directorytest.ActiveDirectory, entries...)
	wantGroups(t, s.Open(s.Settings(groups...)), want)
}

func wantGroups(t *testing.T, d *directory.Directory, want map[string][]string) {
	t.Helper()
	all, err := d.All(t.Context())
	if err != nil || len(all) != len(want) {
		t.Fatalf("%d people, %v", len(all), err)
	}
	for _, p := range all {
		name := strings.TrimPrefix(strings.Split(p.DN, ",")[0], "uid=")
		groups := slices.Sorted(slices.Values(want[name]))
		if !slices.Equal(p.Groups, groups) {
			t.Errorf("All: %s is in %q, want %q", name, p.Groups, groups)
		}
		one, err := d.Find(t.Context(), name)
		if err != nil || !slices.Equal(one.Groups, groups) {
			t.Errorf("Find: %s is in %q, want %q, %v", name, one.Groups, groups, err)
		}
	}
}

// More people than the server gives at once come all the same, in pages.
func TestPaging(t *testing.T) {
	const many = 5_000
	var entries []directorytest.Entry
	var members []string
	for i := range many {
		e := directorytest.Person(fmt.Sprintf("p%04d", i), fmt.Sprintf("Persoon %04d", i), "Zwolle")
		entries, members = append(entries, e), append(members, e.DN)
	}
	entries = append(entries, directorytest.Group("iedereen", members...), directorytest.Group("om", directorytest.GroupDN("iedereen")))
	s := directorytest.Start(t, entries...)
	group := directorytest.GroupDN("om")
	all, err := s.Open(s.Settings(group)).All(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, p := range all {
		seen[p.ID] = true
		if !slices.Equal(p.Groups, []string{group}) {
			t.Fatalf("%s is in %q", p.Name, p.Groups)
		}
	}
	if len(seen) != many {
		t.Errorf("%d different people of %d", len(seen), many)
	}
}

func TestEveryWrongSettingIsTold(t *testing.T) {
	t.Parallel()
	_, err := directory.Open(directory.Settings{
		URL: "ldap://dc.bouw.nl", BindDN: "cn=x", Base: "Medewerkers", Filter: "(geheim", Attributes: "schoenmaat=size; mail=", CA: "geheim", Groups: []string{"geheim"},
	})
	if err == nil {
		t.Fatal("no error")
	}
	for _, name := range []string{"url", "bind_password", "base", "filter", "attributes", "rules"} {
		if !strings.Contains(err.Error(), "["+name+": error.setting.") {
			t.Errorf("%s is not told of: %v", name, err)
		}
	}
	if strings.Contains(err.Error(), "geheim") {
		t.Errorf("a value is told: %v", err)
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for address, ok := range map[string]bool{
		"ldaps://dc.bouw.nl": true, "ldaps://dc.bouw.nl:3269/": true, "ldap://dc.bouw.nl?starttls=true": true, "ldap://[::1]:1389?starttls=false": true,
		"": false, "dc.bouw.nl": false, "ldap://dc.bouw.nl": false, "ldap://dc.bouw.nl?starttls=nee": false, "ldaps://dc.bouw.nl?starttls=true": false,
		"ldaps://u:p@dc.bouw.nl": false, "https://dc.bouw.nl": false, "ldaps://": false, "ldaps://dc.bouw.nl/dc=bouw": false, "ldaps://%": false,
	} {
		if _, err := directory.Open(directory.Settings{URL: address, Base: "dc=bouw,dc=nl"}); (err == nil) != ok {
			t.Errorf("%q: %v", address, err)
		}
	}
}
