// Package directorytest gives tests a real LDAP server, Debian's slapd, with a company in it.
package directorytest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"github.com/aanpak/aanpak/internal/directory"
	"github.com/aanpak/aanpak/internal/testenv"
)

// Names in the server's tree, and the passwords of all who are in it.
const (
	Base     = "ou=Medewerkers,dc=bouw,dc=nl"
	Groups   = "ou=Groepen,dc=bouw,dc=nl"
	Reader   = "cn=aanpak,dc=bouw,dc=nl"
	Password = "een lang wachtwoord"

	manager = "cn=beheer,dc=bouw,dc=nl"
)

// Limit is how many entries the server gives to a question that asks for no pages.
const Limit = 50

// Server is a running slapd, reached with TLS from the start and with StartTLS.
type Server struct {
	*testenv.Server
	tb           testing.TB
	Plain, LDAPS string // host:port
	CA           string // of its certificate, PEM
}

// Start runs a server that holds the company's tree and the entries given, until the test ends.
func Start(tb testing.TB, entries ...Entry) *Server {
	tb.Helper()
	return StartAs(tb, "", entries...)
}

// ActiveDirectory is what Active Directory says of itself.
const ActiveDirectory = "dn:\nsupportedCapabilities: 1.2.840.113556.1.4.800\n"

// StartAs is Start with more that the server says of itself, as LDIF.
func StartAs(tb testing.TB, says string, entries ...Entry) *Server {
	tb.Helper()
	slapd := testenv.Command(tb, "ldap", "install Debian's slapd", "slapd", "/usr/sbin/slapd")
	s := &Server{tb: tb, Plain: testenv.FreeAddr(tb), LDAPS: testenv.FreeAddr(tb)}
	dir := tb.TempDir()
	conf := s.configure(dir, says)
	s.load(slapd, conf, dir, entries)
	s.Server = testenv.Start(tb, s.LDAPS, func() *exec.Cmd {
		return exec.Command(slapd, "-f", conf, "-h", "ldap://"+s.Plain+" ldaps://"+s.LDAPS, "-d", "0")
	})
	return s
}

func (s *Server) configure(dir, says string) (conf string) {
	s.tb.Helper()
	cert, key, ca := Certificate(s.tb)
	s.CA = ca
	for name, content := range map[string]string{"cert.pem": cert, "key.pem": key, "ca.pem": ca, "root.ldif": says} {
		write(s.tb, filepath.Join(dir, name), content)
	}
	if err := os.Mkdir(filepath.Join(dir, "db"), 0o700); err != nil {
		s.tb.Fatal(err)
	}
	root := ""
	if says != "" {
		root = "rootDSE " + filepath.Join(dir, "root.ldif")
	}
	conf = filepath.Join(dir, "slapd.conf")
	write(s.tb, conf, strings.NewReplacer("ROOT", root, "DIR", dir, "LIMIT", fmt.Sprint(Limit), "MANAGER", manager, "PASSWORD", Password).Replace(config))
	return conf
}

const config = `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/nis.schema
include /etc/ldap/schema/inetorgperson.schema
include /etc/ldap/schema/msuser.schema
modulepath /usr/lib/ldap
moduleload back_mdb
attributetype ( 1.3.6.1.4.1.4203.999.1 NAME 'supportedCapabilities' SYNTAX 1.3.6.1.4.1.1466.115.121.1.38 )
objectclass ( 1.3.6.1.4.1.4203.999.2 NAME 'windowsAccount' SUP top AUXILIARY MAY ( sAMAccountName $ mail $ objectGUID $ userAccountControl $ accountExpires ) )
ROOT
pidfile DIR/pid
sizelimit size.soft=LIMIT size.hard=LIMIT size.pr=1000 size.prtotal=unlimited
TLSCACertificateFile DIR/ca.pem
TLSCertificateFile DIR/cert.pem
TLSCertificateKeyFile DIR/key.pem
database mdb
suffix "dc=bouw,dc=nl"
rootdn "MANAGER"
rootpw "PASSWORD"
directory DIR/db
maxsize 268435456
index objectClass,mail,uid,member eq
access to attrs=userPassword by anonymous auth by * none
access to * by users read by * none
`

// load writes the entries before the server runs: that is quick for thousands.
func (s *Server) load(slapd, conf, dir string, entries []Entry) {
	s.tb.Helper()
	var b strings.Builder
	for _, e := range append(tree(), entries...) {
		b.WriteString(e.ldif())
	}
	file := filepath.Join(dir, "all.ldif")
	write(s.tb, file, b.String())
	if out, err := exec.Command(slapd, "-T", "add", "-q", "-f", conf, "-l", file).CombinedOutput(); err != nil {
		s.tb.Fatalf("slapadd: %v\n%s", err, out)
	}
}

func tree() []Entry {
	return []Entry{
		{DN: "dc=bouw,dc=nl", Attributes: map[string][]string{"objectClass": {"dcObject", "organization"}, "o": {"Bouw"}}},
		{DN: Base, Attributes: map[string][]string{"objectClass": {"organizationalUnit"}}},
		{DN: Groups, Attributes: map[string][]string{"objectClass": {"organizationalUnit"}}},
		{DN: Reader, Attributes: map[string][]string{"objectClass": {"applicationProcess", "simpleSecurityObject"}, "userPassword": {Password}}},
	}
}

// Settings are those with which the server is read, by TLS from the start.
func (s *Server) Settings(groups ...string) directory.Settings {
	return directory.Settings{URL: "ldaps://" + s.LDAPS, BindDN: Reader, BindPassword: Password, Base: Base, CA: s.CA, Groups: groups}
}

// Open returns the directory with settings of the caller's.
func (s *Server) Open(settings directory.Settings) *directory.Directory {
	s.tb.Helper()
	d, err := directory.Open(settings)
	if err != nil {
		s.tb.Fatal(err)
	}
	return d
}

// Add adds entries to the running server.
func (s *Server) Add(entries ...Entry) {
	s.tb.Helper()
	s.change(func(c *ldap.Conn) error {
		for _, e := range entries {
			req := ldap.NewAddRequest(e.DN, nil)
			for name, values := range e.Attributes {
				req.Attribute(name, values)
			}
			if err := c.Add(req); err != nil {
				return err
			}
		}
		return nil
	})
}

// Delete removes an entry.
func (s *Server) Delete(dn string) {
	s.tb.Helper()
	s.change(func(c *ldap.Conn) error { return c.Del(ldap.NewDelRequest(dn, nil)) })
}

// Set gives an attribute its values; none removes it.
func (s *Server) Set(dn, attribute string, values ...string) {
	s.tb.Helper()
	s.change(func(c *ldap.Conn) error {
		req := ldap.NewModifyRequest(dn, nil)
		req.Replace(attribute, values)
		return c.Modify(req)
	})
}

// Move gives an entry another name, by which its id does not change.
func (s *Server) Move(dn, rdn string) {
	s.tb.Helper()
	s.change(func(c *ldap.Conn) error { return c.ModifyDN(ldap.NewModifyDNRequest(dn, rdn, true, "")) })
}

func (s *Server) change(f func(*ldap.Conn) error) {
	s.tb.Helper()
	c, err := ldap.DialURL("ldap://" + s.Plain)
	if err != nil {
		s.tb.Fatal(err)
	}
	defer c.Close()
	if err := c.Bind(manager, Password); err != nil {
		s.tb.Fatal(err)
	}
	if err := f(c); err != nil {
		s.tb.Fatal(err)
	}
}

func write(tb testing.TB, file, content string) {
	tb.Helper()
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		tb.Fatal(err)
	}
}
