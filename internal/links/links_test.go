package links_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/app"
	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/db/dbtest"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/links"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/social"
	"github.com/aanpak/aanpak/internal/unfurl/unfurltest"
)

func TestMain(m *testing.M) { apptest.Main(m) }

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// site answers with pages and pictures.
func site(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/picture.png":
		_, _ = w.Write(unfurltest.Picture(1200, 630))
	case "/bomb.png":
		_, _ = w.Write(bomb())
	case "/gone":
		http.NotFound(w, r)
	case "/bombed":
		unfurltest.Page(w, `<title>Bom</title><meta property="og:image" content="/bomb.png">`)
	case "/icon":
		unfurltest.Page(w, `<title>Teken</title><meta property="og:image" content="/icon.png">`)
	case "/icon.png":
		_, _ = w.Write(unfurltest.Picture(16, 16))
	default:
		unfurltest.Page(w, `<title>Circulair <b>bouwen</b>`+"\u202e"+`</title><meta name="description" content="In de praktijk."><meta property="og:site_name" content="Bouwkennis">
			<meta property="og:image" content="/picture.png">`)
	}
}

// bomb is a PNG that says to be of 60,000 by 60,000 pixels.
func bomb() []byte {
	b := unfurltest.Picture(100, 100)
	head := b[12:29] // IHDR and what it says
	binary.BigEndian.PutUint32(head[4:], 60_000)
	binary.BigEndian.PutUint32(head[8:], 60_000)
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(head))
	return b
}

// start is a program with a web of its own.
func start(t *testing.T, d db.Dialect) (*apptest.App, *unfurltest.Web) {
	t.Helper()
	web := unfurltest.New(t, site)
	cfg := apptest.Config(t, d)
	cfg.URL = "https://aanpak.example"
	return apptest.NewOf(t, cfg, app.Parts{Search: true, Work: true, Web: web.Options}), web
}

func each(t *testing.T, f func(t *testing.T, a *apptest.App, web *unfurltest.Web)) {
	for _, d := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(string(d), func(t *testing.T) {
			a, web := start(t, d)
			f(t, a, web)
		})
	}
}

func allow(t *testing.T, a *apptest.App, hosts ...string) {
	t.Helper()
	ok(t, a.Links.Set(t.Context(), a.Admin.Viewer(), links.Settings{On: true, Hosts: hosts}))
}

func write(t *testing.T, a *apptest.App, n social.Input) string {
	t.Helper()
	p, err := a.Social.Create(t.Context(), a.Sanne.Viewer(), n)
	ok(t, err)
	return p.ID
}

// shown is the preview that somebody sees under a post.
func shown(t *testing.T, a *apptest.App, u *people.User, id string) *links.Preview {
	t.Helper()
	it, err := a.Social.Item(t.Context(), u.Viewer(), id)
	ok(t, err)
	return it.Preview
}

// awaited waits for the job.
func awaited(t *testing.T, a *apptest.App, id string) *links.Preview {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if p := shown(t, a, a.Sanne, id); p != nil {
			return p
		}
	}
	t.Fatal("no preview comes")
	return nil
}

// Nobody is asked until an administrator says so, and what is shown is for who sees the post.
func TestPreview(t *testing.T) {
	each(t, func(t *testing.T, a *apptest.App, web *unfurltest.Web) {
		ctx := t.Context()
		address := web.URL("www.bouw.example", "/artikel")
		before := write(t, a, social.Input{Body: "Lees " + address})
		ok(t, a.Links.Ask(ctx, before))
		if web.Asked() > 0 || shown(t, a, a.Sanne, before) != nil {
			t.Errorf("%d requests before it was switched on", web.Asked())
		}
		if err := a.Links.Set(ctx, a.Manager.Viewer(), links.Settings{On: true}); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("a manager switches it on: %v", err)
		}
		allow(t, a)
		trail, _, err := a.Trail.List(ctx, a.Admin.Viewer(), audit.Filter{})
		ok(t, err)
		if !slices.ContainsFunc(trail, func(e *audit.Line) bool { return e.Action == "settings.links" }) {
			t.Error("the audit trail does not say so")
		}
		id := write(t, a, social.Input{Body: "Eerst [dit](" + web.URL("www.bouw.example", "/gone") + "), dan " + address + "#deel", Audience: "branch:" + a.Zwolle.ID})
		p := awaited(t, a, id)
		if p.Title != "Circulair <b>bouwen</b>" || p.Description != "In de praktijk." || p.Site != "Bouwkennis" || p.Host() != "www.bouw.example" || p.Address != address || p.Width != 480 || p.Height != 252 {
			t.Errorf("it shows %+v", p)
		}
		b, _, err := a.Social.OpenPreview(ctx, a.Manager.Viewer(), id)
		ok(t, err)
		head := make([]byte, 3)
		if _, err := b.ReadAt(head, 0); err != nil && err != io.EOF || !bytes.Equal(head, []byte("\xff\xd8\xff")) {
			t.Errorf("its picture begins %x: %v", head, err)
		}
		b.Close()
		for what, v := range map[string]auth.Viewer{"another branch": a.Tom.Viewer(), "nobody": {}} {
			if _, _, err := a.Social.OpenPreview(ctx, v, id); err == nil || errs.Is(err, errs.KindForbidden) {
				t.Errorf("the picture, to %s: %v", what, err)
			}
		}
		asked := web.Asked()
		again := write(t, a, social.Input{Body: "Ook hier: <" + address + ">"})
		awaited(t, a, again)
		ok(t, a.Links.Ask(ctx, again))
		ok(t, a.Links.Ask(ctx, id)) // of which the first failed
		if web.Asked() != asked {
			t.Errorf("what is known is asked again: %d, %d before", web.Asked(), asked)
		}
		ok(t, a.Links.Set(ctx, a.Admin.Viewer(), links.Settings{}))
		_, _, err = a.Social.OpenPreview(ctx, a.Sanne.Viewer(), id)
		if shown(t, a, a.Sanne, id) != nil || !errs.Is(err, errs.KindNotFound) {
			t.Errorf("after it was switched off there is a card, or a picture: %v", err)
		}
	})
}

// Who wants no card gets none, nor what is not seen by others, nor comments; and what no post names is forgotten.
func TestLeftOut(t *testing.T) {
	each(t, func(t *testing.T, a *apptest.App, web *unfurltest.Web) {
		ctx, sanne := t.Context(), a.Sanne.Viewer()
		allow(t, a)
		text := "Zie " + web.URL("bouw.example", "/een")
		d := a.Upload(t, a.Sanne, "Plan.txt", []byte("Een plan."), library.Meta{})
		for what, n := range map[string]social.Input{
			"without":   {Body: text, NoPreview: true},
			"draft":     {Body: text, Draft: true},
			"scheduled": {Body: text, PublishAt: db.Now().Add(time.Hour)},
			"comment":   {Body: text, About: social.About{Target: social.DocumentTarget(d.ID)}},
			"code":      {Body: "`" + web.URL("bouw.example", "/een") + "`"},
			"ours":      {Body: "https://aanpak.example/documents/x en https://AANPAK.example/y"},
			"secret":    {Body: web.URL("bouw.example", "/een?token=abc") + " http://sanne:geheim@bouw.example/"},
		} {
			id := write(t, a, n)
			ok(t, a.Links.Ask(ctx, id))
			if p := shown(t, a, a.Sanne, id); p != nil || web.Asked() > 0 {
				t.Fatalf("%s: %+v, %d requests", what, p, web.Asked())
			}
		}
		id := write(t, a, social.Input{Body: text})
		p := awaited(t, a, id)
		it, err := a.Social.Item(ctx, sanne, id)
		ok(t, err)
		n, err := a.Social.Input(ctx, sanne, it)
		ok(t, err)
		n.NoPreview = true
		_, err = a.Social.Update(ctx, sanne, id, n)
		ok(t, err)
		if shown(t, a, a.Sanne, id) != nil {
			t.Error("it is shown after its author took it away")
		}
		n.NoPreview = false
		_, err = a.Social.Update(ctx, sanne, id, n)
		ok(t, err)
		if shown(t, a, a.Sanne, id) == nil {
			t.Error("it does not come back")
		}
		ok(t, a.Links.Prune(ctx))
		files, err := links.PictureFiles(ctx, a.DB.Reader())
		ok(t, err)
		if !slices.Equal(files, []string{links.PicturePrefix + p.Picture}) {
			t.Errorf("a backup has %v", files)
		}
		ok(t, a.Social.Delete(ctx, sanne, id))
		ok(t, a.Links.Prune(ctx))
		if named, err := links.PictureNamed(ctx, a.DB.Reader(), files[0]); named || err != nil {
			t.Errorf("the picture is named by a post that is gone: %v", err)
		}
	})
}

// What a page said is good for a month, and that it said nothing for a day.
func TestKept(t *testing.T) {
	each(t, func(t *testing.T, a *apptest.App, web *unfurltest.Web) {
		ctx := t.Context()
		clock := dbtest.NewClock(db.Now(), 0)
		a.Links.UseClock(clock.Now)
		allow(t, a)
		good, gone := write(t, a, social.Input{Body: web.URL("een.example", "/")}), write(t, a, social.Input{Body: web.URL("twee.example", "/gone")})
		awaited(t, a, good)
		ok(t, a.Links.Ask(ctx, gone))
		for _, x := range []struct {
			after time.Duration
			want  int
		}{{0, 0}, {23 * time.Hour, 0}, {2 * time.Hour, 1}, {28 * 24 * time.Hour, 1}, {2 * 24 * time.Hour, 3}} { // a page has a picture
			clock.Advance(x.after)
			before := web.Asked()
			ok(t, a.Links.Ask(ctx, good))
			ok(t, a.Links.Ask(ctx, gone))
			if n := web.Asked() - before; n != x.want {
				t.Errorf("after another %s: %d requests, want %d", x.after, n, x.want)
			}
		}
	})
}

// An administrator limits the hosts, of pages, of redirects and pictures alike.
func TestHosts(t *testing.T) {
	a, web := start(t, db.SQLite)
	ctx := t.Context()
	for _, wrong := range []string{"https://bouw.example", "bouw.example/nieuws", "bouw", "10.0.0.1", "bouw.example:8080", "sanne@bouw.example", "a b.example"} {
		if err := a.Links.Set(ctx, a.Admin.Viewer(), links.Settings{On: true, Hosts: []string{wrong}}); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("%s is taken: %v", wrong, err)
		}
	}
	allow(t, a, " Bouw.example ", "", "bouw.example", "*.kennis.example")
	set, err := a.Links.Settings(ctx, a.Admin.Viewer())
	ok(t, err)
	if fmt.Sprint(set.Hosts) != "[bouw.example kennis.example]" {
		t.Errorf("kept as %q", set.Hosts)
	}
	for host, want := range map[string]bool{"bouw.example": true, "www.bouw.example": true, "a.kennis.example": true, "xbouw.example": false, "bouw.example.kwaad.example": false} {
		id := write(t, a, social.Input{Body: web.URL(host, "/"+host)})
		ok(t, a.Links.Ask(ctx, id))
		if got := shown(t, a, a.Sanne, id) != nil; got != want {
			t.Errorf("%s: shown %t", host, got)
		}
	}
	allow(t, a, "elders.example")
	if shown(t, a, a.Sanne, write(t, a, social.Input{Body: web.URL("bouw.example", "/bouw.example")})) != nil {
		t.Error("a host that is not allowed any more is shown")
	}
}

// One domain is not asked more than is decent, whichever of its hosts; a picture that cannot be read is left out.
func TestMeasure(t *testing.T) {
	a, web := start(t, db.SQLite)
	ctx := t.Context()
	var ids []string
	for i := range 8 {
		ids = append(ids, write(t, a, social.Input{Body: web.URL(fmt.Sprintf("w%d.bouw.example", i), "/gone")}))
	}
	for _, path := range []string{"/bombed", "/icon"} {
		ids = append(ids, write(t, a, social.Input{Body: web.URL("plaatje.example", path)}))
	}
	allow(t, a)
	var put []error
	for _, id := range ids {
		if err := a.Links.Ask(ctx, id); err != nil {
			put = append(put, err)
		}
	}
	if len(put) != 2 || web.Asked() != 6+4 {
		t.Errorf("%d requests, put off %v", web.Asked(), errors.Join(put...))
	}
	for _, id := range ids[8:] {
		if p := shown(t, a, a.Sanne, id); p == nil || p.Picture != "" || strings.TrimSpace(p.Title) == "" {
			t.Errorf("a card with a bad picture: %+v", p)
		}
	}
}
