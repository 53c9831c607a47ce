package site_test

import (
	"archive/zip"
	"bytes"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/links"
	"github.com/aanpak/aanpak/internal/oidc"
	"github.com/aanpak/aanpak/internal/site"
)

// canary listens inside the machine's own network and counts who comes.
func canary(t *testing.T) (address string, came *atomic.Int64) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	came = new(atomic.Int64)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			came.Add(1)
			_ = c.Close()
		}
	}()
	return l.Addr().String(), came
}

// TestNothingIsFetched gives the program addresses inside its network wherever it takes text or a file: it goes to none. What it does go to
// stands in the operator's settings alone.
func TestNothingIsFetched(t *testing.T) {
	sc := attacked(t)
	address, came := canary(t)
	if err := sc.Links.Set(t.Context(), sc.Admin.Viewer(), links.Settings{On: true}); err != nil { // what posts link to is asked, if it is public
		t.Fatal(err)
	}
	at := "http://" + address + "/latest/meta-data"
	fields := sc.stuffed()
	for name := range fields {
		fields.Set(name, at)
	}
	for _, name := range []string{"url", "image", "photo", "avatar", "callback", "webhook", "redirect_uri", "iss", "issuer", "jku", "x5u", "request_uri", "link", "about", "working_on"} {
		fields.Set(name, at)
	}
	admin := sc.browser(t, sc.Admin)
	for _, b := range []*browser{sc.victim, admin} {
		for _, r := range site.New(site.Options{}).Routes() {
			if path, _ := sc.fill(r.Path); r.Method == http.MethodGet {
				b.do(http.MethodGet, path+"?"+fields.Encode(), nil, http.Header{"X-Forwarded-Host": {address}, "Forwarded": {"host=" + address}})
			} else if r.Path != "/sign-out" && r.Access != httpd.Public {
				b.post(path, fields)
			}
		}
		for _, op := range sc.operations(t) {
			body := sc.body(op)
			for name, v := range body {
				if _, text := v.(string); text {
					body[name] = at
				}
			}
			path, _ := sc.fill(op.path)
			b.sends(op, path, encodedJSON(body), nil)
		}
	}
	for name, content := range fetching(at) {
		sc.Upload(t, sc.Sanne, name, content, libraryMeta())
	}
	sc.Settle(t)
	if n := came.Load(); n != 0 {
		t.Errorf("the program came %d times where somebody sent it", n)
	}
}

// fetching are files that ask their reader to fetch something.
func fetching(at string) map[string][]byte {
	zipped := func(parts ...string) []byte {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		for i := 0; i < len(parts); i += 2 {
			f, _ := w.Create(parts[i])
			_, _ = f.Write([]byte(parts[i+1]))
		}
		_ = w.Close()
		return b.Bytes()
	}
	xml := `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "` + at + `"><!ENTITY % p SYSTEM "` + at + `"> %p;]>`
	return map[string][]byte{
		"pagina.html":  []byte(`<html><head><link rel=stylesheet href="` + at + `"><meta http-equiv=refresh content="0;url=` + at + `"></head><body><img src="` + at + `"><iframe src="` + at + `"></iframe>Tekst</body></html>`),
		"plaat.svg":    []byte(xml + `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><image xlink:href="` + at + `"/><text>&e;</text></svg>`),
		"gegevens.xml": []byte(xml + `<x>&e;</x>`),
		"brief.md":     []byte("![plaat](" + at + ") [link](" + at + ")"),
		"post.eml":     []byte("From: a@b.nl\r\nSubject: x\r\nContent-Type: message/external-body; access-type=URL; URL=\"" + at + "\"\r\n\r\nTekst\r\n"),
		"nota.docx": zipped("[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
			"word/document.xml", xml+`<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>Tekst &e;</w:t></w:r></w:p></w:body></w:document>`,
			"word/_rels/document.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" Target="`+at+`" TargetMode="External"/></Relationships>`),
		"link.url":  []byte("[InternetShortcut]\r\nURL=" + at + "\r\n"),
		"actie.pdf": []byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/URI/URI(" + at + ")>>>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/AA<</O<</S/SubmitForm/F<</FS/URL/F(" + at + ")>>>>>>>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"),
	}
}

// TestProviderIsNotFollowed: where the operator's provider sends the program on to somewhere inside, it does not go.
func TestProviderIsNotFollowed(t *testing.T) {
	address, came := canary(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{Handler: http.RedirectHandler("http://"+address+"/latest/meta-data", http.StatusFound)}
	go func() { _ = srv.Serve(l) }()
	t.Cleanup(func() { _ = srv.Close() })
	p, err := oidc.New(oidc.Settings{Issuer: "http://" + l.Addr().String(), ClientID: "aanpak", ClientSecret: "geheim"})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := p.Begin(t.Context(), "http://127.0.0.1/sign-in/oidc/callback", "/"); err == nil {
		t.Error("a provider that is none is taken")
	}
	if came.Load() != 0 {
		t.Error("the program went where the provider sent it")
	}
}

// TestHostIsNotBelieved: a made-up host in the request leads nobody elsewhere, where the address is set.
func TestHostIsNotBelieved(t *testing.T) {
	cfg := apptest.Config(t, db.SQLite)
	cfg.URL = "https://aanpak.example"
	s := serveApp(t, apptest.NewWith(t, cfg))
	for _, path := range []string{"/", "/sign-in", "/sign-in/oidc", "/manifest.webmanifest"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.base+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = "evil.example"
		req.Header.Set("X-Forwarded-Host", "evil.example")
		b := s.browser(t, nil)
		res, err := b.http.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		var body bytes.Buffer
		_, _ = body.ReadFrom(res.Body)
		_ = res.Body.Close()
		if strings.Contains(body.String(), "evil.example") || strings.Contains(res.Header.Get("Location"), "evil.example") {
			t.Errorf("%s says evil.example", path)
		}
	}
}
