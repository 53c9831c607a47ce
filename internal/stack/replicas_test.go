package stack_test

import (
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/oidc/oidctest"
)

// TestReplicas runs the set once and treats it as it is treated in life.
func TestReplicas(t *testing.T) {
	s := begin(t)
	for _, step := range []struct {
		name string
		run  func(*testing.T, *stack)
	}{
		{"a session holds on every replica", sessions},
		{"what one reads all find", uploads},
		{"synonyms count everywhere", synonyms},
		{"ways of signing in change everywhere", waysIn},
		{"a rolling restart fails nobody", rolling},
		{"a killed replica loses nothing", killed},
		{"wrong passwords count together", throttle}, // last: it keeps this address from signing in
	} {
		t.Run(step.name, func(t *testing.T) {
			one := *s
			one.t = t
			step.run(t, &one)
			s.replicas = one.replicas
		})
	}
}

// browser keeps cookies and follows nothing.
func browser() *http.Client {
	jar, _ := cookiejar.New(nil)
	return &http.Client{Jar: jar, Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// status is what an address answers to a browser; POST where there is a form.
func status(t *testing.T, c *http.Client, address string, form url.Values) int {
	t.Helper()
	var res *http.Response
	var err error
	if form == nil {
		res, err = c.Get(address)
	} else {
		res, err = c.PostForm(address, form)
	}
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	return res.StatusCode
}

// Cookies belong to a host, not to a port: so one browser asks both replicas.
func sessions(t *testing.T, s *stack) {
	c := browser()
	form := url.Values{"email": {"ada@voorbeeld.nl"}, "password": {password}, "back": {"/"}}
	if got := status(t, c, s.replica(1)+"/sign-in", form); got != http.StatusSeeOther {
		t.Fatalf("sign-in answers %d", got)
	}
	for _, base := range []string{s.replica(1), s.replica(2), s.caddy()} {
		if got := status(t, c, base+"/library", nil); got != http.StatusOK {
			t.Errorf("%s answers %d to somebody who is signed in", base, got)
		}
	}
	if got := status(t, c, s.replica(2)+"/settings/sessions/revoke-others", url.Values{}); got != http.StatusSeeOther {
		t.Errorf("revoking the others answers %d", got)
	}
	other := browser()
	if got := status(t, other, s.replica(1)+"/sign-in", form); got != http.StatusSeeOther {
		t.Fatalf("sign-in answers %d", got)
	}
	if got := status(t, other, s.replica(1)+"/settings/sessions/revoke-others", url.Values{}); got != http.StatusSeeOther {
		t.Fatalf("revoking the others answers %d", got)
	}
	if got := status(t, c, s.replica(2)+"/library", nil); got != http.StatusSeeOther {
		t.Errorf("the other replica answers %d to a session that was ended", got)
	}
}

func throttle(t *testing.T, s *stack) {
	form := url.Values{"email": {"bea@voorbeeld.nl"}, "password": {"verkeerd wachtwoord"}, "back": {"/"}}
	for try := range 30 {
		if status(t, browser(), s.replica(1+try%2)+"/sign-in", form) == http.StatusTooManyRequests {
			if got := status(t, browser(), s.replica(1+(try+1)%2)+"/sign-in", form); got != http.StatusTooManyRequests {
				t.Errorf("refused by one replica, the other answers %d", got)
			}
			return
		}
	}
	t.Error("thirty wrong passwords, and no refusal")
}

func uploads(t *testing.T, s *stack) {
	if _, err := s.upload(s.caddy(), "plan.txt", "De fasering van de kademuur in Zwolle."); err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 2; n++ {
		s.until("both find the document", func() (bool, error) {
			got, err := s.found(s.replica(n), "kademuur")
			return got == 1, err
		})
	}
}

func synonyms(t *testing.T, s *stack) {
	c := browser()
	if got := status(t, c, s.replica(1)+"/sign-in", url.Values{"email": {"ada@voorbeeld.nl"}, "password": {password}, "back": {"/"}}); got != http.StatusSeeOther {
		t.Fatalf("sign-in answers %d", got)
	}
	if got := status(t, c, s.replica(1)+"/admin/synonyms", url.Values{"terms": {"kademuur, walbeschoeiing"}}); got != http.StatusSeeOther {
		t.Fatalf("adding synonyms answers %d", got)
	}
	for n := 1; n <= 2; n++ {
		s.until("the synonym counts on both", func() (bool, error) {
			got, err := s.found(s.replica(n), "walbeschoeiing")
			return got == 1, err
		})
	}
}

// An administrator names a provider at one replica, and turns it off at the other: each time it counts at both with the very next request.
func waysIn(t *testing.T, s *stack) {
	p, c := oidctest.Start(t), browser()
	if got := status(t, c, s.replica(1)+"/sign-in", url.Values{"email": {"ada@voorbeeld.nl"}, "password": {password}, "back": {"/"}}); got != http.StatusSeeOther {
		t.Fatalf("sign-in answers %d", got)
	}
	offered := func(want int) {
		t.Helper()
		for n := 1; n <= 2; n++ {
			if got := status(t, browser(), s.replica(n)+"/sign-in/oidc", nil); got != want {
				t.Errorf("replica %d answers %d, want %d", n, got, want)
			}
		}
	}
	offered(http.StatusNotFound)
	form := url.Values{"do": {"save"}, "issuer": {p.Issuer}, "client_id": {oidctest.ClientID}, "client_secret": {oidctest.ClientSecret}, "rules": {"* = branch Zwolle"}}
	if got := status(t, c, s.replica(1)+"/admin/sign-in/oidc", form); got != http.StatusSeeOther {
		t.Fatalf("saving answers %d", got)
	}
	offered(http.StatusSeeOther)
	if got := status(t, c, s.replica(2)+"/admin/sign-in/oidc/off", url.Values{}); got != http.StatusSeeOther {
		t.Fatalf("turning off answers %d", got)
	}
	offered(http.StatusNotFound)
}

// work keeps asking and uploading through Caddy until told to stop.
type work struct {
	stop     atomic.Bool
	requests atomic.Int64
	mu       sync.Mutex
	failures []string
	accepted []string
	wg       sync.WaitGroup
}

func (s *stack) work(people int) *work {
	w := &work{}
	for n := range people {
		w.wg.Go(func() {
			for i := 0; !w.stop.Load(); i++ {
				w.note(s.one(n, i))
			}
		})
	}
	return w
}

// one is a search, a list or an upload.
func (s *stack) one(person, i int) (id string, err error) {
	switch i % 4 {
	case 0:
		return s.upload(s.caddy(), fmt.Sprintf("%d-%d.txt", person, i), fmt.Sprintf("Werkplan nummer %d van schrijver %d.", i, person))
	case 1:
		return "", s.get(s.caddy()+"/api/v1/documents?limit=5", nil)
	}
	_, err = s.found(s.caddy(), "werkplan")
	return "", err
}

func (w *work) note(id string, err error) {
	w.requests.Add(1)
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil {
		w.failures = append(w.failures, err.Error())
	}
	if id != "" {
		w.accepted = append(w.accepted, id)
	}
}

func (w *work) end() { w.stop.Store(true); w.wg.Wait() }

// settled waits until every accepted document is ready and found.
func (s *stack) settled(w *work) {
	s.t.Helper()
	for _, id := range w.accepted {
		s.until("document "+id+" is ready", func() (bool, error) {
			var d struct{ Status string }
			err := s.get(s.caddy()+"/api/v1/documents/"+id, &d)
			return d.Status == "ready", err
		})
	}
	s.until("every document is found", func() (bool, error) {
		got, err := s.found(s.caddy(), "werkplan")
		return got >= len(w.accepted), err
	})
}

func rolling(t *testing.T, s *stack) {
	w := s.work(8)
	for n := 1; n <= 2; n++ {
		time.Sleep(2 * time.Second)
		s.kill(n, syscall.SIGTERM)
		s.restart(n)
		time.Sleep(3 * time.Second) // the proxy finds it again
	}
	w.end()
	t.Logf("%d requests, %d documents accepted, %d failures", w.requests.Load(), len(w.accepted), len(w.failures))
	if len(w.failures) > 0 {
		t.Errorf("%d requests failed, for example %s", len(w.failures), w.failures[0])
	}
	s.settled(w)
}

func killed(t *testing.T, s *stack) {
	w := s.work(4)
	time.Sleep(2 * time.Second)
	s.kill(1, syscall.SIGKILL)
	time.Sleep(3 * time.Second)
	w.end()
	t.Logf("%d requests, %d documents accepted, %d failures when one was killed", w.requests.Load(), len(w.accepted), len(w.failures))
	s.settled(w)
	s.restart(1)
}
