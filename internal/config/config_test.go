package config_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/config"
)

func env(m map[string]string) func(string) (string, bool) {
	return func(k string) (string, bool) { v, ok := m[k]; return v, ok }
}

func TestDefaults(t *testing.T) {
	c, err := config.Load(env(nil))
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != "127.0.0.1:8080" || c.Database() != "sqlite:data/aanpak.db" || !c.Embedded() || c.MaxUpload != 2<<30 {
		t.Errorf("%+v", c)
	}
}

func TestEverythingWrongIsSaidAtOnce(t *testing.T) {
	_, err := config.Load(env(map[string]string{
		"AANPAK_ADDR": "nowhere", "AANPAK_URL": "aanpak", "AANPAK_LOG": "xml", "AANPAK_MAX_UPLOAD": "much",
		"AANPAK_DATABASE_URL": "mysql://root:hunter2@db", "AANPAK_SEARCH_URL": "http://:hunter2@search:7700", "AANPAK_TRUSTED_PROXIES": "10.0.0.0/8, proxy", "AANPAK_DRAIN": "1h", "AANPAK_SECRET": "hunter2",
		"AANPAK_LDAP_URL": "ldap://u:hunter2@dc", "AANPAK_LDAP_FILTER": "(hunter2", "AANPAK_LDAP_RULES": "CN=A = baas", "AANPAK_OIDC_ISSUER": "login", "AANPAK_OIDC_RULES": "a = b",
	}))
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		"AANPAK_ADDR", "AANPAK_URL", "AANPAK_LOG", "AANPAK_MAX_UPLOAD", "AANPAK_DATABASE_URL", "AANPAK_SEARCH_URL", "AANPAK_TRUSTED_PROXIES", "AANPAK_DRAIN", "AANPAK_SECRET",
		"AANPAK_LDAP_URL", "AANPAK_LDAP_BASE", "AANPAK_LDAP_FILTER", "AANPAK_LDAP_RULES", "AANPAK_OIDC_ISSUER", "AANPAK_OIDC_CLIENT_ID", "AANPAK_OIDC_CLIENT_SECRET", "AANPAK_OIDC_RULES",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%s is not named in: %v", want, err)
		}
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Error("the message shows a password")
	}
}

func TestSecretsFromFilesDoNotPrint(t *testing.T) {
	file := filepath.Join(t.TempDir(), "db")
	if err := os.WriteFile(file, []byte("postgres://u:hunter2@db/aanpak\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(env(map[string]string{"AANPAK_DATABASE_URL_FILE": file, "AANPAK_MAX_UPLOAD": "512M"}))
	if err != nil {
		t.Fatal(err)
	}
	if c.Database() != "postgres://u:hunter2@db/aanpak" || c.MaxUpload != 512<<20 {
		t.Errorf("database %q, max upload %d", c.Database(), c.MaxUpload)
	}
	j, _ := json.Marshal(c)
	for _, out := range []string{fmt.Sprint(c), fmt.Sprintf("%+v %#v", c, c), string(j)} {
		if strings.Contains(out, "hunter2") {
			t.Errorf("a secret prints: %s", out)
		}
	}
}

// What belongs to a directory or a provider that is not named is a mistake, and so is half of it.
func TestSignInElsewhereIsWholeOrNot(t *testing.T) {
	for _, name := range []string{"AANPAK_LDAP_BASE", "AANPAK_LDAP_RULES", "AANPAK_OIDC_CLIENT_ID", "AANPAK_OIDC_RULES"} {
		if _, err := config.Load(env(map[string]string{name: "* = branch Zwolle"})); err == nil || !strings.Contains(err.Error(), "is missing") {
			t.Errorf("%s alone: %v", name, err)
		}
	}
	if c, err := config.Load(env(map[string]string{"AANPAK_OIDC_MAIL": "verified"})); err != nil || config.Given(&c.OIDC) {
		t.Errorf("a default that is written out names a provider: %v", err)
	}
	if _, err := config.Load(env(map[string]string{"AANPAK_SIGN_IN_OWN": "nobody", "AANPAK_SIGN_IN_DIRECTORY": "admins"})); err == nil ||
		!strings.Contains(err.Error(), "AANPAK_SIGN_IN_OWN: Must be all or admins") || !strings.Contains(err.Error(), "AANPAK_SIGN_IN_DIRECTORY: Must be all or none") {
		t.Errorf("passwords for nobody: %v", err)
	}
	c, err := config.Load(env(map[string]string{
		"AANPAK_LDAP_URL": "ldaps://dc.b.nl", "AANPAK_LDAP_BASE": "dc=b,dc=nl", "AANPAK_LDAP_RULES": "CN=A,DC=b,DC=nl = role admin\n* = branch Zwolle",
		"AANPAK_OIDC_ISSUER": "https://login.b.nl", "AANPAK_OIDC_CLIENT_ID": "a", "AANPAK_OIDC_CLIENT_SECRET": "hunter2",
	}))
	if err != nil {
		t.Fatal(err)
	}
	if p := c.Public(); p["AANPAK_OIDC_CLIENT_SECRET"] != "***" || p["AANPAK_LDAP_URL"] != "ldaps://dc.b.nl" {
		t.Errorf("shown: %v", p)
	}
}

func TestVariableAndFileTogetherAreRefused(t *testing.T) {
	_, err := config.Load(env(map[string]string{"AANPAK_BLOB_URL": "minio://a:b@c/d", "AANPAK_BLOB_URL_FILE": "/x"}))
	if err == nil || !strings.Contains(err.Error(), "both set") {
		t.Errorf("err %v", err)
	}
}
