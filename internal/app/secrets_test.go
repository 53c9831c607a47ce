package app_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/app"
	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/config"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/people"
)

// vault knows every secret of a test, and reads all that the program says.
type vault struct {
	t       *testing.T
	mu      sync.Mutex
	secrets map[string]string // by what they are
	said    bytes.Buffer
}

// new makes a secret up.
func (v *vault) new(what string) string {
	return v.keep(what, "kluisje"+strings.ReplaceAll(what, " ", "")+"Xq7")
}

func (v *vault) keep(what, secret string) string {
	v.t.Helper()
	if len(secret) < 8 {
		v.t.Fatalf("%s: %q is too short to look for", what, secret)
	}
	v.secrets[what] = secret
	return secret
}

// Write collects what the program writes.
func (v *vault) Write(b []byte) (int, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.said.Write(b)
}

// tight fails for each secret that was said, as it is or escaped.
func (v *vault) tight(where string) {
	v.t.Helper()
	v.mu.Lock()
	defer v.mu.Unlock()
	text := v.said.String()
	for what, secret := range v.secrets {
		for _, form := range []string{secret, url.QueryEscape(secret)} {
			if i := strings.Index(text, form); i >= 0 {
				v.t.Errorf("%s tells the %s: …%s…", where, what, text[max(0, i-160):min(len(text), i+len(form)+40)])
				break
			}
		}
	}
}

// program is the test binary called as the program, with settings that hold secrets and services that do not answer.
func program(t *testing.T, v *vault, dir string, settings []string, args ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "aanpak")
	if err := os.Symlink(exe, link); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(link, args...)
	cmd.Env = append(os.Environ(), append([]string{"AANPAK_DATA=" + dir, "AANPAK_ADDR=127.0.0.1:0", "AANPAK_LOG_LEVEL=debug", "AANPAK_LOG=json"}, settings...)...)
	cmd.Stdout, cmd.Stderr = v, v
	return cmd
}

// nobody is an address of this machine at which nobody answers.
const nobody = "127.0.0.1:9"

// hidden are settings with a secret in each, for services that are away.
func hidden(v *vault) []string {
	return []string{
		"AANPAK_SEARCH_URL=meilisearch://:" + v.new("search key") + "@" + nobody + "/?tls=false",
		"AANPAK_SMTP_URL=smtp://mail:" + v.new("mail password") + "@" + nobody,
		"AANPAK_CLAMAV_URL=tcp://" + nobody,
		"AANPAK_LDAP_URL=ldaps://" + nobody, "AANPAK_LDAP_BASE=dc=b,dc=nl", "AANPAK_LDAP_BIND_DN=cn=lezer", "AANPAK_LDAP_BIND_PASSWORD=" + v.new("directory password"),
		"AANPAK_OIDC_ISSUER=http://" + nobody, "AANPAK_OIDC_CLIENT_ID=aanpak", "AANPAK_OIDC_CLIENT_SECRET=" + v.new("client secret"),
		"AANPAK_METRICS_TOKEN=" + v.new("metrics token"),
		"OTEL_EXPORTER_OTLP_ENDPOINT=http://trace:" + v.new("traces password") + "@" + nobody,
		"OTEL_EXPORTER_OTLP_HEADERS=authorization=" + v.new("traces header"),
		"OTEL_BSP_SCHEDULE_DELAY=100",
	}
}

// The program at its most talkative, with a secret in every setting and every request and with services that fail, tells none of them:
// not in its log, not on a page for others, not to the scraper.
func TestNoSecretIsTold(t *testing.T) {
	v := &vault{t: t, secrets: map[string]string{}}
	dir := t.TempDir()
	settings := hidden(v)
	admin, token := tellingAdmin(t, v, dir)
	cmd := program(t, v, dir, settings, "serve")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := false
	end := func() {
		if !ended {
			ended = true
			_ = cmd.Process.Signal(os.Interrupt)
			_ = cmd.Wait()
		}
	}
	defer end()
	p := &person{t: t, v: v, base: listening(t, v)}
	p.http = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, Timeout: 40 * time.Second}
	p.http.Jar, _ = cookiejar.New(nil)
	p.work(admin, token)
	breakFiles(t, dir)
	p.fail(token)
	time.Sleep(300 * time.Millisecond) // the traces are sent, to nobody, every tenth of a second
	end()
	v.tight("the serving process")
	if said := v.said.String(); !strings.Contains(said, `"level":"DEBUG"`) || !strings.Contains(said, `"level":"ERROR"`) || !strings.Contains(said, nobody) {
		t.Errorf("the program was not talkative, or nothing failed: %.2000s", said)
	}
}

// tellingAdmin makes the first account, so that no link for one is printed, which is meant to be seen.
func tellingAdmin(t *testing.T, v *vault, dir string) (email, token string) {
	t.Helper()
	a := apptest.Open(t, &config.Config{Data: dir, Cache: filepath.Join(dir, "cache"), Addr: "127.0.0.1:0"}, app.Parts{})
	u, err := a.People.Create(t.Context(), auth.System(), people.NewUser{Email: "a@b.nl", Name: "Ada", Branch: "Zwolle", Role: auth.RoleAdmin, Password: v.new("password")})
	if err != nil {
		t.Fatal(err)
	}
	token, _, err = a.People.CreateToken(t.Context(), u.Viewer(), "test")
	if err != nil {
		t.Fatal(err)
	}
	v.keep("token", token)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	return u.Email, token
}

// listening waits for the address that the program prints.
func listening(t *testing.T, v *vault) string {
	t.Helper()
	line := regexp.MustCompile(`(?m)^listening on (\S+)$`)
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		v.mu.Lock()
		m := line.FindStringSubmatch(v.said.String())
		v.mu.Unlock()
		if m != nil {
			return m[1]
		}
	}
	t.Fatalf("it does not listen: %s", v.said.String())
	return ""
}

// breakFiles lets every access to stored files fail.
func breakFiles(t *testing.T, dir string) {
	t.Helper()
	if err := os.Rename(filepath.Join(dir, "files"), filepath.Join(dir, "gone")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "files"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
}

// person is somebody with secrets who uses the program in every way.
type person struct {
	t    *testing.T
	v    *vault
	base string
	http *http.Client
}

func (p *person) ask(method, path, contentType, body, token string) string {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), method, p.base+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Content-Type", contentType)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	client := p.http
	if token != "" {
		client = http.DefaultClient
	}
	res, err := client.Do(req)
	if err != nil {
		p.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return string(answer)
}

func (p *person) form(path string, fields ...string) string {
	p.t.Helper()
	f := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		f.Set(fields[i], fields[i+1])
	}
	return p.ask(http.MethodPost, path, "application/x-www-form-urlencoded", f.Encode(), "")
}

// work signs in, makes secrets, uses them well and badly, and looks at every page that tells of the inside.
func (p *person) work(email, token string) {
	p.t.Helper()
	v := p.v
	p.form("/sign-in", "email", email, "password", v.new("wrong password"))
	p.form("/sign-in", "email", v.new("unknown name")+"@b.nl", "password", v.new("other password"))
	p.form("/sign-in", "email", email, "password", v.secrets["password"])
	u, _ := url.Parse(p.base)
	cookies := p.http.Jar.Cookies(u)
	if len(cookies) == 0 {
		p.t.Fatal("signing in gave no cookie")
	}
	for _, c := range cookies {
		if len(c.Value) >= 20 {
			v.keep("cookie "+c.Name, c.Value)
		}
	}
	made := p.form("/settings/tokens", "name", "script")
	if m := regexp.MustCompile(`aanpak_[\w-]{43}`).FindString(made); m != "" {
		v.keep("new token", m)
	}
	p.form("/settings/password", "old", v.secrets["wrong password"], "new", v.new("new password"), "password", v.secrets["new password"])
	invited := p.form("/admin/people", "email", "c@b.nl", "name", "Cor", "role", "member", "branch", "Zwolle", "branch_id", "Zwolle")
	link := regexp.MustCompile(`/invite/([\w-]{20,})`).FindStringSubmatch(invited + p.inviteOf())
	if link == nil {
		p.t.Fatalf("no link was made: %.1500s", invited)
	}
	v.keep("one-time link", link[1])
	p.ask(http.MethodGet, "/invite/"+link[1], "", "", "")
	p.form("/invite/"+link[1], "name", "", "password", "kort")
	p.ask(http.MethodPut, "/invite/"+link[1], "", "", "")
	p.form("/setup/"+v.new("made-up link"), "password", v.secrets["other password"])
	p.ask(http.MethodGet, "/api/v1/me", "", "", token)
	p.ask(http.MethodGet, "/api/v1/me", "", "", v.new("wrong token"))
	p.ask(http.MethodPost, "/api/v1/tenders", "application/json", `{"title":"`+v.new("title")+`"`, token)
	p.ask(http.MethodGet, "/api/v1/search?q="+v.new("question"), "", "", token)
	p.ask(http.MethodGet, "/search?q="+v.secrets["question"], "", "", "")
	_, _ = io.WriteString(v, p.ask(http.MethodGet, "/metrics", "", "", v.secrets["metrics token"]))
	_, _ = io.WriteString(v, p.ask(http.MethodGet, "/readyz", "", "", ""))
	_, _ = io.WriteString(v, p.ask(http.MethodGet, "/admin/system", "", "", ""))
	_, _ = io.WriteString(v, p.ask(http.MethodGet, "/admin/processing", "", "", ""))
}

// inviteOf asks for a link for the person that was added, where adding showed none.
func (p *person) inviteOf() string {
	p.t.Helper()
	list := p.ask(http.MethodGet, "/admin/people", "", "", "")
	out := ""
	for _, m := range regexp.MustCompile(`/admin/people/([a-z0-9]{20})`).FindAllString(list, -1) {
		out += p.form(m + "/invite")
	}
	return out
}

// fail asks for what cannot be: the files are gone.
func (p *person) fail(token string) {
	p.t.Helper()
	body := "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.txt\"\r\n\r\n" + p.v.new("content of a file") + "\r\n--b--\r\n"
	p.ask(http.MethodPost, "/api/v1/documents", "multipart/form-data; boundary=b", body, token)
	_, _ = io.WriteString(p.v, p.ask(http.MethodGet, "/readyz", "", "", ""))
	_, _ = io.WriteString(p.v, p.ask(http.MethodGet, "/admin/system", "", "", ""))
}

// Settings that are wrong, or whose services are away, are told without what is secret in them.
func TestWrongSettingsAreToldWithoutSecrets(t *testing.T) {
	for name, make := range map[string]func(*vault) []string{
		"all away": hidden,
		"database away": func(v *vault) []string {
			return []string{"AANPAK_DATABASE_URL=postgres://aanpak:" + v.new("database password") + "@" + nobody + "/aanpak?connect_timeout=2"}
		},
		"store away": func(v *vault) []string {
			return []string{"AANPAK_BLOB_URL=minio://" + "key:" + v.new("store secret") + "@" + nobody + "/bucket?tls=false"}
		},
		"database address wrong": func(v *vault) []string {
			return []string{"AANPAK_DATABASE_URL=postgres://aanpak:" + v.new("database password") + "@[bad/aanpak?sslmode=maybe"}
		},
		"database port wrong": func(v *vault) []string {
			return []string{"AANPAK_DATABASE_URL=postgres://aanpak:" + v.new("database password") + "@host:port/aanpak"}
		},
		"database words": func(v *vault) []string {
			return []string{"AANPAK_DATABASE_URL=host=x password=" + v.new("database password")}
		},
		"store address wrong": func(v *vault) []string {
			return []string{"AANPAK_BLOB_URL=minio://key:" + v.new("store secret") + "%zz@host"}
		},
		"store scheme wrong": func(v *vault) []string {
			return []string{"AANPAK_BLOB_URL=s3://key:" + v.new("store secret") + "@host/b"}
		},
		"search address wrong": func(v *vault) []string {
			return []string{"AANPAK_SEARCH_URL=meilisearch://:" + v.new("search key") + "%zz@host"}
		},
		"mail scheme wrong": func(v *vault) []string {
			return []string{"AANPAK_SMTP_URL=mail://u:" + v.new("mail password") + "@host"}
		},
		"scanner with password": func(v *vault) []string {
			return []string{"AANPAK_CLAMAV_URL=tcp://u:" + v.new("scanner password") + "@host"}
		},
		"public address": func(v *vault) []string { return []string{"AANPAK_URL=ftp://u:" + v.new("address password") + "@host"} },
	} {
		t.Run(name, func(t *testing.T) {
			v := &vault{t: t, secrets: map[string]string{}}
			dir := t.TempDir()
			settings := make(v)
			for _, command := range [][]string{{"doctor"}, {"migrate"}, {"token", "create", "--email", "a@b.nl", "--name", "x"}} {
				cmd := program(t, v, dir, settings, command...)
				if err := cmd.Run(); err == nil && command[0] == "doctor" {
					t.Errorf("the doctor found nothing: %s", v.said.String())
				}
			}
			v.tight(fmt.Sprintf("with %s the program", name))
		})
	}
}

// PostgreSQL's password stays out of what is said of a working database too.
func TestPasswordOfAWorkingDatabase(t *testing.T) {
	cfg := apptest.Config(t, db.Postgres)
	u, err := url.Parse(cfg.DatabaseURL.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	v := &vault{t: t, secrets: map[string]string{}}
	u.User = url.UserPassword(u.User.Username(), v.new("database password"))
	out := program(t, v, t.TempDir(), []string{"AANPAK_DATABASE_URL=" + u.String()}, "doctor")
	_ = out.Run()
	v.tight("the doctor")
}
