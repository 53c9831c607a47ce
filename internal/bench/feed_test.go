package bench

import (
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/app"
	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/social"
)

// BenchmarkFeed reads thirty mixed posts for a member of forty groups in a company of 5,000, from the service and as the home page, and gives
// how long that takes at the median and for all but one of twenty.
func BenchmarkFeed(b *testing.B) {
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		b.Run(string(dialect), func(b *testing.B) {
			a, v := openTalk(b, dialect)
			for _, f := range []social.Feed{{Kind: social.FeedAll}, {Kind: social.FeedAll, Active: true}, {Kind: social.FeedForYou}, {Kind: social.FeedFollowing}, {Kind: social.FeedGroup, ID: "g10"}} {
				name := string(f.Kind)
				if f.Active {
					name += "-active"
				}
				b.Run(name, func(b *testing.B) { measureFeed(b, a, v, f) })
			}
			b.Run("home", func(b *testing.B) { measureHome(b, a) })
		})
	}
}

// warm is how many times a feed is read before it is measured.
const warm = 5

func measureFeed(b *testing.B, a *app.App, v auth.Viewer, f social.Feed) {
	var took []float64
	for n := 0; n < warm || b.Loop(); n++ {
		start := time.Now()
		page, err := a.Social.Feed(b.Context(), v, f)
		if err != nil {
			b.Fatal(err)
		}
		if len(page.Items) != 30 {
			b.Fatalf("%d posts", len(page.Items))
		}
		if n >= warm {
			took = append(took, float64(time.Since(start).Microseconds())/1000)
		}
	}
	report(b, took)
}

// measureHome asks for the home page, drawn anew each time.
func measureHome(b *testing.B, a *app.App) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	s := a.Web()
	go func() { _ = s.Serve(l) }()
	defer func() { _ = s.App.ShutdownWithTimeout(5 * time.Second) }()
	session, _, err := a.People.SignIn(b.Context(), readerEmail, apptest.Password, people.Client{Address: "127.0.0.1"})
	if err != nil {
		b.Fatal(err)
	}
	var took []float64
	for n := 0; n < warm || b.Loop(); n++ {
		req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, "http://"+l.Addr().String()+"/?drawn="+strconv.Itoa(n), nil)
		if err != nil {
			b.Fatal(err)
		}
		req.Header.Set("Cookie", "aanpak_session="+session)
		start := time.Now()
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			b.Fatal(err)
		}
		size, _ := io.Copy(io.Discard, res.Body)
		res.Body.Close()
		if n >= warm {
			took = append(took, float64(time.Since(start).Microseconds())/1000)
		}
		if res.StatusCode != http.StatusOK || size < 20_000 {
			b.Fatalf("%d, %d bytes", res.StatusCode, size)
		}
	}
	report(b, took)
}

// report gives the median and the 95th percentile of times in milliseconds.
func report(b *testing.B, took []float64) {
	slices.Sort(took)
	b.ReportMetric(took[len(took)/2], "p50-ms")
	b.ReportMetric(took[len(took)*95/100], "p95-ms")
	b.ReportMetric(0, "ns/op")
}
