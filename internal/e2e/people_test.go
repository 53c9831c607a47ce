package e2e

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/aanpak/aanpak/internal/e2e/browser"
	"github.com/aanpak/aanpak/internal/people"
)

// picture is a JPEG that is red on the left and blue on the right.
func picture(t *testing.T) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 900, 300))
	for y := range 300 {
		for x := range 900 {
			m.Set(x, y, color.RGBA{R: 220, A: 255})
			if x >= 450 {
				m.Set(x, y, color.RGBA{B: 220, A: 255})
			}
		}
	}
	var b bytes.Buffer
	must(t, jpeg.Encode(&b, m, nil))
	return b.Bytes()
}

// knowledge gives people something to be found by, a photo, and a colleague who endorses it.
func (s *site) knowledge(t *testing.T) {
	t.Helper()
	for _, u := range []*people.User{s.Sanne, s.Tom} {
		must(t, s.People.AddExpertise(t.Context(), u.Viewer(), "BLVC", true))
		must(t, s.People.SetPhoto(t.Context(), u.Viewer(), bytes.NewReader(picture(t)), people.Crop{}))
	}
	u, err := s.People.User(t.Context(), s.Sanne.Viewer(), s.Sanne.ID)
	must(t, err)
	p := u.Profile()
	p.Function, p.Mobile, p.MobileHidden, p.WorkingOn, p.Languages, p.About = "Tenderschrijver", "06 555", true, "Molenwijk", []string{"nl", "de"}, "Schrijft."
	must(t, s.People.UpdateProfile(t.Context(), s.Sanne.Viewer(), p))
	must(t, s.People.Endorse(t.Context(), s.Tom.Viewer(), s.Sanne.ID, u.Expertise[0].ID))
	must(t, s.People.Endorse(t.Context(), s.Admin.Viewer(), s.Sanne.ID, u.Expertise[0].ID))
	s.Settle(t)
}

// Two people in browsers: one puts herself into the directory, with the left of a picture as her photo; the other finds her by what she knows,
// and endorses it.
func TestPeople(t *testing.T) {
	s := open(t)
	sanne := s.tab(t, browser.Desktop)
	s.signIn(t, sanne, s.Sanne)
	must(t, sanne.Open(s.base+"/people/"+s.Sanne.ID))
	must(t, sanne.Press(`.profile-hint a`))
	file := filepath.Join(t.TempDir(), "ik.jpg")
	must(t, os.WriteFile(file, picture(t), 0o600))
	must(t, sanne.Do(chromedp.SetUploadFiles(`#photo`, []string{file}), chromedp.WaitVisible(`.crop canvas`)))
	must(t, sanne.Do(chromedp.Focus(`.crop canvas`)))
	for range 30 { // as far left as it goes
		must(t, sanne.Do(chromedp.KeyEvent(kb.ArrowLeft)))
	}
	must(t, sanne.Until(`document.querySelector("[data-crop] [name=x]").value === "0"`))
	must(t, sanne.Press(`[data-crop] .btn-primary`))
	must(t, sanne.Do(chromedp.SendKeys(`#working_on`, "Molenwijk fase 2"), chromedp.SendKeys(`#function`, "Tenderschrijver")))
	must(t, sanne.Press(`form[action="/settings"] .btn-primary`))
	must(t, sanne.Do(chromedp.SendKeys(`#expertise`, "Bewonerscommunicatie")))
	must(t, sanne.Press(`form[action="/settings/expertise"] .btn-primary`))
	must(t, sanne.Until(`document.querySelector(".own-expertise .line-main")?.innerText.includes("Bewonerscommunicatie")`))
	s.Settle(t)

	tom := s.tab(t, browser.Phone)
	s.signIn(t, tom, s.Tom)
	must(t, tom.Press(`.bottom a[href="/people"]`))
	must(t, tom.Do(chromedp.SendKeys(`#name`, "wie weet communicatie")))
	must(t, tom.Until(`document.querySelectorAll(".person-card").length === 1 && document.querySelector(".person-card").innerText.includes("Sanne")`))
	must(t, tom.Until(`document.querySelector(".person-card .av img")?.naturalWidth === 96`))
	must(t, tom.Press(`.person-card a`))
	left, err := browser.Eval[bool](tom, `(async () => {
		const i = document.querySelector(".profile-head img"); await i.decode();
		const c = new OffscreenCanvas(480, 480).getContext("2d"); c.drawImage(i, 0, 0);
		const p = c.getImageData(470, 240, 1, 1).data; return i.naturalWidth === 480 && p[0] > 150 && p[2] < 100;
	})()`)
	must(t, err)
	if !left {
		t.Error("the photo is not the left of the picture")
	}
	must(t, tom.Press(`.skills form button`))
	must(t, tom.Until(`document.querySelector(".skills .endorsers summary")?.innerText.includes("1 collega")`))
	must(t, sanne.Open(s.base+"/people/"+s.Sanne.ID))
	must(t, sanne.Do(chromedp.Click(`.endorsers summary`)))
	must(t, sanne.Until(`document.querySelector(".endorsers").open && document.querySelector(".endorsers ul").innerText.includes("Tom Bakker")`))
	clean(t, sanne, "the desktop")
	clean(t, tom, "the phone")
}
