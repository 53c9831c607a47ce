package dbtest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/testenv"
)

var (
	serverOnce sync.Once
	serverURL  string
	serverErr  error
)

// postgresURL returns the server for tests, starting one where the environment names none.
func postgresURL(tb testing.TB) string {
	tb.Helper()
	if u := os.Getenv("AANPAK_TEST_POSTGRES_URL"); u != "" {
		return u
	}
	bin := postgresBin()
	testenv.Need(tb, "postgres", bin != "", "install Debian's postgresql or set AANPAK_TEST_POSTGRES_URL")
	serverOnce.Do(func() { serverURL, serverErr = startPostgres(bin) })
	if serverErr != nil {
		tb.Fatalf("start PostgreSQL: %v", serverErr)
	}
	return serverURL
}

// postgresBin returns the folder of the newest server that Debian installed, or "".
func postgresBin() string {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if len(found) == 0 {
		if p, err := exec.LookPath("postgres"); err == nil {
			return filepath.Dir(p)
		}
		return ""
	}
	slices.Sort(found)
	return filepath.Dir(found[len(found)-1])
}

// startPostgres starts a server on a free port with its data in memory-like settings: nothing here must survive.
func startPostgres(bin string) (string, error) {
	dir, err := os.MkdirTemp("", "aanpak-pg-*")
	if err != nil {
		return "", err
	}
	cred, err := unprivileged(dir)
	if err != nil {
		return "", err
	}
	data := filepath.Join(dir, "data")
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
	initdb.Dir, initdb.SysProcAttr = dir, &syscall.SysProcAttr{Credential: cred}
	if out, err := initdb.CombinedOutput(); err != nil {
		return "", fmt.Errorf("initdb: %w: %s", err, out)
	}
	port, err := freePort()
	if err != nil {
		return "", err
	}
	args := []string{
		"-D", data, "-p", strconv.Itoa(port), "-k", dir, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off",
		"-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "max_connections=300",
	}
	cmd := exec.Command(filepath.Join(bin, "postgres"), args...)
	cmd.Dir = dir
	if err := startTied(cmd, cred); err != nil {
		return "", err
	}
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", port), waitPort(port, 30*time.Second)
}

// startTied starts the server so that it ends with this process. The parent-death signal belongs to the starting
// thread, so that thread is kept for as long as the server runs.
func startTied(cmd *exec.Cmd, cred *syscall.Credential) error {
	cmd.SysProcAttr = tied(cred)
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait()
		}
	}()
	return <-started
}

// unprivileged returns whom the server runs as where we are root, which PostgreSQL refuses, and gives that user the folder.
func unprivileged(dir string) (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, err
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, os.Chown(dir, uid, gid)
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

func waitPort(port int, most time.Duration) error {
	addr := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	for end := time.Now().Add(most); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if c, err := net.Dial("tcp", addr); err == nil {
			c.Close()
			time.Sleep(200 * time.Millisecond) // the port answers a moment before queries do
			return nil
		}
	}
	return fmt.Errorf("no server on %s after %s", addr, most)
}
