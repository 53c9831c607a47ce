package app_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/app"
	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/config"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/find"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/people"
)

// kills is how often TestKill kills: a few on a laptop, AANPAK_TEST_KILLS elsewhere.
func kills(t *testing.T) int {
	n, err := strconv.Atoi(os.Getenv("AANPAK_TEST_KILLS"))
	if err != nil {
		n = 6
	}
	if testing.Short() {
		t.Skip("skipped, -short: killing takes a while")
	}
	return n
}

// acknowledged is a file that the server said it had taken.
type acknowledged struct{ id, word string }

// The server is killed at any moment of many uploads, again and again. Whatever it acknowledged is there, whole, read,
// found, and nothing is stuck or half-listed.
func TestKill(t *testing.T) {
	cfg := apptest.Config(t, db.SQLite)
	token := firstToken(t, cfg)
	var taken []acknowledged
	rounds := kills(t)
	for round := range rounds {
		p := startServer(t, cfg)
		if round%3 > 0 { // most rounds are killed in the middle of things, some before anything has happened
			taken = append(taken, upload(t, p.base, token, wordOf(round, 0), time.Now().Add(30*time.Second))...)
		}
		end := time.Now().Add(time.Duration(rand.IntN(700)) * time.Millisecond)
		for i := 1; time.Now().Before(end); i++ {
			taken = append(taken, upload(t, p.base, token, wordOf(round, i), end)...)
		}
		p.kill()
	}
	a := apptest.Open(t, cfg, app.Parts{Search: true, Work: true})
	stop, err := a.Work(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	w := &apptest.App{App: a}
	w.Settle(t)
	t.Logf("%d kills, %d files acknowledged", rounds, len(taken))
	if len(taken) < rounds/2 {
		t.Errorf("only %d files were acknowledged: the test kills too early to mean anything", len(taken))
	}
	u, err := a.People.FirstAdmin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range taken {
		checkTaken(t, a, u, f)
	}
	checkListed(t, a, u)
}

// wordOf is of letters alone and unlike any other: none is a typing error away from it either.
func wordOf(round, i int) string { return "zz" + letters(round) + letters(i) + "kwartel" }

func letters(n int) string {
	s := ""
	for range 3 {
		s += string(rune('a' + n%20))
		n /= 20
	}
	return s
}

// checkTaken wants an acknowledged file whole, read and found.
func checkTaken(t *testing.T, a *app.App, u *people.User, f acknowledged) {
	t.Helper()
	d, err := a.Library.Get(t.Context(), u.Viewer(), f.id)
	if err != nil {
		t.Errorf("acknowledged, and lost: %s: %v", f.id, err)
		return
	}
	if d.Status != library.StatusReady {
		t.Errorf("%s ended as %s (%s)", f.id, d.Status, d.FailureDetail)
	}
	if got := content(t, a, u, d); !strings.Contains(got, f.word) {
		t.Errorf("%s has other bytes: %q", f.id, got)
	}
	res, err := a.Find.Search(t.Context(), u.Viewer(), find.Query{Text: f.word})
	if err != nil || len(res.Hits) == 0 || res.Hits[0].ID != f.id {
		t.Errorf("%s is not found by %q: %v, err %v", f.id, f.word, res, err)
	}
}

func content(t *testing.T, a *app.App, u *people.User, d *library.Document) string {
	t.Helper()
	_, ver, err := a.Library.Version(t.Context(), u.Viewer(), d.ID, 0)
	if err != nil {
		t.Fatal(err)
	}
	b, err := a.Library.Open(t.Context(), ver)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	all, err := io.ReadAll(b)
	if err != nil {
		t.Fatal(err)
	}
	return string(all)
}

// checkListed wants every document of the database in its final state and in the index, and nothing else there.
func checkListed(t *testing.T, a *app.App, u *people.User) {
	t.Helper()
	_, listed, err := a.Library.List(t.Context(), u.Viewer(), library.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	res, err := a.Find.Search(t.Context(), u.Viewer(), find.Query{Text: "kind:other"})
	if err != nil || res.Total != listed {
		t.Errorf("%d documents listed, %d in the index, err %v", listed, res.Total, err)
	}
	_, unfinished, err := a.Library.List(t.Context(), auth.System(), library.Filter{Unfinished: true})
	if err != nil || unfinished != 0 {
		t.Errorf("%d documents are stuck, err %v", unfinished, err)
	}
}

func firstToken(t *testing.T, cfg *config.Config) string {
	t.Helper()
	a, err := app.New(t.Context(), cfg, quietLog(), app.Parts{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	u, err := a.People.Create(t.Context(), auth.System(), people.NewUser{Email: "a@b.nl", Name: "Ada", Branch: "Zwolle", Role: auth.RoleAdmin})
	if err != nil {
		t.Fatal(err)
	}
	secret, _, err := a.People.CreateToken(t.Context(), u.Viewer(), "kill")
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

// server is the real program in a process of its own.
type server struct {
	cmd  *exec.Cmd
	base string
}

func startServer(t *testing.T, cfg *config.Config) *server {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "aanpak") // the test binary is the program when it is called so
	if err := os.Symlink(exe, link); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(link, "serve")
	cmd.Env = append(os.Environ(), "AANPAK_DATA="+cfg.Data, "AANPAK_CACHE="+cfg.Cache, "AANPAK_ADDR=127.0.0.1:0", "AANPAK_DATABASE_URL="+cfg.DatabaseURL.Reveal())
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var log bytes.Buffer
	cmd.Stderr = &log
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the server did not start: %v: %s", err, log.String())
	}
	p := &server{cmd: cmd, base: strings.TrimSpace(strings.TrimPrefix(line, "listening on "))}
	t.Cleanup(p.kill)
	return p
}

// kill is SIGKILL: nothing of the program gets a chance to tidy up.
func (p *server) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

// upload sends a file and returns it when the server has acknowledged it.
func upload(t *testing.T, base, token, word string, end time.Time) []acknowledged {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, _ := w.CreateFormFile("file", word+".txt")
	fmt.Fprintf(part, "Een tekst met het woord %s erin.", word)
	w.Close()
	ctx, cancel := context.WithDeadline(t.Context(), end)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, "POST", base+"/api/v1/documents", &b)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", w.FormDataContentType())
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil // cut off by the kill: not acknowledged
	}
	defer res.Body.Close()
	var d struct{ ID string }
	if res.StatusCode != 201 || json.NewDecoder(res.Body).Decode(&d) != nil || d.ID == "" {
		return nil
	}
	return []acknowledged{{d.ID, word}}
}

// Commands work beside a running server: import adds, reindex is done by the server, a second server is refused.
func TestCommandsBesideAServer(t *testing.T) {
	cfg := apptest.Config(t, db.SQLite)
	firstToken(t, cfg)
	p := startServer(t, cfg)
	defer p.kill()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "kade.txt"), []byte("een kademuur"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"import", dir, "--report", filepath.Join(dir, "report.csv")}, 0, "1 imported"},
		{[]string{"reindex"}, 0, "done"},
		{[]string{"doctor"}, 0, "open in the serving process"},
		{[]string{"serve"}, 1, "in use by another process"},
	} {
		var out bytes.Buffer
		env := map[string]string{"AANPAK_DATA": cfg.Data, "AANPAK_CACHE": cfg.Cache, "AANPAK_ADDR": "127.0.0.1:0", "AANPAK_DATABASE_URL": cfg.DatabaseURL.Reveal()}
		code := app.Run(app.Env{Args: c.args, Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out, Lookup: func(k string) (string, bool) { v, ok := env[k]; return v, ok }})
		if code != c.code || !strings.Contains(out.String(), c.says) {
			t.Errorf("%v: exit %d, want %d and %q: %s", c.args, code, c.code, c.says, out.String())
		}
	}
}
