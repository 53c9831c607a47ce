package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/people"
)

func TestMain(m *testing.M) { apptest.Main(m) }

// client talks to the real server over a socket.
type client struct {
	t     *testing.T
	app   *apptest.App
	base  string
	token string
}

func serve(t *testing.T, a *apptest.App) *client {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := a.Web()
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.App.ShutdownWithTimeout(5 * time.Second) })
	return &client{t: t, app: a, base: "http://" + l.Addr().String()}
}

func (c *client) as(u *people.User) *client {
	out := *c
	out.token = ""
	if u != nil {
		out.token = c.app.Token(c.t, u)
	}
	return &out
}

// answer is a response that has been read.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (a answer) json(t *testing.T) (v map[string]any) {
	t.Helper()
	if err := json.Unmarshal(a.body, &v); err != nil {
		t.Fatalf("%d %s: %v", a.status, a.body, err)
	}
	return v
}

func (c *client) do(method, path, contentType string, body io.Reader, header ...string) answer {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.base+path, body)
	if err != nil {
		c.t.Fatal(err)
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, b}
}

func (c *client) get(path string, header ...string) answer {
	c.t.Helper()
	return c.do("GET", path, "", nil, header...)
}

func (c *client) send(method, path, body string) answer {
	c.t.Helper()
	return c.do(method, path, "application/json", strings.NewReader(body))
}

func (c *client) upload(path, name, content string, fields ...string) answer {
	c.t.Helper()
	return c.file(http.MethodPost, path, name, content, fields...)
}

// file sends a form with a file at its end.
func (c *client) file(method, path, name, content string, fields ...string) answer {
	c.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i+1 < len(fields); i += 2 {
		_ = w.WriteField(fields[i], fields[i+1])
	}
	part, _ := w.CreateFormFile("file", name)
	_, _ = io.WriteString(part, content)
	w.Close()
	return c.do(method, path, w.FormDataContentType(), &b)
}

func TestDocumentLifeOverTheAPI(t *testing.T) {
	a := apptest.New(t, db.SQLite)
	c := serve(t, a).as(a.Sanne)
	pdf := string(apptest.PDF("Bladzijde een.", "De bouwlogistiek in de binnenstad."))
	got := c.upload("/api/v1/documents", "PvA Kade.pdf", pdf, "tags", "logistiek,kade", "branch", "zwolle")
	if got.status != 201 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	doc := got.json(t)
	id := doc["id"].(string)
	if got.header.Get("Location") != "/api/v1/documents/"+id || doc["title"] != "PvA Kade" || doc["kind"] != "approach" || doc["audience"] != "company" || doc["version"] != 1.0 {
		t.Errorf("document %v", doc)
	}
	a.Settle(t)
	if again := c.upload("/api/v1/documents", "kopie.pdf", pdf).json(t); len(again["copies"].([]any)) != 1 {
		t.Errorf("an exact copy is not told: %v", again["copies"])
	}
	if doc = c.get("/api/v1/documents/" + id).json(t); doc["status"] != "ready" || doc["pages"] != 2.0 || doc["language"] == nil {
		t.Errorf("document %v", doc)
	}
	if p := c.get("/api/v1/documents/" + id + "/pages/2").json(t); !strings.Contains(p["text"].(string), "bouwlogistiek") || p["page"] != 2.0 {
		t.Errorf("page %v", p)
	}
	a.Settle(t)
	res := c.get("/api/v1/search?q=logistiek&kind=approach&type=document").json(t)
	if res["total"] != 1.0 || !strings.Contains(fmt.Sprint(res["hits"]), "<mark>") {
		t.Errorf("search %v", res)
	}
	if img := c.get("/api/v1/documents/" + id + "/pages/1/image?width=200"); img.status != 200 || !strings.HasPrefix(img.header.Get("Content-Type"), "image/") {
		t.Errorf("image: %d %s", img.status, img.body)
	}
	if f := c.get("/api/v1/documents/"+id+"/file", "Range", "bytes=0-4"); f.status != 206 || string(f.body) != "%PDF-" {
		t.Errorf("file: %d %q", f.status, f.body)
	}
	if p := c.send("PATCH", "/api/v1/documents/"+id, `{"title":"Nieuwe titel","kind":"schedule"}`); p.status != 200 || p.json(t)["title"] != "Nieuwe titel" || p.json(t)["kind"] != "schedule" {
		t.Errorf("patch: %d %s", p.status, p.body)
	}
	if v := c.upload("/api/v1/documents/"+id+"/versions", "PvA2.pdf", string(apptest.PDF("nieuw"))); v.status != 201 || v.json(t)["version"] != 2.0 {
		t.Errorf("version: %d %s", v.status, v.body)
	}
	if d := c.send("DELETE", "/api/v1/documents/"+id, ""); d.status != 204 {
		t.Errorf("delete: %d %s", d.status, d.body)
	}
	if d := c.get("/api/v1/documents/" + id); d.status != 404 {
		t.Errorf("after delete: %d", d.status)
	}
	if r := c.send("POST", "/api/v1/documents/"+id+"/restore", ""); r.status != 200 {
		t.Errorf("restore: %d %s", r.status, r.body)
	}
}

// Every wrong request gets its status and a problem that says what is wrong.
func TestProblems(t *testing.T) {
	a := apptest.New(t, db.SQLite)
	nobody := serve(t, a)
	c := nobody.as(a.Sanne)
	only := "people:" + a.Tom.ID
	hidden := a.Upload(t, a.Tom, "x.txt", []byte("verborgen"), library.Meta{Audience: &only})
	foreign := a.Upload(t, a.Tom, "y.txt", []byte("van een ander"), library.Meta{})
	for name, row := range map[string]struct {
		got    answer
		status int
		field  string
	}{
		"no sign-in":         {nobody.get("/api/v1/me"), 401, ""},
		"wrong token":        {nobody.get("/api/v1/me", "Authorization", "Bearer aanpak_x"), 401, ""},
		"no such route":      {c.get("/api/v1/poems"), 404, ""},
		"not visible":        {c.get("/api/v1/documents/" + hidden.ID), 404, ""},
		"file not visible":   {c.get("/api/v1/documents/" + hidden.ID + "/file"), 404, ""},
		"page not visible":   {c.get("/api/v1/documents/" + hidden.ID + "/pages/1"), 404, ""},
		"image not visible":  {c.get("/api/v1/documents/" + hidden.ID + "/pages/1/image"), 404, ""},
		"visible, not mine":  {c.send("PATCH", "/api/v1/documents/"+foreign.ID, `{"title":"x"}`), 403, ""},
		"delete, not mine":   {c.send("DELETE", "/api/v1/documents/"+foreign.ID, ""), 403, ""},
		"wrong type":         {c.get("/api/v1/search?q=x&limit=many"), 422, "limit"},
		"limit out of range": {c.get("/api/v1/search?q=x&limit=1000"), 422, "limit"},
		"empty title":        {c.upload("/api/v1/documents", "a.txt", "x", "title", " "), 422, "title"},
		"bad kind":           {c.upload("/api/v1/documents", "a.txt", "x", "kind", "poem"), 422, "kind"},
		"bad audience":       {c.upload("/api/v1/documents", "a.txt", "x", "audience", "group:1"), 422, "audience"},
		"bad branch":         {c.upload("/api/v1/documents", "a.txt", "x", "branch", "Nergens"), 422, "branch"},
		"no file":            {c.do("POST", "/api/v1/documents", "multipart/form-data; boundary=x", strings.NewReader("--x--\r\n")), 422, "file"},
		"no form":            {c.send("POST", "/api/v1/documents", "{}"), 422, ""},
		"not JSON":           {c.send("PATCH", "/api/v1/documents/"+foreign.ID, `{`), 400, ""},
		"compressed":         {c.do("POST", "/api/v1/tenders", "application/json", strings.NewReader("x"), "Content-Encoding", "gzip"), 415, ""},
		"body too large":     {c.send("POST", "/api/v1/tenders", `{"title":"`+strings.Repeat("x", 2<<20)+`"}`), 413, ""},
		"tender incomplete":  {c.send("POST", "/api/v1/tenders", `{"title":"x"}`), 422, "reference"},
		"too large":          {c.upload("/api/v1/documents", "a.txt", strings.Repeat("x", 65<<20)), 413, ""},
	} {
		if row.got.status != row.status {
			t.Errorf("%s: status %d, want %d: %.300s", name, row.got.status, row.status, row.got.body)
			continue
		}
		if ct := row.got.header.Get("Content-Type"); ct != "application/problem+json" {
			t.Errorf("%s: content type %q", name, ct)
		}
		p := row.got.json(t)
		for _, k := range []string{"type", "title", "status", "detail", "instance"} {
			if p[k] == nil || p[k] == "" {
				t.Errorf("%s: the problem has no %s: %s", name, k, row.got.body)
			}
		}
		if strings.Contains(string(row.got.body), "error.") {
			t.Errorf("%s: a key without words: %s", name, row.got.body)
		}
		if row.field != "" && !strings.Contains(fmt.Sprint(p["errors"]), row.field) {
			t.Errorf("%s: field %s is not named: %s", name, row.field, row.got.body)
		}
	}
}

func TestTheLanguageOfAProblem(t *testing.T) {
	a := apptest.New(t, db.SQLite)
	c := serve(t, a)
	en := c.get("/api/v1/me", "Accept-Language", "en").json(t)["detail"]
	nl := c.get("/api/v1/me", "Accept-Language", "nl").json(t)["detail"]
	if en == nl || en == "" {
		t.Errorf("english %q, dutch %q", en, nl)
	}
}

// A browser that another site drives cannot change anything.
func TestCrossOriginIsRefused(t *testing.T) {
	a := apptest.New(t, db.SQLite)
	c := serve(t, a)
	secret, _, err := a.People.SignIn(t.Context(), a.Sanne.Email, apptest.Password, people.Client{})
	if err != nil {
		t.Fatal(err)
	}
	cookie := "aanpak_session=" + secret
	for name, row := range map[string]struct {
		header []string
		status int
	}{
		"same origin":            {[]string{"Sec-Fetch-Site", "same-origin"}, 422},
		"typed by the person":    {[]string{"Sec-Fetch-Site", "none"}, 422},
		"another site":           {[]string{"Sec-Fetch-Site", "cross-site"}, 403},
		"a sister":               {[]string{"Sec-Fetch-Site", "same-site"}, 403},
		"old browser, ours":      {[]string{"Origin", c.base}, 422},
		"old browser, theirs":    {[]string{"Origin", "https://evil.example"}, 403},
		"old browser, no origin": {[]string{"Origin", "null"}, 403},
	} {
		got := c.do("POST", "/api/v1/tenders", "application/json", strings.NewReader(`{}`), append(row.header, "Cookie", cookie)...)
		if got.status != row.status {
			t.Errorf("%s: %d, want %d: %s", name, got.status, row.status, got.body)
		}
	}
}

// The description is made from the code: a change of it is a change of what others build on, and must be seen.
func TestOpenAPIIsGolden(t *testing.T) {
	a := apptest.New(t, db.SQLite)
	got := serve(t, a).get("/api/openapi.json")
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, got.body, "", " "); err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/openapi.json"
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(golden, pretty.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), pretty.String()); d != "" {
		t.Errorf("the API changed (run with UPDATE_GOLDEN=1 where that is meant):\n%s", d)
	}
	doc := got.json(t)
	if doc["openapi"] != "3.1.0" && doc["openapi"] != "3.1.1" {
		t.Errorf("version %v", doc["openapi"])
	}
	if page := serve(t, a).get("/api/docs"); page.status != 200 || !bytes.Contains(page.body, []byte("/api/v1/documents")) {
		t.Errorf("docs: %d", page.status)
	}
}

// A connection that drops half-way leaves nothing behind, and the server goes on.
func TestDroppedUpload(t *testing.T) {
	a := apptest.New(t, db.SQLite)
	c := serve(t, a).as(a.Sanne)
	conn, err := net.Dial("tcp", strings.TrimPrefix(c.base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(conn, "POST /api/v1/documents HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000000\r\n\r\n", c.token)
	fmt.Fprint(conn, "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"half.txt\"\r\n\r\n"+strings.Repeat("half ", 20_000))
	conn.Close()
	if got := c.upload("/api/v1/documents", "heel.txt", "hele tekst"); got.status != 201 {
		t.Errorf("the next upload: %d %s", got.status, got.body)
	}
	a.Settle(t)
	if list := c.get("/api/v1/documents").json(t)["items"].([]any); len(list) != 1 {
		t.Errorf("%d documents listed, want the whole one alone", len(list))
	}
}

// What a refused upload still sends is never taken for a request of its own.
func TestRestOfARefusedUploadIsNoRequest(t *testing.T) {
	a := apptest.New(t, db.SQLite)
	c := serve(t, a)
	conn, err := net.Dial("tcp", strings.TrimPrefix(c.base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	hidden := "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
	body := "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n" + hidden + "\r\n--b--\r\n"
	fmt.Fprintf(conn, "POST /api/v1/documents HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	_ = conn.SetReadDeadline(time.Now().Add(20 * time.Second))
	all, err := io.ReadAll(conn) // ends only when the server closes
	if err != nil || strings.Count(string(all), "HTTP/1.1 ") != 1 || !strings.HasPrefix(string(all), "HTTP/1.1 401 ") {
		t.Errorf("err %v, answers: %s", err, all)
	}
}

// What a fuzzer found: the byte 0 in a parameter or a field ended as an internal error.
func TestZeroBytes(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		c := serve(t, a).as(a.Sanne)
		d := a.Upload(t, a.Sanne, "plan.txt", []byte("een plan"), library.Meta{})
		for name, got := range map[string]answer{
			"branch of a list": c.get("/api/v1/users?branch=Zw%00olle"),
			"cursor":           c.get("/api/v1/users?after=%00"),
			"part of a name":   c.get("/api/v1/users?q=%00"),
			"filter":           c.get("/api/v1/documents?outcome=%00&tag=x%00&client=%00&language=%00"),
			"tenders":          c.get("/api/v1/tenders?q=%00&client=%00&outcome=%00"),
			"question":         c.get("/api/v1/search?q=plan%00"),
			"id":               c.get("/api/v1/documents/%00"),
			"field":            c.send("PATCH", "/api/v1/documents/"+d.ID, `{"title":"plan\u0000","branch":"Zwolle\u0000","tags":["\u0000"]}`),
			"audience":         c.send("PATCH", "/api/v1/documents/"+d.ID, `{"audience":"people:\u0000"}`),
			"new tender":       c.send("POST", "/api/v1/tenders", `{"title":"x\u0000","reference":"\u0000y","client":"\u0000"}`),
			"field of a form":  c.upload("/api/v1/documents", "a.txt", "x", "title", "x\x00y", "branch", "\x00"),
			"half a character": c.send("PATCH", "/api/v1/documents/"+d.ID, `{"title":"\ud800 alleen"}`),
		} {
			if got.status >= 500 {
				t.Errorf("%s: %d %s", name, got.status, got.body)
			}
		}
	})
}

// TestFieldsAfterTheFile count: whom a document is for must not hang on the order in which a client writes its form.
func TestFieldsAfterTheFile(t *testing.T) {
	a := apptest.New(t, db.SQLite)
	c := serve(t, a).as(a.Sanne)
	send := func(parts ...string) answer {
		t.Helper()
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		for i := 0; i < len(parts); i += 2 {
			if parts[i] != "file" {
				_ = w.WriteField(parts[i], parts[i+1])
				continue
			}
			part, _ := w.CreateFormFile("file", "plan.txt")
			_, _ = io.WriteString(part, parts[i+1])
		}
		w.Close()
		return c.do(http.MethodPost, "/api/v1/documents", w.FormDataContentType(), &b)
	}
	only := "people:" + a.Tom.ID
	if got := send("title", "Eerst", "file", "geheim", "audience", only, "title", "Later"); got.status != 201 || got.json(t)["audience"] != only || got.json(t)["title"] != "Later" {
		t.Errorf("%d %s", got.status, got.body)
	}
	for what, got := range map[string]answer{"an audience that there is not": send("file", "x", "audience", "group:x"), "two files": send("file", "x", "file", "y")} {
		if got.status != 422 {
			t.Errorf("%s: %d %s", what, got.status, got.body)
		}
	}
	a.Settle(t)
	if list := c.get("/api/v1/documents").json(t)["items"].([]any); len(list) != 1 {
		t.Errorf("%d documents, want the one that was taken", len(list))
	}
}
