package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/config"
	"github.com/aanpak/aanpak/internal/search/meili/meilitest"
)

// onServer tells whether search is to be by a Meilisearch server: the one that AANPAK_TEST_MEILISEARCH_URL names.
func onServer() bool { return os.Getenv("AANPAK_TEST_MEILISEARCH_URL") != "" }

func serverPrefix() string { return fmt.Sprintf("bench-http-%d", benchPages()) }

// serverURL is the setting for it.
func serverURL(tb testing.TB) config.Secret {
	tb.Helper()
	s := meilitest.Need(tb)
	u, err := url.Parse(s.URL)
	if err != nil {
		tb.Fatal(err)
	}
	return config.Secret(fmt.Sprintf("meilisearch://:%s@%s/?tls=%v&prefix=%s", s.Key, u.Host, u.Scheme == "https", serverPrefix()))
}

// serverCPU is what the server has used of the processor, where AANPAK_TEST_MEILISEARCH_PID names its process.
func serverCPU() time.Duration { return cpuOf(os.Getenv("AANPAK_TEST_MEILISEARCH_PID")) }

// bareServer asks the server itself, by HTTP: its own search of the words with the audience, one hit for each document, facets and the text of
// twenty pages. It knows no compounds, counts nothing truly and marks nothing.
type bareServer struct {
	server meilitest.Server
	index  string
	filter string
}

func newBare(b *testing.B, keys []string) bareServer {
	b.Helper()
	s := meilitest.Need(b)
	var list struct{ Results []struct{ UID string } }
	call(b, s, http.MethodGet, "/indexes?limit=1000", nil, &list)
	quoted := make([]string, len(keys))
	for i, k := range keys {
		quoted[i] = fmt.Sprintf("%q", strings.ReplaceAll(k, ":", "_3a")) // as the index keeps them
	}
	for _, i := range list.Results {
		if version, ok := strings.CutPrefix(i.UID, serverPrefix()+"_"); ok && version != "versions" {
			return bareServer{s, i.UID, "audience IN [" + strings.Join(quoted, ", ") + "]"}
		}
	}
	b.Fatal("the server has no index of ours")
	return bareServer{}
}

// ask returns the number of hits.
func (r bareServer) ask(b *testing.B, words string) int {
	b.Helper()
	var answer struct{ Hits []json.RawMessage }
	call(b, r.server, http.MethodPost, "/indexes/"+r.index+"/search", map[string]any{
		"q": words, "filter": r.filter, "distinct": "key", "limit": 20, "attributesToRetrieve": []string{"key", "page", "title", "text"},
		"facets": []string{"type", "kind", "branch", "client", "year", "outcome", "language", "tag", "score"},
	}, &answer)
	return len(answer.Hits)
}

func call(b *testing.B, s meilitest.Server, method, path string, body, answer any) {
	b.Helper()
	var content bytes.Buffer
	if body != nil {
		_ = json.NewEncoder(&content).Encode(body)
	}
	req, err := http.NewRequestWithContext(context.Background(), method, s.URL+path, &content)
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+s.Key)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		b.Fatal(path, res.Status)
	}
	if err := json.NewDecoder(res.Body).Decode(answer); err != nil {
		b.Fatal(err)
	}
}
