package app_test

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/aanpak/aanpak/internal/app"
	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/config"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/people"
)

// somebody makes a home with an administrator, in whose name commands work.
func somebody(t *testing.T, cfg *config.Config) {
	t.Helper()
	a, err := app.New(t.Context(), cfg, quietLog(), app.Parts{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if _, err := a.People.Create(t.Context(), auth.System(), people.NewUser{Email: "a@b.nl", Name: "Ada", Branch: "Zwolle", Role: auth.RoleAdmin}); err != nil {
		t.Fatal(err)
	}
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

// Commands work beside a running server: import adds, reindex is done by the server, a second server is refused.
func TestCommandsBesideAServer(t *testing.T) {
	cfg := apptest.Config(t, db.SQLite)
	somebody(t, cfg)
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
