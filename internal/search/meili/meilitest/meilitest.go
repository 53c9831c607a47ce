// Package meilitest gives tests a Meilisearch server: the one that AANPAK_TEST_MEILISEARCH_URL names, with the key
// AANPAK_TEST_MEILISEARCH_KEY, or one that it starts from the PATH, once for a test binary.
package meilitest

import (
	"crypto/rand"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/testenv"
)

// HowToGet says how to get a server.
const HowToGet = "put meilisearch 1.50 on the PATH, or set AANPAK_TEST_MEILISEARCH_URL and AANPAK_TEST_MEILISEARCH_KEY"

// Server is where a server is and a key that may do everything.
type Server struct{ URL, Key string }

var stop = func() {}

// Main runs the tests of a package and ends the server that was started for them; it returns the exit code.
func Main(m *testing.M) int {
	defer func() { stop() }()
	return m.Run()
}

// Find returns the server of this run, and an empty one where there is none.
var Find = sync.OnceValues(func() (Server, error) {
	if url := os.Getenv("AANPAK_TEST_MEILISEARCH_URL"); url != "" {
		return Server{strings.TrimRight(url, "/"), os.Getenv("AANPAK_TEST_MEILISEARCH_KEY")}, nil
	}
	program, err := exec.LookPath("meilisearch")
	if err != nil {
		return Server{}, nil
	}
	return start(program)
})

// Need returns the server, and ends the test as testenv.Need does where there is none.
func Need(tb testing.TB) Server {
	tb.Helper()
	s, err := Find()
	if err != nil {
		tb.Fatal(err)
	}
	testenv.Need(tb, "meilisearch", s.URL != "", HowToGet)
	return s
}

// start runs a server on a free port, with data that goes when it ends.
func start(program string) (Server, error) {
	dir, err := os.MkdirTemp("", "aanpak-meilisearch-")
	if err != nil {
		return Server{}, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return Server{}, err
	}
	addr := l.Addr().String()
	_ = l.Close()
	s := Server{URL: "http://" + addr, Key: rand.Text()}
	// With its usual buffers, by the size of the machine, each small task takes half a second.
	cmd := exec.Command(program, "--no-analytics", "--max-indexing-memory", "512MiB", "--master-key", s.Key, "--db-path", dir+"/data", "--http-addr", addr)
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		return Server{}, err
	}
	stop = func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = os.RemoveAll(dir)
	}
	for range 200 {
		if res, err := http.Get(s.URL + "/health"); err == nil {
			_ = res.Body.Close()
			return s, nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return Server{}, fmt.Errorf("%s did not answer within 10 s", program)
}
