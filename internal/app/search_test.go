package app_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/config"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/find"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/search/meili/meilitest"
)

// searchURL is the setting for a server.
func searchURL(s meilitest.Server, prefix string) config.Secret {
	u, _ := url.Parse(s.URL)
	q := url.Values{"prefix": {prefix}, "tls": {"false"}}
	return config.Secret((&url.URL{Scheme: "meilisearch", User: url.UserPassword("", s.Key), Host: u.Host, Path: "/", RawQuery: q.Encode()}).String())
}

// serve answers requests of the program and returns its address.
func serve(t *testing.T, a *apptest.App) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := a.Web()
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Shutdown(t.Context()) })
	return "http://" + l.Addr().String()
}

func get(t *testing.T, address, token string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

// TestSearchServer is the program on a search server: what is uploaded is found, by those who may see it, also after the index was
// rebuilt and by another process; doctor is content.
func TestSearchServer(t *testing.T) {
	server := meilitest.Need(t)
	cfg := apptest.Config(t, db.SQLite)
	cfg.SearchURL = searchURL(server, "app-"+strings.ToLower(time.Now().Format("150405.000000"))[7:])
	a := apptest.NewWith(t, cfg)
	branch := "branch"
	pdf := apptest.PDF("Een bladzijde vooraf.", "De bewonerscommunicatie begint bij de voordeur.")
	d := a.Upload(t, a.Sanne, "plan.pdf", pdf, library.Meta{Audience: &branch})
	finds := func(v auth.Viewer, text string) []find.Hit {
		t.Helper()
		res, err := a.Find.Search(t.Context(), v, find.Query{Text: text, Facets: true})
		if err != nil {
			t.Fatal(err)
		}
		return res.Hits
	}
	check := func(when string) {
		t.Helper()
		hits := finds(a.Sanne.Viewer(), "communicatie")
		if len(hits) != 1 || hits[0].ID != d.ID || hits[0].Page != 2 || !strings.Contains(hits[0].Snippet, "<mark>bewonerscommunicatie</mark>") {
			t.Errorf("%s: %+v", when, hits)
		}
		if hits := finds(a.Tom.Viewer(), "communicatie"); len(hits) != 0 {
			t.Errorf("%s: somebody of another branch finds %+v", when, hits)
		}
	}
	check("after uploading")
	if err := a.Indexer.Rebuild(t.Context(), a.Index, func(int, int) {}); err != nil {
		t.Fatal(err)
	}
	check("after rebuilding")
	doctor(t, cfg, "ok    search\n", "ok    search key\n")
	if status, body := get(t, serve(t, a)+"/readyz", ""); status != http.StatusOK || !strings.Contains(body, `"search":"ok"`) {
		t.Errorf("readyz: %d %s", status, body)
	}
	if err := a.Library.Delete(t.Context(), a.Sanne.Viewer(), d.ID); err != nil {
		t.Fatal(err)
	}
	a.Settle(t)
	if hits := finds(a.Sanne.Viewer(), "communicatie"); len(hits) != 0 {
		t.Errorf("what is in the trash is found: %+v", hits)
	}
}

// doctor runs the command with the same settings and wants lines in what it says.
func doctor(t *testing.T, cfg *config.Config, want ...string) {
	t.Helper()
	program, err := exec.LookPath("aanpak") // the test binary, by testscript
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program, "doctor")
	cmd.Env = append(cmd.Environ(), "AANPAK_DATA="+cfg.Data, "AANPAK_CACHE="+cfg.Cache, "AANPAK_SEARCH_URL="+cfg.SearchURL.Reveal(), "AANPAK_LOG=json")
	out, _ := cmd.Output()
	for _, w := range want {
		if !bytes.Contains(out, []byte(w)) {
			t.Errorf("doctor does not say %q:\n%s", w, out)
		}
	}
}

// TestSearchAway: without its search server the program starts, takes files and reads them; what is to be indexed waits, and only
// searching says that it does not work.
func TestSearchAway(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0") // an address where nobody is
	if err != nil {
		t.Fatal(err)
	}
	cfg := apptest.Config(t, db.SQLite)
	cfg.SearchURL = searchURL(meilitest.Server{URL: "http://" + l.Addr().String(), Key: "hunter2"}, "away")
	_ = l.Close()
	a := apptest.NewWith(t, cfg)
	d := a.Upload(t, a.Sanne, "plan.pdf", apptest.PDF("De kade."), library.Meta{})
	if d.Status != library.StatusReady {
		t.Errorf("status %s", d.Status)
	}
	if s, err := a.Indexer.State(t.Context()); err != nil || s.Waiting == 0 || !strings.Contains(s.Failure, "does not answer") || strings.Contains(s.Failure, "hunter2") {
		t.Errorf("the queue: %+v, %v", s, err)
	}
	for what, err := range map[string]error{
		"search":  second(a.Find.Search(t.Context(), a.Sanne.Viewer(), find.Query{Text: "kade"})),
		"similar": second(a.Find.Similar(t.Context(), a.Sanne.Viewer(), d.ID, 3)),
	} {
		if !errs.Is(err, errs.KindUnavailable) {
			t.Errorf("%s: %v", what, err)
		}
	}
	base, token := serve(t, a), a.Token(t, a.Sanne)
	status, body := get(t, base+"/api/v1/search?q=kade", token)
	var problem struct{ Detail string }
	if err := json.Unmarshal([]byte(body), &problem); err != nil || status != http.StatusServiceUnavailable || problem.Detail == "" {
		t.Errorf("search by the API: %d %s", status, body)
	}
	if status, body := get(t, base+"/readyz", ""); status != http.StatusServiceUnavailable || !strings.Contains(body, `"search":"unavailable"`) || strings.Contains(body, "hunter2") {
		t.Errorf("readyz: %d %s", status, body)
	}
	if status, _ := get(t, base+"/api/v1/documents/"+d.ID, token); status != http.StatusOK {
		t.Errorf("a document: %d", status)
	}
	doctor(t, cfg, "FAIL  search: ", "AANPAK_SEARCH_URL")
}

func second[T any](_ T, err error) error { return err }
