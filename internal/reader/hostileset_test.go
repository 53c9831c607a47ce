package reader

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io/fs"
	"strings"
	"testing"
)

// HostileFile is a file as somebody sends it who means harm.
type HostileFile struct {
	Name string // as it is sent, before anybody cleans it
	Data []byte
}

// HostileSet returns a set of hostile files, for tests of the whole program. None of their members, run or written as they ask, would
// stay unnoticed: they are called "escaped".
func HostileSet(tb testing.TB) []HostileFile {
	tb.Helper()
	bomb := makeZip(tb, part{"nullen.txt", strings.Repeat("\x00", 300<<20)})
	nested := makeZip(tb, part{"a.zip", string(bomb)}, part{"b.zip", string(bomb)})
	docx, odt := makeDOCX(tb, para("tekst")), makeZip(tb, part{"mimetype", "application/vnd.oasis.opendocument.text"}, part{"content.xml", laughs})
	secret := `<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]><w:document xmlns:w="w"><w:body><w:p><w:r><w:t>&e;</w:t></w:r></w:p></w:body></w:document>`
	pdf := makePDF(tb, nil, "een", "twee")
	page := `<script>document.title="escaped"</script><img src=x onerror=alert(1)>`
	list := []HostileFile{
		{"bommen.zip", makeZip(tb, part{"c.zip", string(nested)}, part{"d.zip", string(nested)})},
		{"paden.zip", hostilePaths(tb)},
		{"rijen.xlsx", makeWorkbook(tb, emptyRows(2_000_000))},
		{"lach.docx", makeZip(tb, part{"word/document.xml", laughs})},
		{"lach.odt", odt},
		{"lach.svg", []byte(laughs)},
		{"geheim.docx", makeZip(tb, part{"word/document.xml", secret})},
		{"bom.pdf", bombPDF(tb, 100<<20)},
		{"kring.pdf", actionPDF("", "<</Type/Pages/Kids[2 0 R 2 0 R 3 0 R]/Count 3/Parent 2 0 R>>")},
		{"acties.pdf", actionPDF(`/OpenAction<</S/Launch/F(/bin/sh)/Next<</S/JavaScript/JS(app.launchURL\("http://127.0.0.1/escaped"\))>>>>/Names<</EmbeddedFiles<</Names[(escaped)5 0 R]>>>>`, "")},
		{"pdf en html.pdf", append([]byte("%PDF-1.4\n<!doctype html>"+page+"\n"), pdf...)},
		{"gif en js.gif", []byte("GIF89a/*" + page + "*/=0;alert(1)")},
		{`"><svg onload=alert(1)>.txt`, []byte(page)},
		{strings.Repeat("lang", 75) + ".pdf", pdf},
		{"plan\u202efdp.exe", pdf},
		{"nul\x00naam.txt", []byte("tekst\x00met\x00nullen")},
		{"regel\r\nSet-Cookie: escaped=1\r\n.txt", []byte("tekst")},
		{"../../../escaped.txt", []byte("tekst")},
		{"diep.eml", []byte(nestedMail(50))},
		{"reus.png", bombPNG(tb, 100_000)},
		{"reus.gif", []byte("GIF89a\xff\xff\xff\xff\xf7\x00\x00\x2c\x00\x00\x00\x00\xff\xff\xff\xff\x00\x08")},
		{"formule.csv", []byte("=cmd|' /C calc'!A0,\"=HYPERLINK(\"\"http://127.0.0.1/escaped\"\")\"\n")},
	}
	for name, whole := range map[string][]byte{
		"plan.docx": docx, "plan.pdf": pdf, "plan.xlsx": makeWorkbook(tb, emptyRows(3)), "foto.png": makePNG(tb, 300, 300), "alles.zip": nested, "post.eml": []byte(testMail),
		"plan.odt": odt, "dia.pptx": makePPTX(tb, "tekst"),
	} {
		for _, part := range []int{0, 1, len(whole) / 2, len(whole) - 1} {
			list = append(list, HostileFile{fmt.Sprintf("afgekapt bij %d %s", part, name), whole[:part]})
		}
	}
	return list
}

// emptyRows is a sheet with one cell and n rows that hold nothing.
func emptyRows(n int) string {
	var rows strings.Builder
	for i := 2; i <= n; i++ {
		fmt.Fprintf(&rows, `<row r="%d"/>`, i)
	}
	return `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1"><v>7</v></c></row>` + rows.String() + `</sheetData></worksheet>`
}

// hostilePaths is an archive whose members ask to be written elsewhere, and one that is a link to a file of the system.
func hostilePaths(tb testing.TB) []byte {
	tb.Helper()
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	add := func(h *zip.FileHeader, content string) {
		f, err := w.CreateHeader(h)
		if err == nil {
			_, err = f.Write([]byte(content))
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	for _, name := range []string{"../../../escaped.txt", "/tmp/escaped.txt", `C:\escaped.txt`, "a/../../../escaped.txt", "escaped\x00.txt", "<img src=x onerror=alert(1)>.txt", "\u202etxt.escaped"} {
		add(&zip.FileHeader{Name: name, Method: zip.Deflate}, "tekst")
	}
	link := &zip.FileHeader{Name: "escaped-link.txt"}
	link.SetMode(fs.ModeSymlink | 0o777)
	add(link, "/etc/passwd")
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return buf.Bytes()
}

// actionPDF is a page in a catalogue with more than it needs; pages stands in the place of an honest page tree.
func actionPDF(catalog, pages string) []byte {
	if pages == "" {
		pages = "<</Type/Pages/Kids[3 0 R]/Count 1>>"
	}
	text := "BT /F1 12 Tf 50 700 Td (tekst) Tj ET"
	objects := []string{
		"<</Type/Catalog/Pages 2 0 R" + catalog + ">>", pages,
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>/AA<</O<</S/JavaScript/JS(app.alert\\(1\\))>>>>>>",
		fmt.Sprintf("<</Length %d>>\nstream\n%s\nendstream", len(text), text),
		"<</Type/Filespec/F(../../escaped.exe)/EF<</F 6 0 R>>>>",
		"<</Type/EmbeddedFile/Length 2>>\nstream\nMZ\nendstream",
	}
	var out bytes.Buffer
	out.WriteString("%PDF-1.7\n")
	var offsets []int
	for i, o := range objects {
		offsets = append(offsets, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, o := range offsets {
		fmt.Fprintf(&out, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&out, "trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF", len(objects)+1, start)
	return out.Bytes()
}
