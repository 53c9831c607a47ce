package meili

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// exchange is one call of the server: a digest of what was asked, and what was answered.
type exchange struct {
	Asked  string
	Status int
	Body   string
}

// digest names a request. Keys have a date of their day in them.
func digest(r *http.Request, body []byte) string {
	if r.URL.Path == "/keys" {
		body = nil
	}
	return fmt.Sprintf("%s %s %x", r.Method, r.URL.RequestURI(), sha256.Sum256(body))[:min(120, len(r.Method)+len(r.URL.RequestURI())+14)]
}

func bodyOf(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	b, err := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(b))
	return b, err
}

// recorder passes calls on and notes them.
type recorder struct {
	next http.RoundTripper
	mu   sync.Mutex
	all  []exchange
}

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	asked, err := bodyOf(req)
	if err != nil {
		return nil, err
	}
	res, err := r.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	r.mu.Lock()
	defer r.mu.Unlock()
	e := exchange{digest(req, asked), res.StatusCode, string(body)}
	if n := len(r.all) - 1; n >= 0 && r.all[n].Asked == e.Asked && strings.HasPrefix(req.URL.Path, "/tasks/") {
		r.all = r.all[:n] // of a task that was waited for, only how it ended
	}
	r.all = append(r.all, e)
	return res, nil
}

func (r *recorder) save(file string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(z)
	for _, e := range r.all {
		if err := enc.Encode(e); err != nil {
			return err
		}
	}
	if err := z.Close(); err != nil {
		return err
	}
	return os.WriteFile(file, b.Bytes(), 0o644)
}

// replay answers as the server did, each question in its turn.
type replay struct {
	mu  sync.Mutex
	all map[string][]exchange
}

func openReplay(file string) (*replay, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	p := &replay{all: map[string][]exchange{}}
	for dec := json.NewDecoder(z); ; {
		var e exchange
		if err := dec.Decode(&e); err == io.EOF {
			return p, nil
		} else if err != nil {
			return nil, err
		}
		p.all[e.Asked] = append(p.all[e.Asked], e)
	}
}

func (p *replay) RoundTrip(req *http.Request) (*http.Response, error) {
	asked, err := bodyOf(req)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	name := digest(req, asked)
	list := p.all[name]
	if len(list) == 0 {
		return nil, fmt.Errorf("nothing recorded for %s: record again with AANPAK_TEST_RECORD=1 and a server", name)
	}
	if len(list) > 1 {
		p.all[name] = list[1:]
	}
	return &http.Response{
		StatusCode: list[0].Status, Body: io.NopCloser(strings.NewReader(list[0].Body)), Request: req,
		Header: http.Header{"Content-Type": {"application/json"}}, ProtoMajor: 1, ProtoMinor: 1,
	}, nil
}
