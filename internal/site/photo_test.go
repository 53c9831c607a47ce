package site_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/people"
)

// halves is red on the left and blue on the right.
func halves(w, h int) image.Image {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.Set(x, y, color.RGBA{R: 220, A: 255})
			if x >= w/2 {
				m.Set(x, y, color.RGBA{B: 220, A: 255})
			}
		}
	}
	return m
}

// onItsSide is a JPEG that says by EXIF that it is to be turned a quarter, and where it was taken.
func onItsSide(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, halves(600, 400), nil); err != nil {
		t.Fatal(err)
	}
	exif := []byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00GPS 52.5168 6.0830")
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(exif)+2))
	return bytes.Join([][]byte{b.Bytes()[:2], append(segment, exif...), b.Bytes()[2:]}, nil)
}

func encoded(t *testing.T, encode func(*bytes.Buffer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := encode(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// sendPhoto posts the form of the settings: the chosen square first, as the page has it.
func (b *browser) sendPhoto(content []byte, crop map[string]string) *answer {
	b.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for k, v := range crop {
		_ = w.WriteField(k, v)
	}
	part, _ := w.CreateFormFile("photo", "ik.jpg")
	_, _ = part.Write(content)
	_ = w.Close()
	return b.do(http.MethodPost, "/settings/photo", &body, http.Header{"Content-Type": {w.FormDataContentType()}, "Sec-Fetch-Site": {"same-origin"}})
}

// photo is the photo on somebody's page as b sees it.
func (b *browser) photo(id string) (string, *answer) {
	b.t.Helper()
	src := b.get("/people/"+id).doc().Find(".profile-head .av img").AttrOr("src", "")
	if src == "" {
		return "", nil
	}
	return src, b.get(src)
}

// colours of the middle of the upper and of the lower half of an answered photo.
func ends(t *testing.T, a *answer) (upper, lower color.RGBA) {
	t.Helper()
	img, err := jpeg.Decode(bytes.NewReader(a.body))
	if err != nil {
		t.Fatalf("%d, no JPEG: %v", a.status, err)
	}
	b := img.Bounds()
	if b.Dx() != b.Dy() {
		t.Errorf("%d × %d is no square", b.Dx(), b.Dy())
	}
	at := func(y int) color.RGBA { return color.RGBAModel.Convert(img.At(b.Dx()/2, y)).(color.RGBA) }
	return at(b.Dy() / 5), at(b.Dy() * 4 / 5)
}

func TestPhoto(t *testing.T) {
	s := serve(t)
	sanne, tom := s.browser(t, s.Sanne), s.browser(t, s.Tom)
	if src, _ := tom.photo(s.Sanne.ID); src != "" {
		t.Fatalf("a photo from nowhere: %s", src)
	}
	if a := sanne.sendPhoto(onItsSide(t), nil); a.status != http.StatusSeeOther {
		t.Fatalf("photo: %d %.400s", a.status, a.body)
	}
	src, a := tom.photo(s.Sanne.ID)
	if a == nil || a.status != http.StatusOK {
		t.Fatalf("%q: %v", src, a)
	}
	if upper, lower := ends(t, a); upper.R < 150 || lower.B < 150 {
		t.Errorf("not upright: %v above, %v below", upper, lower)
	}
	if bytes.Contains(a.body, []byte("Exif")) || bytes.Contains(a.body, []byte("52.5168")) {
		t.Error("the photo says where it was taken")
	}
	if cc := a.header.Get("Cache-Control"); !strings.HasPrefix(cc, "private, max-age=") {
		t.Errorf("kept as %q", cc)
	}
	again := tom.do(http.MethodGet, src, nil, http.Header{"If-None-Match": {a.header.Get("ETag")}})
	if again.status != http.StatusNotModified || again.header.Get("ETag") == "" {
		t.Errorf("unchanged: %d", again.status)
	}
	if small := tom.get("/people/" + s.Sanne.ID + "/photo?size=96"); small.header.Get("ETag") == a.header.Get("ETag") || len(small.body) >= len(a.body) {
		t.Error("the small one is no other")
	}
	if nobody := s.browser(t, nil).get(src); nobody.status == http.StatusOK {
		t.Error("nobody sees it")
	}
	sanne.get("/").want(200, ".menu .av", "SV")
	if n := sanne.get("/").doc().Find(".menu .av img").Length(); n == 0 {
		t.Error("the header has no photo")
	}

	if a := sanne.sendPhoto(onItsSide(t), map[string]string{"x": "0", "y": "0", "side": "0.5"}); a.status != http.StatusSeeOther {
		t.Fatalf("crop: %d", a.status)
	}
	changed, a := tom.photo(s.Sanne.ID)
	if upper, lower := ends(t, a); changed == src || upper.R < 150 || lower.R < 150 {
		t.Errorf("the chosen square: %v above, %v below", upper, lower)
	}
	if card := tom.get("/people/" + s.Sanne.ID + "/card.vcf"); card.status != 200 || !bytes.Contains(card.body, []byte("PHOTO:data:image/jpeg;base64,/9j/")) {
		t.Errorf("vCard %d: %.300s", card.status, card.body)
	}

	if a := sanne.post("/settings/photo/remove", nil); a.status != http.StatusSeeOther {
		t.Fatalf("remove: %d", a.status)
	}
	if src, _ := tom.photo(s.Sanne.ID); src != "" {
		t.Error("it is still there")
	}
	if a := tom.get(changed); a.status != http.StatusNotFound {
		t.Errorf("its address: %d", a.status)
	}
}

// Who left has no photo, and a page that says so.
func TestPhotoGoesWithThePerson(t *testing.T) {
	s := serve(t)
	sanne, tom := s.browser(t, s.Sanne), s.browser(t, s.Tom)
	sanne.sendPhoto(onItsSide(t), nil)
	src, _ := tom.photo(s.Sanne.ID)
	if err := s.People.SetActive(t.Context(), s.Admin.Viewer(), s.Sanne.ID, false); err != nil {
		t.Fatal(err)
	}
	if a := tom.get(src); src == "" || a.status != http.StatusNotFound {
		t.Errorf("%q: %d", src, a.status)
	}
	page := tom.get("/people/"+s.Sanne.ID).want(200, "h1", "Sanne Visser").want(200, ".note", "werkt hier niet meer")
	if page.doc().Find(".profile-head img, .contacts").Length() != 0 {
		t.Error("the page shows more than the name")
	}
	tom.get("/people").want(200, ".head-count", "3 collega’s")
	if a := tom.get("/people/" + s.Sanne.ID + "/card.vcf"); a.status != http.StatusNotFound {
		t.Errorf("vCard: %d", a.status)
	}
}

// What is no photo is refused with a sentence at the field, and what only pretends to be one leaves nothing of itself.
func TestHostilePhotos(t *testing.T) {
	s := serve(t)
	sanne := s.browser(t, s.Sanne)
	good := encoded(t, func(b *bytes.Buffer) error { return png.Encode(b, halves(40, 40)) })
	refused := map[string][]byte{
		"SVG":            []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`),
		"GIF":            encoded(t, func(b *bytes.Buffer) error { return gif.Encode(b, halves(40, 40), nil) }),
		"page":           []byte("<!doctype html><script>alert(1)</script>"),
		"PDF":            plan,
		"nothing":        nil,
		"cut short":      good[:len(good)/2],
		"header alone":   []byte("\xff\xd8\xff\xe0 and then no image at all"),
		"bomb":           bomb(60_000, 60_000),
		"bomb of memory": bomb(16_000, 16_000),
		"too large":      append(bytes.Clone(good), make([]byte, people.MaxPhoto)...),
	}
	for name, content := range refused {
		a := sanne.sendPhoto(content, nil).want(http.StatusUnprocessableEntity, "#photo-error", "")
		if strings.TrimSpace(a.doc().Find("#photo-error").Text()) == "" {
			t.Errorf("%s: no sentence", name)
		}
	}
	if src, _ := sanne.photo(s.Sanne.ID); src != "" {
		t.Errorf("one of them became a photo: %s", src)
	}

	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	f, _ := z.Create("<script>alert(1)</script>.html")
	_, _ = f.Write([]byte("<script>alert(1)</script>"))
	_ = z.Close()
	both := append(bytes.Clone(good), archive.Bytes()...)
	if a := sanne.sendPhoto(both, map[string]string{"x": "NaN", "y": "-3", "side": "1e400"}); a.status != http.StatusSeeOther {
		t.Fatalf("an image with something behind it: %d", a.status)
	}
	_, a := sanne.photo(s.Sanne.ID)
	if a == nil || bytes.Contains(a.body, []byte("script")) || bytes.Contains(a.body, []byte("PK\x03\x04")) || a.header.Get("Content-Type") != "image/jpeg" {
		t.Error("what stood behind the image came along")
	}
}

// bomb is a PNG of so many pixels and hardly any bytes.
func bomb(w, h int) []byte {
	chunk := func(name string, data []byte) []byte {
		b := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
		b = append(append(b, name...), data...)
		return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
	}
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, uint32(w)), uint32(h))
	out := []byte("\x89PNG\r\n\x1a\n")
	out = append(out, chunk("IHDR", append(head, 16, 6, 0, 0, 0))...)
	return append(append(out, chunk("IDAT", []byte("x\x9c"))...), chunk("IEND", nil)...)
}
