package app_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/config"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/search/meili/meilitest"
	"github.com/aanpak/aanpak/internal/testenv"
)

// How large the invented company is, and how long its story.
const (
	seenPeople  = 14
	seenGroups  = 6
	seenTenders = 4
	seenPapers  = 26
	seenBatches = 7
	seenChanges = 20     // in a batch
	seenLeast   = 10_000 // comparisons that a run must make
)

// TestWhatIsSeen invents people, groups, teams and documents for every audience, changes them at random, and after each batch compares
// what every person sees by pages, search, facets, suggestions, API, files and page images with a model that knows nothing of the program.
// AANPAK_TEST_SEED tells the story of an earlier run again.
func TestWhatIsSeen(t *testing.T) {
	t.Run("sqlite, bleve", func(t *testing.T) { t.Parallel(); tellSeen(t, apptest.Config(t, db.SQLite)) })
	t.Run("postgres, bleve", func(t *testing.T) { t.Parallel(); tellSeen(t, apptest.Config(t, db.Postgres)) })
	t.Run("postgres, meilisearch", func(t *testing.T) {
		t.Parallel()
		server := meilitest.Need(t)
		cfg := apptest.Config(t, db.Postgres)
		cfg.SearchURL = searchURL(server, "seen-"+strings.ToLower(time.Now().Format("150405.000000"))[7:])
		tellSeen(t, cfg)
	})
}

func seenSeed(t *testing.T) uint64 {
	t.Helper()
	if text := os.Getenv("AANPAK_TEST_SEED"); text != "" {
		seed, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatalf("AANPAK_TEST_SEED: %v", err)
		}
		return seed
	}
	return rand.Uint64()
}

// story is a company that is being changed: the program with it, and the model of who sees what.
type story struct {
	*apptest.App
	t        *testing.T
	base     string
	http     *http.Client
	rng      *rand.Rand
	m        *company
	now      string   // where the story is, for messages
	done     []string // the changes of this batch
	compared atomic.Int64
	wrong    atomic.Int64
}

func tellSeen(t *testing.T, cfg *config.Config) {
	t.Helper()
	seed := seenSeed(t)
	t.Logf("AANPAK_TEST_SEED=%d", seed)
	s := &story{App: apptest.NewWith(t, cfg), t: t, rng: rand.New(rand.NewPCG(seed, 0)), m: &company{}, http: &http.Client{
		Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	s.base = serve(t, s.App)
	t.Cleanup(s.http.CloseIdleConnections)
	s.invent()
	batches, least := seenBatches, int64(seenLeast)
	if testenv.Race { // a shorter story: the databases together still make as many comparisons
		batches, least = 4, least/2
	}
	for batch := range batches {
		s.now, s.done = fmt.Sprintf("batch %d", batch), nil
		if batch > 0 {
			for range seenChanges {
				s.change()
			}
			s.askHits() // before the index knows: nobody is shown what is no longer theirs
			s.askTold()
		}
		s.Settle(t)
		s.askAll(batch)
		if s.wrong.Load() > 0 {
			t.Fatalf("%s; the changes before it:\n%s", s.now, strings.Join(s.done, "\n"))
		}
	}
	if n := s.compared.Load(); n < least {
		t.Errorf("only %d comparisons", n)
	} else {
		t.Logf("%d comparisons", n)
	}
}

// askAll asks everything of everybody, two people at once.
func (s *story) askAll(batch int) {
	s.t.Helper()
	var wg sync.WaitGroup
	next := make(chan int)
	for range 2 {
		wg.Go(func() {
			for i := range next {
				s.askAs(i, batch)
			}
		})
	}
	for i := range s.m.people {
		next <- i
	}
	close(next)
	wg.Wait()
}

// compare counts a comparison, and tells of a difference; the first few say enough.
func (s *story) compare(i int, what string, got, want any) {
	s.compared.Add(1)
	if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w && s.wrong.Add(1) <= 10 {
		s.t.Errorf("%s, %s: %s is %s, want %s", s.now, s.m.people[i].name, what, g, w)
	}
}
