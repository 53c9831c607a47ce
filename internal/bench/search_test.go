package bench

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/app"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/find"
	"github.com/aanpak/aanpak/internal/search"
)

// questions are what the benchmarks of search ask: so many words, the last cut to so many letters while it is typed.
var questions = []struct {
	name       string
	words, cut int
}{
	{"two", 2, 0},
	{"three", 3, 0},
	{"typing-2-letters", 1, 2},
	{"typing-second-word", 2, 2},
}

func (l *large) question(i, words, cut int) string {
	if cut == 0 {
		return l.corpus.Query(uint64(i%500), words)
	}
	last := l.corpus.Query(uint64(i%500)+1000, 1)
	q := last[:min(cut, len(last))]
	if words > 1 {
		q = l.corpus.Query(uint64(i%500), words-1) + " " + q
	}
	return q
}

// BenchmarkSearchHTTP asks the JSON API over a socket with a token: sign-in, search with every facet, hits loaded through
// the database's rule, twenty marked snippets, JSON. Beside it the engine alone answers the same questions of the same person, with which
// pages of which documents, and how many of each facet; and the bare one: Bleve by its own API, without and with its snippets, or where search is
// by a server (AANPAK_TEST_MEILISEARCH_URL), that by HTTP, alone.
func BenchmarkSearchHTTP(b *testing.B) {
	l := openLarge(b, app.Parts{Search: true})
	get := l.client(b)
	keys := l.member(b).AudienceKeys()
	var bare *bareBleve
	if !onServer() {
		bare = l.bareBleve(b)
	}
	for _, q := range questions {
		if q.cut > 0 {
			continue // the API has no questions that are still typed
		}
		b.Run(q.name, func(b *testing.B) {
			measure(b, func(i int) int {
				return get("/api/v1/search?q=" + url.QueryEscape(l.question(i, q.words, q.cut)))
			})
		})
		b.Run(q.name+"/engine", func(b *testing.B) {
			measure(b, func(i int) int {
				res, err := l.Index.Search(b.Context(), search.Query{Text: l.question(i, q.words, q.cut), Audience: keys, Facets: true})
				if err != nil {
					b.Fatal(err)
				}
				return len(res.Hits)
			})
		})
		if onServer() {
			server := newBare(b, keys)
			b.Run(q.name+"/bare", func(b *testing.B) {
				measure(b, func(i int) int { return server.ask(b, l.question(i, q.words, q.cut)) })
			})
			continue
		}
		for name, snippets := range map[string]bool{"bare": false, "bare-snippets": true} {
			b.Run(q.name+"/"+name, func(b *testing.B) {
				measure(b, func(i int) int { return bare.ask(b, l.question(i, q.words, q.cut), keys, snippets) })
			})
		}
	}
}

// BenchmarkFind is the same beneath HTTP for somebody with fifty audience keys.
func BenchmarkFind(b *testing.B) {
	l := openLarge(b, app.Parts{Search: true})
	v := l.member(b)
	rng := rand.New(rand.NewPCG(31, 32))
	for range 47 {
		v.Groups = append(v.Groups, strconv.Itoa(rng.IntN(400)))
	}
	for _, q := range questions {
		b.Run(q.name, func(b *testing.B) {
			measure(b, func(i int) int {
				res, err := l.Find.Search(context.Background(), v, find.Query{Text: l.question(i, q.words, q.cut), Facets: true, Prefix: q.cut > 0})
				if err != nil {
					b.Fatal(err)
				}
				return len(res.Hits)
			})
		})
	}
}

// measure reports the percentiles of f over the loop, and the processor's time, which other work on the machine changes less.
func measure(b *testing.B, f func(i int) int) {
	var all []time.Duration
	sum := 0
	for i := range 20 {
		f(i)
	}
	before, beside := cpu(), serverCPU()
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		sum += f(i)
		all = append(all, time.Since(start))
	}
	b.ReportMetric((cpu()-before).Seconds()*1000/float64(len(all)), "cpu-ms/op")
	if onServer() {
		b.ReportMetric((serverCPU()-beside).Seconds()*1000/float64(len(all)), "server-cpu-ms/op")
	}
	slices.Sort(all)
	for _, p := range []int{50, 95, 99} {
		b.ReportMetric(float64(all[p*(len(all)-1)/100].Microseconds())/1000, fmt.Sprintf("p%d-ms", p))
	}
	b.ReportMetric(float64(sum)/float64(len(all)), "got/op")
	b.ReportMetric(0, "ns/op")
}

func (l *large) member(tb testing.TB) auth.Viewer {
	tb.Helper()
	u, err := l.People.UserByEmail(tb.Context(), "member3@voorbeeld.nl")
	if err != nil {
		tb.Fatal(err)
	}
	return u.Viewer()
}

// client serves the program on a socket and returns what gets a path with a member's token, and gives the bytes of the
// answer.
func (l *large) client(b *testing.B) func(path string) int {
	b.Helper()
	token, _, err := l.People.CreateToken(b.Context(), l.member(b), "benchmark")
	if err != nil {
		b.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	server := l.Web()
	go func() { _ = server.Serve(listener) }()
	b.Cleanup(func() { _ = server.Shutdown(context.Background()) })
	return func(path string) int { return fetch(b, "http://"+listener.Addr().String()+path, token) }
}

func fetch(b *testing.B, address, token string) int {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, address, nil)
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	n, err := io.Copy(io.Discard, res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		b.Fatal(res.Status, err)
	}
	return int(n)
}
