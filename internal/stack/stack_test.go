package stack_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/testenv"
)

const password = "een lang wachtwoord"

// stack is the running set.
type stack struct {
	t         *testing.T
	dir       string
	addresses map[string]string
	replicas  [3]*exec.Cmd // those that the test started itself, by number
	admin     string       // token
}

// begin runs scripts/stack, and ends it with the test.
func begin(t *testing.T) *stack {
	t.Helper()
	testenv.Command(t, "caddy", "install Debian's caddy", "caddy")
	testenv.Command(t, "meilisearch", "put Meilisearch's server on the PATH", "meilisearch")
	testenv.Command(t, "minio", "see scripts/test", "minio", "versitygw")
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	testenv.Need(t, "postgres", len(found) > 0, "install Debian's postgresql")
	dir, err := os.MkdirTemp("", "aanpak-stack-*") // not t.TempDir: PostgreSQL's user must get there
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	cmd := exec.Command("../../scripts/stack", dir)
	cmd.Stderr = t.Output()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s := &stack{t: t, dir: dir, addresses: map[string]string{}}
	t.Cleanup(func() {
		for _, r := range s.replicas {
			if r != nil {
				_ = r.Process.Kill()
				_ = r.Wait()
			}
		}
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	})
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "listening on ") {
			s.prepare()
			return s
		}
	}
	t.Fatal("scripts/stack did not come up")
	return nil
}

// prepare reads the addresses and makes people.
func (s *stack) prepare() {
	content, err := os.ReadFile(filepath.Join(s.dir, "addresses"))
	if err != nil {
		s.t.Fatal(err)
	}
	for line := range strings.Lines(string(content)) {
		name, address, _ := strings.Cut(strings.TrimSpace(line), "=")
		s.addresses[name] = "http://" + address
	}
	for _, email := range []string{"ada@voorbeeld.nl", "bea@voorbeeld.nl"} {
		s.command(password, "user", "create", "--email", email, "--name", "Ada Min", "--branch", "Zwolle", "--role", "admin", "--password-stdin")
	}
	s.admin = s.command("", "token", "create", "--email", "ada@voorbeeld.nl", "--name", "test")
}

// command runs a command of the program with the settings of the first replica.
func (s *stack) command(stdin string, args ...string) string {
	s.t.Helper()
	cmd := exec.Command(filepath.Join(s.dir, "replica-1"), args...)
	cmd.Stdin = strings.NewReader(stdin)
	var problems bytes.Buffer
	cmd.Stderr = &problems
	out, err := cmd.Output()
	if err != nil {
		s.t.Fatalf("%q: %v: %s", args, err, problems.String())
	}
	return strings.TrimSpace(string(out))
}

// kill sends a signal to a replica and waits until it is gone.
func (s *stack) kill(n int, sig syscall.Signal) {
	s.t.Helper()
	if r := s.replicas[n]; r != nil {
		_ = r.Process.Signal(sig)
		_ = r.Wait()
		s.replicas[n] = nil
		return
	}
	content, err := os.ReadFile(filepath.Join(s.dir, "pids", "aanpak-"+strconv.Itoa(n)))
	if err != nil {
		s.t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(content)))
	if err != nil {
		s.t.Fatal(err)
	}
	_ = syscall.Kill(pid, sig)
	for end := time.Now().Add(60 * time.Second); syscall.Kill(pid, 0) == nil; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			s.t.Fatalf("replica %d does not end", n)
		}
		if state, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)); bytes.Contains(state, []byte(") Z ")) {
			return // the script has not asked for its end yet
		}
	}
}

// restart starts a replica again and waits until it answers.
func (s *stack) restart(n int) {
	s.t.Helper()
	cmd := exec.Command(filepath.Join(s.dir, "replica-"+strconv.Itoa(n)))
	log, err := os.OpenFile(filepath.Join(s.dir, "log", "aanpak-"+strconv.Itoa(n)), os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		s.t.Fatal(err)
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.replicas[n] = cmd
	for end := time.Now().Add(60 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if res, err := http.Get(s.replica(n) + "/healthz"); err == nil {
			res.Body.Close()
			return
		}
		if time.Now().After(end) {
			s.t.Fatalf("replica %d does not come back", n)
		}
	}
}

func (s *stack) replica(n int) string { return s.addresses["REPLICA_"+strconv.Itoa(n)] }
func (s *stack) caddy() string        { return s.addresses["CADDY"] }

// call asks with the administrator's token and decodes the answer.
func (s *stack) call(method, address string, body io.Reader, kind string, into any) error {
	req, err := http.NewRequestWithContext(s.t.Context(), method, address, body)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+s.admin)
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	content, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode >= 300 {
		return fmt.Errorf("%s %s: %s: %.300s", method, address, res.Status, content)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(content, into)
}

func (s *stack) get(address string, into any) error {
	return s.call(http.MethodGet, address, nil, "", into)
}

// upload adds a text file and returns the document's id.
func (s *stack) upload(base, name, text string) (string, error) {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("file", name)
	if err == nil {
		_, err = io.WriteString(part, text)
	}
	if err = errors.Join(err, w.Close()); err != nil {
		return "", err
	}
	var d struct{ ID string }
	err = s.call(http.MethodPost, base+"/api/v1/documents", &body, w.FormDataContentType(), &d)
	return d.ID, err
}

// found is how many documents a replica finds.
func (s *stack) found(base, question string) (int, error) {
	var r struct{ Total int }
	err := s.get(base+"/api/v1/search?limit=1&type=document&q="+url.QueryEscape(question), &r)
	return r.Total, err
}

// until waits for something, at most a minute.
func (s *stack) until(what string, ok func() (bool, error)) {
	s.t.Helper()
	var last error
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		done, err := ok()
		if done {
			return
		}
		last = err
	}
	s.t.Fatalf("not in a minute: %s (%v)", what, last)
}
