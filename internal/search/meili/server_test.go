package meili

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/aanpak/aanpak/internal/search/meili/meilitest"
	"github.com/aanpak/aanpak/internal/testenv"
)

func TestMain(m *testing.M) { os.Exit(meilitest.Main(m)) }

// serverAddress is that of the server, and ends the test where there is none.
func serverAddress(tb testing.TB) Address {
	tb.Helper()
	s := meilitest.Need(tb)
	return Address{URL: s.URL, Key: s.Key}
}

var saidReplayed sync.Once

// exchanges gives a test the server or, where there is none and none is required, what one said when the test was recorded:
// AANPAK_TEST_RECORD=1 does so.
func exchanges(t *testing.T) (Address, http.RoundTripper) {
	t.Helper()
	s, err := meilitest.Find()
	if err != nil {
		t.Fatal(err)
	}
	file := "testdata/exchanges/" + prefixOf(t) + ".gz"
	if s.URL == "" && !testenv.Required("meilisearch") {
		p, err := openReplay(file)
		testenv.Need(t, "meilisearch", err == nil, meilitest.HowToGet)
		saidReplayed.Do(func() {
			fmt.Fprintln(os.Stderr, "replayed: meilisearch is not there, so its recorded answers were used")
		})
		return Address{URL: "http://recorded", Key: "recorded", Prefix: prefixOf(t)}, p
	}
	a := cleared(t)
	if os.Getenv("AANPAK_TEST_RECORD") == "" {
		return a, newTransport()
	}
	r := &recorder{next: newTransport()}
	t.Cleanup(func() {
		if err := r.save(file); err != nil {
			t.Error(err)
		}
	})
	return a, r
}

// prefixOf names the indexes of a test, and its recording.
func prefixOf(t *testing.T) string {
	p := strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(t.Name(), "Test"), "/", "-"))
	return p[:min(len(p), 40)]
}

// cleared is the address of indexes of the test's own, of which a run that was killed left nothing on the server.
func cleared(t *testing.T) Address {
	t.Helper()
	a := serverAddress(t)
	a.Prefix = prefixOf(t)
	x := &Index{addr: a, uid: a.Prefix + "_1", srv: newServer(a, newTransport())}
	for _, k := range ours(t, x) {
		_ = x.srv.dropKey(context.Background(), k.UID)
	}
	for _, uid := range []string{x.uid, x.uid + "_next", x.versionsUID()} {
		if err := x.drop(context.Background(), uid); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

// open opens an empty index of the test's own.
func open(t *testing.T) *Index {
	t.Helper()
	a, transport := exchanges(t)
	return openAt(t, a, transport)
}

// openReal is open for what would be much to record.
func openReal(t *testing.T) *Index {
	t.Helper()
	return openAt(t, cleared(t), newTransport())
}

func openAt(t *testing.T, a Address, transport http.RoundTripper) *Index {
	t.Helper()
	x, err := Open(context.Background(), Options{Address: a, Transport: transport, Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for _, uid := range []string{x.uid, x.versionsUID()} {
			_ = x.drop(context.Background(), uid)
		}
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	return x
}
