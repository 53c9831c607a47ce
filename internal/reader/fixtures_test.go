package reader

import (
	"archive/zip"
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"

	"github.com/go-pdf/fpdf"
	"github.com/xuri/excelize/v2"
)

// makePDF writes a PDF with one page per text; lines are separated by newlines.
func makePDF(tb testing.TB, change func(*fpdf.Fpdf), pages ...string) []byte {
	tb.Helper()
	doc := fpdf.New("P", "pt", "A4", "")
	doc.SetTitle("Plan van aanpak", true)
	doc.SetFont("Helvetica", "", 12)
	if change != nil {
		change(doc)
	}
	for _, p := range pages {
		doc.AddPage()
		doc.MultiCell(0, 16, p, "", "L", false)
	}
	var buf bytes.Buffer
	if err := doc.Output(&buf); err != nil {
		tb.Fatal(err)
	}
	return buf.Bytes()
}

// makeForm writes a PDF of one page with a form whose values nobody drew: their boxes are empty until a viewer fills them.
func makeForm(title string, values ...string) []byte {
	content := "BT /F1 12 Tf 50 700 Td (" + title + ") Tj ET"
	fields := ""
	objects := []string{
		"", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "",
		fmt.Sprintf("<</Length %d>>\nstream\n%s\nendstream", len(content), content),
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
		"<</Type/XObject/Subtype/Form/BBox[0 0 100 20]/Length 10>>\nstream\n/Tx BMC EMC\nendstream",
	}
	for i, v := range values {
		fields += fmt.Sprintf(" %d 0 R", len(objects)+1)
		objects = append(objects, fmt.Sprintf("<</Type/Annot/Subtype/Widget/FT/Tx/T(f%d)/V(%s)/F 4/Rect[50 %d 250 %d]/AP<</N 6 0 R>>/P 3 0 R>>", i, v, 600-30*i, 620-30*i))
	}
	objects[0] = "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[" + fields + "]/NeedAppearances true>>>>"
	objects[2] = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R/Annots[" + fields + "]>>"
	return writeObjects(objects)
}

// writeObjects is a PDF of objects, the first of which is its catalogue.
func writeObjects(objects []string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	table := ""
	for i, o := range objects {
		table += fmt.Sprintf("%010d 00000 n \n", b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	n := len(objects) + 1
	return fmt.Appendf(nil, "%sxref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", b.Bytes(), n, table, n, b.Len())
}

// part is a file of a zip container, in order.
type part struct{ name, data string }

func makeZip(tb testing.TB, parts ...part) []byte {
	tb.Helper()
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	for _, p := range parts {
		f, err := w.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Deflate})
		if err != nil {
			tb.Fatal(err)
		}
		if _, err := f.Write([]byte(p.data)); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return buf.Bytes()
}

// makeDOCX wraps the content of w:body, and other parts, into a Word document.
func makeDOCX(tb testing.TB, body string, more ...part) []byte {
	doc := `<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="w" xmlns:mc="mc"><w:body>` + body + `</w:body></w:document>`
	return makeZip(tb, append([]part{{"[Content_Types].xml", "<Types/>"}, {"word/document.xml", doc}}, more...)...)
}

// para is a paragraph of WordprocessingML.
func para(text string) string { return `<w:p><w:r><w:t>` + text + `</w:t></w:r></w:p>` }

func makePPTX(tb testing.TB, slides ...string) []byte {
	ids, rels := "", ""
	parts := []part{{"[Content_Types].xml", "<Types/>"}}
	for i, s := range slides {
		// The parts are named against the order of the show.
		name := fmt.Sprintf("slides/slide%d.xml", len(slides)-i)
		ids += fmt.Sprintf(`<p:sldId id="%d" r:id="rId%d"/>`, 256+i, i)
		rels += fmt.Sprintf(`<Relationship Id="rId%d" Type="x/slide" Target="%s"/>`, i, name)
		parts = append(parts, part{"ppt/" + name, `<p:sld><p:cSld><p:spTree>` + s + `</p:spTree></p:cSld></p:sld>`})
	}
	return makeZip(tb, append(parts,
		part{"ppt/presentation.xml", `<p:presentation><p:sldIdLst>` + ids + `</p:sldIdLst></p:presentation>`},
		part{"ppt/_rels/presentation.xml.rels", `<Relationships>` + rels + `</Relationships>`},
		part{"ppt/slides/_rels/slide1.xml.rels", `<Relationships><Relationship Id="n" Type="x/notesSlide" Target="../notesSlides/notesSlide1.xml"/></Relationships>`},
		part{"ppt/notesSlides/notesSlide1.xml", `<p:notes>` + shape("body", "Vertel over de omgeving") + shape("sldNum", "77") + `</p:notes>`},
	)...)
}

func shape(kind, text string) string {
	return `<p:sp><p:nvSpPr><p:nvPr><p:ph type="` + kind + `"/></p:nvPr></p:nvSpPr><p:txBody><a:p><a:r><a:t>` + text + `</a:t></a:r></a:p></p:txBody></p:sp>`
}

func makeODF(tb testing.TB, f format, body string, more ...part) []byte {
	content := `<office:document-content><office:body>` + body + `</office:body></office:document-content>`
	return makeZip(tb, append([]part{{"mimetype", f.mediaType}, {"content.xml", content}}, more...)...)
}

// makeXLSX writes a workbook with the help of excelize.
func makeXLSX(tb testing.TB, fill func(*excelize.File)) []byte {
	tb.Helper()
	book := excelize.NewFile()
	defer book.Close()
	fill(book)
	var buf bytes.Buffer
	if err := book.Write(&buf); err != nil {
		tb.Fatal(err)
	}
	return buf.Bytes()
}

func makePNG(tb testing.TB, w, h int) []byte {
	tb.Helper()
	img := image.NewPaletted(image.Rect(0, 0, w, h), color.Palette{color.White, color.Black})
	var buf bytes.Buffer
	if err := png.Encode(&buf, img); err != nil {
		tb.Fatal(err)
	}
	return buf.Bytes()
}

const testMail = "From: =?utf-8?q?Ren=C3=A9?= <rene@example.nl>\r\nTo: team@example.nl\r\nSubject: =?iso-8859-1?q?Offerte_caf=E9?=\r\n" +
	"Date: Mon, 2 Mar 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n\r\n" +
	"--b\r\nContent-Type: multipart/alternative; boundary=\"c\"\r\n\r\n" +
	"--c\r\nContent-Type: text/plain; charset=windows-1252\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nDe pri=\r\njs is =80 10.\r\n" +
	"--c\r\nContent-Type: text/html\r\n\r\n<p>formatted</p>\r\n--c--\r\n" +
	"--b\r\nContent-Type: application/pdf; name=\"../../plan.pdf\"\r\nContent-Transfer-Encoding: base64\r\n" +
	"Content-Disposition: attachment; filename=\"../../plan.pdf\"\r\n\r\nJVBERi0x\r\n--b--\r\n"

// long is a sentence repeated to at least n bytes.
func long(n int) string {
	const s = "De aannemer bespreekt de planning met de bewoners. "
	return strings.Repeat(s, n/len(s)+1)
}
