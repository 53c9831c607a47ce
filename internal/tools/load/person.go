package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// person is somebody with a browser.
type person struct {
	base   string
	who    account
	client *http.Client
	rng    *rand.Rand
	report *report
	sent   int
	opened string // the document that was opened last, empty where none was
}

// transport is shared, as a proxy before the replicas shares its connections.
var transport = &http.Transport{MaxIdleConnsPerHost: 600, IdleConnTimeout: time.Minute}

func newPerson(base string, who account, seed uint64, r *report) *person {
	jar, _ := cookiejar.New(nil)
	c := &http.Client{Transport: transport, Jar: jar, Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &person{base: base, who: who, client: c, rng: rand.New(rand.NewPCG(seed, 77)), report: r}
}

// come signs everybody in, spread over a pause, or a minute where that is longer: a session lasts for weeks, so that hardly anybody does while
// others work. Who cannot is left out.
func come(ctx context.Context, p plan, crowd []account, r *report) []*person {
	all := make([]*person, len(crowd))
	var wg sync.WaitGroup
	for i, who := range crowd {
		one := newPerson(p.addresses[i%len(p.addresses)], who, uint64(i), r)
		wg.Go(func() {
			rest(ctx, time.Duration(one.rng.Float64()*float64(max(p.pause, leastComing))))
			if ctx.Err() == nil && one.signIn(ctx) == nil {
				all[i] = one
			}
		})
	}
	wg.Wait()
	return slices.DeleteFunc(all, func(p *person) bool { return p == nil })
}

// leastComing is the time in which people come at least: a password is checked slowly on purpose.
const leastComing = time.Minute

// play lets everybody work until the time is over.
func play(ctx context.Context, p plan, people []*person) {
	ctx, cancel := context.WithTimeout(ctx, p.last)
	defer cancel()
	var wg sync.WaitGroup
	for _, one := range people {
		wg.Go(func() {
			for ctx.Err() == nil {
				rest(ctx, time.Duration(one.rng.ExpFloat64()*float64(p.pause)))
				one.work(ctx)
			}
		})
	}
	wg.Wait()
}

func rest(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// work is one thing that a person does: mostly searching, often reading, now and then looking around, seldom adding.
func (p *person) work(ctx context.Context) {
	if ctx.Err() != nil {
		return
	}
	switch n := p.rng.IntN(100); {
	case n < 45:
		p.search(ctx)
	case n < 70:
		p.read(ctx)
	case n < 95:
		p.list(ctx)
	default:
		p.upload(ctx)
	}
}

// search types a question, sees quick results twice while typing, then the page, and often opens the first hit.
func (p *person) search(ctx context.Context) {
	q := library.Query(p.rng.Uint64()%2000, 1+p.rng.IntN(3))
	for _, part := range []int{len(q) / 2, len(q) - 1} {
		_, _ = p.get(ctx, "typing", "/search/quick?q="+url.QueryEscape(q[:max(part, 2)]))
	}
	body, err := p.get(ctx, "search", "/search?q="+url.QueryEscape(q))
	if hit := documentLink.FindSubmatch(body); err == nil && hit != nil && p.rng.IntN(5) < 3 {
		p.open(ctx, strings.ReplaceAll(string(hit[1]), "&amp;", "&"))
	}
}

// documentLink finds a link to a document, with page and question where it has them.
var documentLink = regexp.MustCompile(`href="(/documents/[a-z0-9]+(?:\?[^"]*)?)"`)

// readable is what the page of a document has once the document was read: one that was just uploaded is listed before it has a picture.
var readable = regexp.MustCompile(`data-viewer="(pdf|image|grid|text)"`)

// open reads a document: its page, a picture of it where it has one, and the first bytes of the file.
func (p *person) open(ctx context.Context, link string) {
	body, err := p.get(ctx, "document", link)
	if err != nil {
		return
	}
	path, page := link, "1"
	if u, err := url.Parse(link); err == nil {
		path, page = u.Path, cmp.Or(u.Query().Get("page"), page)
	}
	p.opened = path
	if readable.Match(body) {
		_, _ = p.get(ctx, "page image", path+"/pages/"+page+"/image?width=200")
	}
	_, _ = p.do(ctx, "file", http.MethodGet, path+"/file", nil, map[string]string{"Range": "bytes=0-65535"}, http.StatusPartialContent)
}

// read opens the document of last time again, or one of the library.
func (p *person) read(ctx context.Context) {
	if p.opened != "" && p.rng.IntN(2) == 0 {
		p.open(ctx, p.opened)
		return
	}
	body, err := p.get(ctx, "library", "/library")
	if all := documentLink.FindAllSubmatch(body, -1); err == nil && len(all) > 0 {
		p.open(ctx, strings.ReplaceAll(string(all[p.rng.IntN(len(all))][1]), "&amp;", "&"))
	}
}

// list looks around.
func (p *person) list(ctx context.Context) {
	pages := []struct{ name, path string }{{"home", "/"}, {"library", "/library"}, {"library", "/library?sort=reads"}, {"tenders", "/tenders"}, {"people", "/people"}}
	at := pages[p.rng.IntN(len(pages))]
	_, _ = p.get(ctx, at.name, at.path)
}

// upload adds a letter.
func (p *person) upload(ctx context.Context) {
	p.sent++
	text := library.Prose(p.rng.IntN(100_000))
	_ = p.send(ctx, fmt.Sprintf("Brief %d van %s.txt", p.sent, p.who.email), []byte(text))
}

func (p *person) signIn(ctx context.Context) error {
	form := url.Values{"email": {p.who.email}, "password": {p.who.password}, "back": {"/"}}
	_, err := p.do(ctx, "sign-in", http.MethodPost, "/sign-in", strings.NewReader(form.Encode()), map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, http.StatusSeeOther)
	return err
}

func (p *person) send(ctx context.Context, name string, content []byte) error {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("file", name)
	if err != nil {
		return err
	}
	_, _ = part.Write(content)
	if err := w.Close(); err != nil {
		return err
	}
	_, err = p.do(ctx, "upload", http.MethodPost, "/upload/file", &body, map[string]string{"Content-Type": w.FormDataContentType()}, http.StatusCreated)
	return err
}

// documents is the number of documents that can be found.
func (p *person) documents(ctx context.Context) (int, error) {
	body, err := p.get(ctx, "count", "/api/v1/search?limit=1&type=document")
	if err != nil {
		return 0, err
	}
	var answer struct{ Total int }
	return answer.Total, json.Unmarshal(body, &answer)
}

func (p *person) get(ctx context.Context, name, path string) ([]byte, error) {
	return p.do(ctx, name, http.MethodGet, path, nil, nil, http.StatusOK)
}

// do sends a request and notes under a name how long it took, until its last byte, or how it failed. A request that has begun is let
// finish when the play ends.
func (p *person) do(ctx context.Context, name, method, path string, body io.Reader, headers map[string]string, want int) ([]byte, error) {
	req, err := http.NewRequestWithContext(context.WithoutCancel(ctx), method, p.base+path, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept-Language", "nl")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	for k, v := range headers {
		req.Header.Set(k, v)
	}
	start := time.Now()
	res, err := p.client.Do(req)
	if err != nil {
		p.report.fail(name, path, err.Error())
		return nil, err
	}
	defer res.Body.Close()
	content, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != want {
		err = fmt.Errorf("answers %s, not %d", res.Status, want)
	}
	if err != nil {
		p.report.fail(name, path, err.Error())
		return nil, err
	}
	p.report.took(name, time.Since(start))
	return content, nil
}
