package faults_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/app"
	"github.com/aanpak/aanpak/internal/search/meili/meilitest"
)

// A rebuild that is killed leaves the index in use as it was, whole and searchable; the next one goes through, and what was accepted
// meanwhile is in it.
func TestKilledRebuild(t *testing.T) {
	for name, fresh := range map[string]func(*testing.T) *home{"embedded": embedded, "served": served} {
		t.Run(name, func(t *testing.T) {
			h := fresh(t)
			if name == "served" {
				meilitest.Need(t)
			}
			h.populate()
			p := h.serve()
			c := h.client(p.base)
			for i := range 30 {
				f := textOf(0, i, "xx")
				if c.upload(t.Context(), f.name, strings.NewReader(f.content())).id() == "" {
					t.Fatal("not accepted")
				}
			}
			w := &world{home: h, t: t, program: p}
			w.doc = w.well("heiwerk")
			p.kill()

			killInRebuild(t, h)
			p = h.serve()
			w.program = p
			w.api().ready(w.doc, "heiwerk")
			w.doc = w.well("damwand")
			if code, said := h.run("reindex").finish(t); code != 0 || !strings.Contains(said, "things indexed") && !strings.Contains(said, "done") {
				t.Errorf("reindex: exit %d: %s", code, said)
			}
			w.well("sluiswand")
			p.kill()
			compare(t, h.open(app.Parts{Search: true}))
		})
	}
}

// killInRebuild begins a rebuild in a process of its own, again and again, until one is killed between its first word of how far it is
// and its last.
func killInRebuild(t *testing.T, h *home) {
	t.Helper()
	a, err := app.New(t.Context(), h.config(), quiet(), app.Parts{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	running := func() bool {
		_, on, err := a.Indexer.Rebuilding(t.Context())
		return err == nil && on
	}
	until(t, "a rebuild is killed in the middle", func() bool {
		p := h.run("reindex")
		for ended := false; !ended && !running(); {
			select {
			case <-p.done:
				ended = true
			default:
			}
		}
		p.kill()
		return running() // it could not say that it was over
	})
}

// What a process that only answers has accepted is read by one that only works.
func TestWorkerAlone(t *testing.T) {
	meilitest.Need(t)
	h := served(t)
	h.populate()
	web := h.serve("--role", "web")
	w := &world{home: h, t: t, program: web}
	id := w.api().upload(t.Context(), "plan.txt", strings.NewReader("Een kademuur.")).id()
	if id == "" {
		t.Fatal("not accepted")
	}
	if got := w.api().get("/api/v1/documents/" + id); !strings.Contains(got.body, `"status":"received"`) {
		t.Errorf("with nobody to read it: %s", got.body)
	}
	h.serve("--role", "worker")
	w.api().ready(id, "kademuur")
}

// The embedded data belongs to one process, and says so.
func TestSecondProcess(t *testing.T) {
	h := embedded(t)
	h.populate()
	p := h.serve()
	for args, says := range map[string]string{
		"serve":               "the search index is in use by another process: stop it first",
		"serve --role worker": "the embedded data belongs to one process",
		"serve --role web":    "the embedded data belongs to one process",
	} {
		if code, said := h.run(strings.Fields(args)...).finish(t); code == 0 || !strings.Contains(said, says) {
			t.Errorf("%s beside a server: exit %d: %s", args, code, said)
		}
	}
	if got := h.client(p.base).get("/readyz"); got.status != http.StatusOK {
		t.Errorf("the first one: %d %s", got.status, got.body)
	}
}

// doctor tries the store of files as documents need it.
func TestDoctorTriesTheStore(t *testing.T) {
	h := served(t)
	h.populate()
	if code, said := h.run("doctor").finish(t); code != 0 || !strings.Contains(said, "ok    files") {
		t.Errorf("exit %d: %s", code, said)
	}
	address := h.env["AANPAK_BLOB_URL"]
	h.env["AANPAK_BLOB_URL"] = strings.Replace(address, ":testsecret1@", ":wrongsecret@", 1)
	if code, said := h.run("doctor").finish(t); code != 1 || !strings.Contains(said, "FAIL") || !strings.Contains(said, "AANPAK_BLOB_URL") || strings.Contains(said, "wrongsecret") {
		t.Errorf("a wrong secret: exit %d: %s", code, said)
	}
	h.env["AANPAK_BLOB_URL"] = address
	h.files.Cut()
	if code, said := h.run("doctor").finish(t); code != 1 || !strings.Contains(said, "FAIL  files: ") || !strings.Contains(said, "check AANPAK_BLOB_URL") {
		t.Errorf("a store that is away: exit %d: %s", code, said)
	}
}
