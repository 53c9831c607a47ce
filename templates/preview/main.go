// Command preview serves every page with made-up content, so that a change of the interface can be seen in every
// state without a library behind it: go run ./templates/preview, then open the address it prints. The language and
// the theme are query parameters: ?lang=en&theme=dark. The test of this package renders the same pages and checks them.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"log"
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/web"
)

// policy is what the site sends, so that a preview breaks where the site would.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; " +
	"connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func main() {
	addr := flag.String("addr", "127.0.0.1:8099", "address to listen on")
	flag.Parse()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /assets/", asset)
	mux.HandleFunc("GET /sw.js", http.NotFound)
	mux.HandleFunc("GET /page/{n}", picture)
	mux.HandleFunc("GET /sample.pdf", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, flag.Arg(0)) })
	mux.HandleFunc("GET /marks/{n}", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"marks":[{"x":0.3,"y":0.2,"w":0.12,"h":0.016},{"x":0.16,"y":0.46,"w":0.2,"h":0.016}]}`)
	})
	mux.HandleFunc("GET /{name...}", show)
	fmt.Printf("http://%s\n", *addr)
	server := &http.Server{Addr: *addr, Handler: mux, ReadHeaderTimeout: time.Second}
	log.Fatal(server.ListenAndServe())
}

func asset(w http.ResponseWriter, r *http.Request) {
	f, ok := web.Open(strings.TrimPrefix(r.URL.Path, web.Prefix))
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", f.Type)
	_, _ = w.Write(f.Body)
}

func show(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	l := localizer(r.FormValue("lang"))
	for _, p := range pages(l, r.FormValue("theme")) {
		if p.Name == name {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("Content-Security-Policy", policy)
			body, err := render(l, p.Component)
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			_, _ = w.Write(body)
			return
		}
	}
	index(w)
}

func index(w http.ResponseWriter) {
	for _, p := range pages(localizer("nl"), "") {
		fmt.Fprintf(w, "<p><a href=/%s>%s</a>", p.Name, p.Name)
	}
}

func localizer(lang string) *i18n.Localizer {
	return i18n.For(lang).At(func() time.Time { return now }, time.UTC)
}

func render(l *i18n.Localizer, c templ.Component) ([]byte, error) {
	var b bytes.Buffer
	err := c.Render(i18n.With(ctx, l), &b)
	return b.Bytes(), err
}
