package e2e

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/e2e/browser"
	"github.com/aanpak/aanpak/internal/social"
)

// An editor writes what must be read, with a picture. It waits on the home page of a colleague's phone until one tap says that it was read.
func TestNews(t *testing.T) {
	s := open(t)
	var b bytes.Buffer
	must(t, png.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 30))))
	file := filepath.Join(t.TempDir(), "kraan.png")
	must(t, os.WriteFile(file, b.Bytes(), 0o644))
	editor := s.tab(t, browser.Desktop)
	s.signIn(t, editor, s.Admin)
	must(t, editor.Open(s.base+"/news"))
	must(t, editor.Do(chromedp.Click(`.page-tools .btn-primary`), chromedp.WaitVisible(`#must_read`)))
	must(t, editor.Do(chromedp.SendKeys(`#title`, "Vier regels"), chromedp.SendKeys(`#composer-body`, "Niemand onder de last."), chromedp.SetUploadFiles(`[data-photo-input]`, []string{file})))
	must(t, editor.Until(`document.querySelector("#composer .gallery img")?.complete`))
	must(t, editor.Do(chromedp.Click(`#must_read`)))
	must(t, editor.Press(`#composer button[value=publish]`))
	must(t, editor.Until(`location.pathname.startsWith("/posts/") && document.querySelector(".news-picture img")?.naturalWidth === 40 && document.querySelector("#reach")`))

	phone := s.tab(t, browser.Phone)
	s.signIn(t, phone, s.Tom)
	must(t, phone.Open(s.base+"/"))
	must(t, phone.Until(`document.querySelector("#to-read h3")?.innerText === "Vier regels" && (window.same = true)`))
	must(t, phone.Do(chromedp.Click(`#to-read button`)))
	must(t, phone.Until(`document.querySelector("#to-read").hidden && window.same`))
	clean(t, editor, "the desktop")
	clean(t, phone, "the phone")
}

// tidings gives the pages of news something to show, and the administrator something to read.
func (s *site) tidings(t *testing.T) *social.Post {
	t.Helper()
	ctx, eva := t.Context(), s.Person(t, "Eva Redactie", "Zwolle", auth.RoleEditor).Viewer()
	for i := range social.FewPeople {
		s.Person(t, fmt.Sprintf("Lezer %c", 'A'+i), "Eindhoven", auth.RoleMember)
	}
	var picture bytes.Buffer
	must(t, png.Encode(&picture, image.NewGray(image.Rect(0, 0, 400, 300))))
	p, err := s.Social.Create(ctx, eva, social.Input{Kind: social.KindNews, Title: "Vier regels", Body: "Niemand onder de last.", MustRead: true, ReadBy: time.Now().AddDate(0, 0, 5)})
	must(t, err)
	_, err = s.Social.AddPhoto(ctx, eva, p.ID, &picture, "Een kraan")
	must(t, err)
	must(t, s.Social.Confirm(ctx, s.Tom.Viewer(), p.ID))
	_, err = s.Social.Create(ctx, eva, social.Input{Kind: social.KindNews, Title: "Rooster", Body: "Staat klaar.", Closed: true})
	must(t, err)
	return p
}
