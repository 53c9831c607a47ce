package e2e

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"image"
	"image/png"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/e2e/browser"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/social"
)

// steps counts what a person does: a press, a text, a choice of a file.
type steps struct {
	t   *testing.T
	tab *browser.Tab
	n   int
}

func (s *steps) do(actions ...chromedp.Action[chromedp.Void]) {
	s.t.Helper()
	s.n++
	must(s.t, s.tab.Do(actions...))
}

func written(t *testing.T, name string, content []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	must(t, os.WriteFile(file, content, 0o644))
	return file
}

func drawing(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, png.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 30))))
	return b.Bytes()
}

// From the home page of a phone a post with a photo, made there and then, takes four steps, and so does one with a file.
func TestPostFromPhone(t *testing.T) {
	s := open(t)
	phone := s.tab(t, browser.Phone)
	s.signIn(t, phone, s.Tom)

	must(t, phone.Open(s.base+"/"))
	with := steps{t: t, tab: phone}
	with.do(chromedp.Click(`#composer-body`), chromedp.WaitVisible(`.composer-photo.on-touch`))
	with.do(chromedp.SendKeys(`#composer-body`, "De kraan staat."))
	with.do(chromedp.SetUploadFiles(`[data-photo-input][capture=environment]`, []string{written(t, "kraan.png", drawing(t))}))
	must(t, phone.Until(`document.querySelector("#composer .gallery img")?.complete`))
	with.do(chromedp.Click(`#composer button[value=publish]`))
	must(t, phone.Until(`document.querySelector(".post .gallery img")`))

	file := steps{t: t, tab: phone}
	must(t, phone.Open(s.base+"/"))
	file.do(chromedp.Click(`#composer-body`))
	file.do(chromedp.SendKeys(`#composer-body`, "Het werkplan."))
	file.do(chromedp.SetUploadFiles(`[data-file-input]`, []string{written(t, "Werkplan kade.txt", []byte("Zo doen we dat."))}))
	must(t, phone.Until(`document.querySelector("#composer .enclosed-file input:checked")`))
	file.do(chromedp.Click(`#composer button[value=publish]`))
	must(t, phone.Until(`[...document.querySelectorAll(".post .post-card-title")].some(x => x.innerText === "Werkplan kade")`))
	clean(t, phone, "the phone")
	if with.n != 4 || file.n != 4 {
		t.Errorf("%d steps with a photo, %d with a file; want 4", with.n, file.n)
	}
	page, err := s.Social.Feed(t.Context(), s.Sanne.Viewer(), social.Feed{Kind: social.FeedCompany, Limit: 5})
	must(t, err)
	if len(page.Items) != 2 {
		t.Fatalf("%d posts", len(page.Items))
	}
	if _, err := s.Library.Get(t.Context(), s.Sanne.Viewer(), page.Items[0].Cards[0].Target.ID()); err != nil {
		t.Errorf("the file of a post for the company: %v", err)
	}
}

// sharesIn sends a form as the phone's share sheet does, to the worker of the page.
func sharesIn(t *testing.T, tab *browser.Tab, name, kind, content, text string) {
	t.Helper()
	must(t, tab.Until(`navigator.serviceWorker.controller`))
	_, err := browser.Eval[bool](tab, `(() => {
		const form = Object.assign(document.createElement("form"), {action: "/share-in", method: "post", enctype: "multipart/form-data"});
		const field = (type, name) => form.appendChild(Object.assign(document.createElement("input"), {type, name}));
		field("hidden", "text").value = `+"`"+text+"`"+`;
		const given = new DataTransfer();
		given.items.add(new File([Uint8Array.from(atob("`+base64.StdEncoding.EncodeToString([]byte(content))+`"), c => c.charCodeAt(0))], "`+name+`", {type: "`+kind+`"}));
		field("file", "files").files = given.files;
		document.body.append(form);
		form.submit();
		return true;
	})()`)
	must(t, err)
}

// What is shared from the phone waits until somebody has signed in and said where it goes: a photo in a post, a PDF in the library.
func TestShareFromPhone(t *testing.T) {
	s := open(t)
	phone := s.tab(t, browser.Phone)
	must(t, phone.Open(s.base+"/sign-in"))
	sharesIn(t, phone, "kraan.png", "image/png", string(drawing(t)), "De kraan staat")
	must(t, phone.Until(`location.search.includes("share-in") && document.readyState === "complete"`))
	must(t, phone.Do(
		chromedp.SendKeys(`input[name=email]`, s.Tom.Email), chromedp.SendKeys(`input[name=password]`, apptest.Password), chromedp.Click(`form[action="/sign-in"] button`),
	))
	must(t, phone.Until(`location.pathname === "/share-in" && document.querySelector(".shared-file img")?.naturalWidth === 40`))
	check(t, phone, "what is shared")
	must(t, phone.Press(`a[href="/posts/new?shared=1"]`))
	must(t, phone.Until(`document.querySelector("#composer .gallery img")?.complete && document.querySelector("#composer-body").value === "De kraan staat"`))
	must(t, phone.Press(`#composer button[value=publish]`))
	must(t, phone.Until(`document.querySelector(".post .gallery img")`))

	must(t, phone.Open(s.base+"/library"))
	sharesIn(t, phone, "Keuring.pdf", "application/pdf", string(apptest.PDF("De keuring is goed.")), "")
	must(t, phone.Until(`location.pathname === "/share-in" && document.querySelector(".shared-file")?.innerText.includes("Keuring.pdf")`))
	must(t, phone.Press(`a[href="/upload?shared=1"]`))
	must(t, phone.Until(`document.querySelector(".uploads .is-ready a")`))
	must(t, phone.Open(s.base+"/share-in"))
	must(t, phone.Until(`document.querySelector("[data-shared-none]:not([hidden])")`))
	clean(t, phone, "the phone")
}

// wire is a server that can be away for a while, at the same address.
type wire struct {
	t    *testing.T
	s    *site
	at   string
	down func()
}

func (w *wire) up() {
	w.t.Helper()
	l, err := net.Listen("tcp", w.at)
	must(w.t, err)
	web := w.s.Web()
	go func() { _ = web.Serve(l) }()
	w.at = l.Addr().String()
	w.s.base = "http://" + w.at
	w.down = func() {
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		_ = web.Shutdown(ctx)
	}
}

// keeps waits until the browser keeps something for when there is no connection.
func keeps(t *testing.T, tab *browser.Tab, what string) {
	t.Helper()
	for range 100 {
		if yes, err := browser.Eval[bool](tab, `caches.match("`+what+`").then(Boolean)`); err == nil && yes {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("%s is not kept", what)
}

// Without a connection the phone shows the home page and what was opened as they were, and says so; nothing is left after signing out, nor
// for who signs in next.
func TestOffline(t *testing.T) {
	s := open(t)
	s.Settle(t)
	w := &wire{t: t, s: s, at: "127.0.0.1:0"}
	w.up()
	document := "/documents/" + s.doc.ID
	phone := s.tab(t, browser.Phone)
	s.signIn(t, phone, s.Tom)
	must(t, phone.Until(`navigator.serviceWorker.controller`))
	must(t, phone.Open(s.base+"/"))
	must(t, phone.Open(s.base+document+"?page=2"))
	must(t, phone.Until(`document.querySelector(".sheet canvas, .pages canvas")`))
	keeps(t, phone, "/")
	keeps(t, phone, document)
	file, err := browser.Eval[string](phone, `document.querySelector("[data-file]").dataset.file`)
	must(t, err)
	keeps(t, phone, file)

	w.down()
	must(t, phone.Open(s.base+"/"))
	must(t, phone.Until(`/^Je bent offline; dit is van \d\d:\d\d\.$/.test(document.querySelector(".away:not([hidden])")?.innerText) && document.querySelector("h1").innerText.includes("Tom")`))
	check(t, phone, "home without a connection")
	must(t, phone.Open(s.base+document))
	must(t, phone.Until(`document.querySelector(".away:not([hidden])") && document.querySelector(".sheet canvas, .pages canvas")`))
	must(t, phone.Open(s.base+"/library"))
	must(t, phone.Until(`document.querySelector("[data-reload]") && !document.querySelector(".app")`))

	w.up()
	must(t, phone.Open(s.base+"/"))
	must(t, phone.Until(`document.querySelector(".away[hidden]")`))
	must(t, phone.Do(chromedp.Click(`.menu:has(form[action="/sign-out"]) > summary`)))
	must(t, phone.Press(`form[action="/sign-out"] button`))
	must(t, phone.Until(`location.pathname === "/sign-in"`))
	w.down()
	gone := func(when, page string) {
		t.Helper()
		if err := phone.Open(s.base + page); err != nil {
			return // not even the worker is left: the browser's own page
		}
		if text := textOf(t, phone, "body"); strings.Contains(text, "Tom") || strings.Contains(text, "Molenwijk") {
			t.Errorf("%s %s is still shown", when, page)
		}
	}
	gone("after signing out", "/")
	gone("after signing out", document)

	w.up()
	s.signIn(t, phone, s.Tom)
	must(t, phone.Until(`navigator.serviceWorker.controller`))
	must(t, phone.Open(s.base+document))
	keeps(t, phone, document)
	must(t, s.People.EndSessionsOf(t.Context(), s.Admin.Viewer(), s.Tom.ID))
	s.signIn(t, phone, s.Sanne)
	must(t, phone.Open(s.base+"/"))
	keeps(t, phone, "/")
	w.down()
	gone("for another person", document)
	must(t, phone.Open(s.base+"/"))
	must(t, phone.Until(`document.querySelector("h1").innerText.includes("Sanne")`))
}

// keptDocuments are the ids of the documents that the browser keeps, in no order.
const keptDocuments = `(async () => {
	const name = (await caches.keys()).find((n) => n.startsWith("aanpak-kept-"));
	const keys = name ? await (await caches.open(name)).keys() : [];
	return keys.map((k) => new URL(k.url).pathname.match(/^\/documents\/([a-z0-9]+)$/)?.[1]).filter(Boolean);
})()`

// keepsOnly waits until the browser keeps some documents and no others.
func keepsOnly(t *testing.T, tab *browser.Tab, what string, ids []string) {
	t.Helper()
	want := slices.Sorted(slices.Values(ids))
	var got []string
	for range 100 {
		list, err := browser.Eval[[]string](tab, keptDocuments)
		if got = slices.Sorted(slices.Values(list)); err == nil && slices.Equal(got, want) {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("%s: %d documents are kept, want %d: %v, %v", what, len(got), len(want), got, want)
}

// rewrites changes what the browser has written down with a kept document.
func rewrites(t *testing.T, tab *browser.Tab, id, header, value string) {
	t.Helper()
	_, err := browser.Eval[bool](tab, fmt.Sprintf(`(async () => {
		const cache = await caches.open((await caches.keys()).find((n) => n.startsWith("aanpak-kept-")));
		const key = "/documents/%s", was = await cache.match(key), headers = new Headers(was.headers);
		headers.set(%q, %s);
		await cache.put(key, new Response(await was.blob(), { headers }));
		return true;
	})()`, id, header, value))
	must(t, err)
}

// The browser keeps twenty documents, a hundred megabytes, for a fortnight. What is beyond goes, the longest unopened first, and what is kept
// can be read when there is no connection.
func TestOfflineLimits(t *testing.T) {
	s := open(t)
	var ids []string
	for i := range 21 {
		d := s.Upload(t, s.Sanne, fmt.Sprintf("stuk %02d.txt", i), fmt.Appendf(nil, "Dit is stuk nummer %02d.", i), library.Meta{})
		ids = append(ids, d.ID)
	}
	s.Settle(t)
	w := &wire{t: t, s: s, at: "127.0.0.1:0"}
	w.up()
	phone := s.tab(t, browser.Phone)
	s.signIn(t, phone, s.Tom)
	must(t, phone.Until(`navigator.serviceWorker.controller`))
	for _, id := range ids {
		must(t, phone.Open(s.base+"/documents/"+id))
		keeps(t, phone, "/documents/"+id)
	}
	keepsOnly(t, phone, "after the twenty-first", ids[1:])

	rewrites(t, phone, ids[1], "Aanpak-Kept-At", `Date.now() - 15 * 24 * 60 * 60 * 1000`)
	must(t, phone.Open(s.base+"/"))
	keepsOnly(t, phone, "after a fortnight", ids[2:])

	rewrites(t, phone, ids[3], "Aanpak-Kept-Bytes", `100 << 20`)
	must(t, phone.Open(s.base+"/"))
	keepsOnly(t, phone, "beyond a hundred megabytes", ids[4:])

	w.down()
	for _, i := range []int{4, 20} {
		must(t, phone.Open(s.base+"/documents/"+ids[i]))
		must(t, phone.Until(fmt.Sprintf(`document.querySelector(".away:not([hidden])") && document.querySelector(".paper")?.innerText.includes("stuk nummer %02d")`, i)))
	}
	for _, i := range []int{0, 1, 3} {
		must(t, phone.Open(s.base+"/documents/"+ids[i]))
		must(t, phone.Until(`document.querySelector("[data-reload]") && !document.querySelector(".app")`))
	}
}
