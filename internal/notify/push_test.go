package notify_test

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/notify"
	"github.com/aanpak/aanpak/internal/people"
)

// phone is a browser with a push service of its own.
type phone struct {
	key    *ecdh.PrivateKey
	secret []byte
	got    chan []byte
	status atomic.Int32 // that it answers with
	server *httptest.Server
}

func newPhone(t *testing.T, a *apptest.App) *phone {
	t.Helper()
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	must(t, err)
	p := &phone{key: key, secret: make([]byte, 16), got: make(chan []byte, 10)}
	p.status.Store(http.StatusCreated)
	_, _ = rand.Read(p.secret)
	p.server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if !strings.HasPrefix(r.Header.Get("Authorization"), "vapid t=") || r.Header.Get("Content-Encoding") != "aes128gcm" {
			t.Errorf("header %v", r.Header)
		}
		p.got <- body
		w.WriteHeader(int(p.status.Load()))
	}))
	t.Cleanup(p.server.Close)
	u, err := url.Parse(p.server.URL)
	must(t, err)
	a.Notify.UsePushService(p.server.Client(), u.Host)
	return p
}

func (p *phone) subscription(endpoint string) (n notify.Subscription) {
	n.Endpoint = endpoint
	n.Keys.P256dh = base64.RawURLEncoding.EncodeToString(p.key.PublicKey().Bytes())
	n.Keys.Auth = base64.RawURLEncoding.EncodeToString(p.secret)
	return n
}

// open reads a message as RFC 8291 and 8188 have it.
func (p *phone) open(t *testing.T, body []byte) []byte {
	t.Helper()
	salt, size, idlen := body[:16], binary.BigEndian.Uint32(body[16:20]), int(body[20])
	sender, sealed := body[21:21+idlen], body[21+idlen:]
	if int(size) < len(sealed) {
		t.Fatalf("a record of %d bytes in records of %d", len(sealed), size)
	}
	public, err := ecdh.P256().NewPublicKey(sender)
	must(t, err)
	shared, err := p.key.ECDH(public)
	must(t, err)
	derive := func(secret, salt []byte, info string, n int) []byte {
		out, err := hkdf.Key(sha256.New, secret, salt, info, n)
		must(t, err)
		return out
	}
	ikm := derive(shared, p.secret, "WebPush: info\x00"+string(p.key.PublicKey().Bytes())+string(sender), 32)
	block, err := aes.NewCipher(derive(ikm, salt, "Content-Encoding: aes128gcm\x00", 16))
	must(t, err)
	gcm, err := cipher.NewGCM(block)
	must(t, err)
	plain, err := gcm.Open(nil, derive(ikm, salt, "Content-Encoding: nonce\x00", 12), sealed, nil)
	must(t, err)
	return plain[:strings.LastIndexByte(string(plain), 2)] // what follows is padding
}

func session(t *testing.T, a *apptest.App, u *people.User) (secret string, s *people.Session) {
	t.Helper()
	secret, _, err := a.People.SignIn(t.Context(), u.Email, apptest.Password, people.Client{})
	must(t, err)
	_, s, err = a.People.Session(t.Context(), secret)
	must(t, err)
	return secret, s
}

// A notification comes to the device, sealed for it, while its session lasts; a device that is gone is forgotten.
func TestPush(t *testing.T) {
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(string(dialect), func(t *testing.T) {
			a := apptest.New(t, dialect)
			noon := time.Date(2026, 11, 26, 11, 0, 0, 0, time.UTC)
			a.Notify.UseClock(func() time.Time { return noon })
			p, v := newPhone(t, a), a.Sanne.Viewer()
			_, s := session(t, a, a.Sanne)
			add := func() {
				must(t, a.Notify.AddDevice(context.Background(), v, s.ID, "Firefox/1 Android", p.subscription(p.server.URL+"/sanne")))
			}
			add()
			add()
			if list, err := a.Notify.Devices(t.Context(), v); err != nil || len(list) != 1 {
				t.Fatalf("devices %v, %v", list, err)
			}
			next := func() (n struct{ Title, Body, URL, Tag string }) {
				t.Helper()
				select {
				case body := <-p.got:
					must(t, json.Unmarshal(p.open(t, body), &n))
				case <-time.After(30 * time.Second):
					t.Fatal("nothing was pushed")
				}
				return n
			}
			tell(t, a, about(notify.Reply, a.Tom, a.Tom, a.Sanne))
			if n := next(); n.Title != "Tom Bakker reageerde op jou bij Tom Bakker" || n.Body != "Goed stuk!" || n.URL != "/people/"+a.Tom.ID || n.Tag != "user:"+a.Tom.ID {
				t.Errorf("pushed %+v", n)
			}
			p.status.Store(http.StatusGone)
			must(t, a.Notify.ReadAll(t.Context(), v))
			time.Sleep(500 * time.Millisecond) // until the job before has ended
			tell(t, a, about(notify.Reply, a.Manager, a.Manager, a.Sanne))
			next()
			for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
				list, err := a.Notify.Devices(t.Context(), v)
				must(t, err)
				if len(list) == 0 {
					break
				}
				if time.Now().After(deadline) {
					t.Fatal("a device that is gone stays")
				}
			}
			add()
			must(t, a.People.EndSession(t.Context(), v, s.ID, ""))
			if list, err := a.Notify.Devices(t.Context(), v); err != nil || len(list) != 0 {
				t.Errorf("after signing out: %v, %v", list, err)
			}
		})
	}
}

// Whatever address somebody gives, nothing is sent but to the makers of browsers.
func TestPushGoesNowhereElse(t *testing.T) {
	a := apptest.New(t, db.SQLite)
	_, s := session(t, a, a.Sanne)
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	must(t, err)
	p := &phone{key: key, secret: make([]byte, 16)}
	for _, address := range []string{
		"", "http://fcm.googleapis.com/x", "https://127.0.0.1/x", "https://fcm.googleapis.com.evil.example/x", "https://evilpush.apple.com/x", "https://fcm.googleapis.com:8443/x",
		"https://user@fcm.googleapis.com/x", "https://intranet/x", "file:///etc/passwd",
	} {
		if err := a.Notify.AddDevice(t.Context(), a.Sanne.Viewer(), s.ID, "x", p.subscription(address)); errs.KindOf(err) != errs.KindInvalid {
			t.Errorf("%q: %v", address, err)
		}
	}
	for _, address := range []string{"https://fcm.googleapis.com/fcm/send/x", "https://web.push.apple.com/x", "https://db5p.notify.windows.com/w/?token=x"} {
		must(t, a.Notify.AddDevice(t.Context(), a.Sanne.Viewer(), s.ID, "x", p.subscription(address)))
	}
	bad := p.subscription("https://fcm.googleapis.com/fcm/send/x")
	bad.Keys.P256dh = "AAAA"
	if err := a.Notify.AddDevice(t.Context(), a.Sanne.Viewer(), s.ID, "x", bad); errs.KindOf(err) != errs.KindInvalid {
		t.Errorf("a key that is none: %v", err)
	}
	list, err := a.Notify.Devices(t.Context(), a.Sanne.Viewer())
	must(t, err)
	if err := a.Notify.RemoveDevice(t.Context(), a.Tom.Viewer(), list[0].ID); errs.KindOf(err) != errs.KindNotFound {
		t.Errorf("another's device: %v", err)
	}
}

// Every change of a way in is told to whom it is of, though they made it themselves, but not before they came in for the first time.
func TestWaysInAreTold(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx := t.Context()
		_, s := session(t, a, a.Sanne)
		wantCount(t, a, a.Sanne, 0)
		v := a.Sanne.Viewer()
		session(t, a, a.Sanne) // by a browser that has no mark
		if _, _, err := a.People.CreateToken(ctx, v, "roster"); err != nil {
			t.Fatal(err)
		}
		if _, err := a.People.ChangePassword(ctx, v, apptest.Password, "nog een lang wachtwoord", people.Client{Session: s}); err != nil {
			t.Fatal(err)
		}
		must(t, a.People.SetAccount(ctx, a.Admin.Viewer(), a.Sanne.ID, people.Account{Name: a.Sanne.Name, Email: "anders@voorbeeld.nl", Role: a.Sanne.Role, BranchID: a.Sanne.BranchID}))
		got := list(t, a, a.Sanne, notify.Filter{})
		if len(got) != 1 || !got[0].Fixed {
			t.Fatalf("bundles %+v", got)
		}
		told := map[string]bool{}
		for _, l := range got[0].Lines {
			told[l.Word] = true
		}
		for _, w := range []people.WayIn{people.WayDevice, people.WayToken, people.WayPassword, people.WayEmail} {
			if !told[string(w)] {
				t.Errorf("%s is not told: %v", w, told)
			}
		}
	})
}
