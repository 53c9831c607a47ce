package faults_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/search/meili/meilitest"
	"github.com/aanpak/aanpak/internal/testenv"
)

// TestFaults takes each part away in every way there is, while people go on.
func TestFaults(t *testing.T) {
	for _, p := range parts {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel() // mostly waiting
			if p.name == "search" {
				meilitest.Need(t)
			}
			w := &world{home: served(t), t: t, part: p}
			w.link = p.link(w.home)
			w.populate()
			for _, fault := range []struct {
				name string
				run  func(*world)
			}{
				{"down at start", p.downAtStart},
				{"lost while nobody asks", lost},
				{"lost in the middle of a request", lostInTheMiddle},
				{"slow by five seconds", slow},
				{"never answers", neverAnswers},
			} {
				t.Run(fault.name, func(t *testing.T) {
					w.t = t
					fault.run(w)
				})
			}
		})
	}
}

// world is a program on its home, with a document in it, and the part that is treated badly.
type world struct {
	*home
	t       *testing.T
	part    part
	link    *testenv.Link
	program *program
	doc     string

	ada, bea *client // browsers of somebody who reads Dutch, and of one who reads English
}

// part is something that the program needs.
type part struct {
	name        string
	link        func(*home) *testenv.Link
	downAtStart func(*world)
	works       []ask // answered as ever while the part is away
	says        []ask // answered with a word about it
	fails       []ask // not answered, and why is said
}

// ask is what somebody asks.
type ask struct {
	name   string
	of     func(*world) answer
	status int
	says   string // somewhere in the answer
}

func (w *world) api() *client     { c := w.client(w.program.base); c.t = w.t; return c }
func (w *world) anybody() *client { c := w.api(); c.token = ""; return c }
func (w *world) document() string { return "/documents/" + w.doc }
func (w *world) want(list []ask) {
	w.t.Helper()
	for _, a := range list {
		w.wantOne(a)
	}
}

// wantOne asks, and wants the answer to be what it should be. One that is no answer says when to ask again, and to scripts in a problem.
func (w *world) wantOne(a ask) {
	w.t.Helper()
	w.check(a, a.of(w))
}

func (w *world) check(a ask, got answer) {
	w.t.Helper()
	if got.status != a.status || !strings.Contains(got.body, a.says) {
		w.t.Errorf("%s: status %d, want %d with %q: %.1500s", a.name, got.status, a.status, a.says, got.body)
		return
	}
	if a.status != http.StatusServiceUnavailable || strings.Contains(a.name, "readyz") {
		return
	}
	if got.header.Get("Retry-After") == "" {
		w.t.Errorf("%s: nothing says when to try again", a.name)
	}
	if strings.HasPrefix(a.name, "API") && got.header.Get("Content-Type") != "application/problem+json" {
		w.t.Errorf("%s: %s", a.name, got.header.Get("Content-Type"))
	}
}

// up starts the program.
func (w *world) up() {
	w.t.Helper()
	w.program = w.serve()
	w.signIn()
}

// well wants everything to work, without a restart: what is uploaded now is read and found.
func (w *world) well(name string) string {
	w.t.Helper()
	var id string
	until(w.t, "uploading works", func() bool {
		id = w.api().upload(w.t.Context(), name+".txt", strings.NewReader("Een kademuur met het woord "+name+".")).id()
		return id != ""
	})
	w.api().ready(id, name)
	until(w.t, "every service answers", func() bool { return w.anybody().get("/readyz").status == http.StatusOK })
	return id
}

// count is how many documents are listed.
func (w *world) count() int {
	w.t.Helper()
	a := w.api().get("/api/v1/documents?limit=200")
	if a.status != http.StatusOK {
		w.t.Fatalf("the list: %d %s", a.status, a.body)
	}
	return strings.Count(a.body, `"sha256"`)
}

// lost takes the part away, looks at all that people may ask, and gives it back.
func lost(w *world) {
	before := w.count()
	w.link.Cut()
	w.want(w.part.works)
	w.want(w.part.says)
	w.want(w.part.fails)
	w.link.Mend()
	w.well("kerend")
	w.noneHalfway(before)
}

// lostInTheMiddle takes the part away while it is being asked.
func lostInTheMiddle(w *world) {
	before := w.count()
	for _, a := range w.part.fails {
		w.link.Hold()
		got := make(chan answer, 1)
		go func() { got <- a.of(w) }()
		w.link.Held()
		time.Sleep(100 * time.Millisecond) // what was held first may have been somebody else's
		w.link.Cut()
		w.check(a, <-got)
		w.link.Mend()
		until(w.t, "every service answers", func() bool { return w.anybody().get("/readyz").status == http.StatusOK })
	}
	w.well("midden")
	w.noneHalfway(before)
}

// slow lets the part answer five seconds late: who needs it waits, and all others go on meanwhile.
func slow(w *world) {
	a := w.part.fails[0]
	w.link.Hold()
	got := make(chan answer, 1)
	go func() { got <- a.of(w) }()
	end := time.After(5 * time.Second)
	w.want(w.part.works)
	<-end
	if len(got) > 0 {
		w.t.Errorf("%s was answered without %s", a.name, w.part.name)
	}
	w.link.Release()
	if late := <-got; late.status != http.StatusOK {
		w.t.Errorf("%s: status %d, five seconds late: %.500s", a.name, late.status, late.body)
	}
	w.well("laat")
}

// neverAnswers holds the part until everybody has given up waiting for it.
func neverAnswers(w *world) {
	w.link.Hold()
	type one struct {
		ask
		answer
	}
	got := make(chan one)
	for _, a := range w.part.fails {
		go func() { got <- one{a, a.of(w)} }()
	}
	for range w.part.fails {
		o := <-got
		w.check(o.ask, o.answer)
	}
	w.want(w.part.works)
	w.want(w.part.says)
	w.link.Release()
	w.well("nooit")
}

// noneHalfway wants no document but those that were acknowledged since: each look at a fault uploads what is named in it.
func (w *world) noneHalfway(before int) {
	w.t.Helper()
	want := before + 1
	for _, a := range w.part.works {
		if strings.Contains(a.name, "uploads") {
			want++
		}
	}
	if got := w.count(); got > want {
		w.t.Errorf("%d documents are listed, %d were acknowledged", got, want)
	}
}
