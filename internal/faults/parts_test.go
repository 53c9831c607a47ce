package faults_test

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/aanpak/aanpak/internal/testenv"
)

const (
	ok   = http.StatusOK
	away = http.StatusServiceUnavailable
)

// page is a page that somebody opens who reads Dutch, english one who reads English.
func page(path string, status int, says string) ask {
	return ask{"page " + path, func(w *world) answer { return w.ada.get(path) }, status, says}
}

func english(path string, status int, says string) ask {
	return ask{"page " + path + " in English", func(w *world) answer { return w.bea.get(path) }, status, says}
}

// of is about the document.
func of(path string, status int, says string) ask {
	return ask{"page /documents/ID" + path, func(w *world) answer { return w.ada.get(w.document() + path) }, status, says}
}

func api(path string, status int, says string) ask {
	return ask{"API " + path, func(w *world) answer {
		return w.api().get("/api/v1" + strings.Replace(path, "ID", w.doc, 1))
	}, status, says}
}

func anybody(path string, status int, says string) ask {
	return ask{path + ", signed in or not", func(w *world) answer { return w.anybody().get(path) }, status, says}
}

func upload(status int, says string) ask {
	return ask{"API uploads", func(w *world) answer {
		return w.api().upload(w.t.Context(), "intussen.txt", strings.NewReader("Intussen opgestuurd."))
	}, status, says}
}

// uploadForm sends a file without scripts. The page that comes back names it.
func uploadForm(status int, says string) ask {
	return ask{"page uploads", func(w *world) answer {
		return w.ada.upload(w.t.Context(), "formulier.txt", strings.NewReader("Met een formulier opgestuurd."))
	}, status, says}
}

func post(path string, form url.Values, status int, says string) ask {
	return ask{"form " + path, func(w *world) answer { return w.ada.post(path, form) }, status, says}
}

var tender = url.Values{"title": {"Molenwijk fase 2"}, "client": {`De "Linde"`}, "year": {"2026"}}

// The parts, with what works without each and what does not.
var parts = []part{
	{
		name: "search", link: func(h *home) *testenv.Link { return h.search }, downAtStart: startsWithout,
		works: []ask{
			page("/", ok, "start"), page("/library", ok, "start"), page("/tenders", ok, ""), page("/people", ok, "Ada"), page("/admin/processing", ok, ""),
			of("", ok, "kademuur"), of("?q=kademuur", ok, "<mark>kademuur</mark>"),
			of("/file", ok, "Een kademuur"), of("/pages/1/image?width=320", ok, "PNG"),
			api("/documents/ID", ok, "start.txt"), api("/documents/ID/file", ok, "Een kademuur"),
			upload(http.StatusCreated, "intussen.txt"), uploadForm(http.StatusSeeOther, ""),
		},
		says: []ask{
			page("/search/quick?q=kademuur", ok, "Zoeken lukt nu even niet"), english("/search/quick?q=kademuur", ok, "Searching does not work right now"),
			page("/admin/system", ok, "AANPAK_SEARCH_URL"),
		},
		fails: []ask{
			api("/search?q=kademuur", away, "Zoeken lukt nu even niet"),
			page("/search?q=kademuur", away, "Zoeken lukt nu even niet"), english("/search?q=kademuur", away, "Searching does not work right now"),
		},
	},
	{
		name: "files", link: func(h *home) *testenv.Link { return h.files }, downAtStart: startsWithout,
		works: []ask{
			page("/", ok, "start"), page("/library", ok, "start"), page("/search?q=kademuur", ok, "<mark>kademuur</mark>"), page("/search/quick?q=kademuur", ok, "start"),
			of("", ok, "kademuur"), of("?q=kademuur", ok, "<mark>kademuur</mark>"),
			api("/search?q=kademuur", ok, "<mark>kademuur</mark>"), api("/documents/ID/pages/1", ok, "kademuur"),
		},
		says: []ask{page("/admin/system", ok, "AANPAK_BLOB_URL")},
		fails: []ask{
			api("/documents/ID/file", away, "De opslag van bestanden is even niet te bereiken"),
			of("/file", away, "De opslag van bestanden is even niet te bereiken"),
			{"page in English", func(w *world) answer { return w.bea.get(w.document() + "/file") }, away, "The file storage cannot be reached right now"},
			upload(away, "De opslag van bestanden is even niet te bereiken"),
			uploadForm(away, "formulier.txt"),
		},
	},
	{
		name: "database", link: func(h *home) *testenv.Link { return h.database }, downAtStart: needsAtStart,
		works: []ask{anybody("/healthz", ok, "ok"), anybody("/offline", ok, "Geen verbinding"), anybody("/manifest.webmanifest", ok, "Aanpak")},
		fails: []ask{
			api("/documents/ID", away, "De database is even niet te bereiken"),
			page("/library", away, "De database is even niet te bereiken"), page("/search?q=kademuur", away, "De database is even niet te bereiken"),
			post("/tenders", tender, away, `value="De &#34;Linde&#34;`), post("/sign-in", url.Values{"email": {"a@b.nl"}, "password": {"geheim woord"}}, away, "De database"),
			upload(away, "De database is even niet te bereiken"), anybody("/readyz", away, `"database":"unavailable"`),
		},
	},
}

// startsWithout starts the program while the part is away: all else works at once, and all works when the part is there.
func startsWithout(w *world) {
	w.link.Cut()
	w.up()
	if got := w.anybody().get("/readyz"); got.status != away || !strings.Contains(got.body, `"`+w.part.name+`":"unavailable"`) {
		w.t.Errorf("/readyz: %d %s", got.status, got.body)
	}
	if !strings.Contains(w.program.said(), "everything else works") {
		w.t.Errorf("the log does not say that %s is away: %s", w.part.name, w.program.said())
	}
	w.wantOne(page("/library", ok, ""))
	early := w.api().upload(w.t.Context(), "vroeg.txt", strings.NewReader("Een vroege damwand."))
	w.link.Mend()
	w.doc = w.well("start")
	if id := early.id(); id != "" {
		w.api().ready(id, "damwand")
	} else if w.part.name == "search" {
		w.t.Errorf("uploading while search is away: %d %s", early.status, early.body)
	}
}

// needsAtStart wants the program to end with a sentence that says what to do, and to start when the part is there.
func needsAtStart(w *world) {
	w.link.Cut()
	for _, command := range [][]string{{"serve"}, {"doctor"}} {
		code, said := w.run(command...).finish(w.t)
		if code != 1 || !strings.Contains(said, "PostgreSQL does not answer: check that it runs and that AANPAK_DATABASE_URL names it") {
			w.t.Errorf("%v: exit %d: %s", command, code, said)
		}
	}
	w.link.Mend()
	w.up()
	w.doc = w.well("start")
}

// signIn signs both people in.
func (w *world) signIn() {
	w.t.Helper()
	w.ada, w.bea = w.browser(w.program.base, "ada@voorbeeld.nl"), w.browser(w.program.base, "bea@voorbeeld.nl")
}
