package reader

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/go-pdf/fpdf"
	"github.com/google/go-cmp/cmp"
)

// soon is by when hostile files must have come to an end. It says that they end, not how fast: machines are shared.
const soon = 2 * time.Minute

// TestBadInput gives every kind of bad document its reason.
func TestBadInput(t *testing.T) {
	pool := newTestPool(t, func(o *Options) {
		o.Limits.MaxUnpacked = 64 << 20
		o.Limits.MaxMembers = 1000
	})
	pdf := makePDF(t, nil, "een", "twee")
	docx := makeDOCX(t, para("tekst"))
	tests := []struct {
		name string
		data []byte
		want Reason
	}{
		{"empty.pdf", nil, ReasonEmpty},
		{"header only.pdf", []byte("%PDF-1.7\n"), ReasonDamaged},
		{"cut.pdf", pdf[:300], ReasonDamaged},
		{"zeros.pdf", make([]byte, 5000), ReasonDamaged},
		{"noise.pdf", noise(5000), ReasonDamaged},
		{"noise.xyz", noise(5000), ReasonUnsupported},
		{"password.pdf", makePDF(t, func(d *fpdf.Fpdf) { d.SetProtection(fpdf.CnProtectPrint, "user", "owner") }, "geheim"), ReasonPassword},
		{"cut.docx", docx[:len(docx)-40], ReasonDamaged},
		{"archive.docx", makeZip(t, part{"a.txt", "tekst"}), ReasonMismatch},
		{"archive.zip", makeZip(t, part{"a.txt", "tekst"}), ReasonUnsupported},
		{"nothing.docx", makeDOCX(t, ""), ReasonEmpty},
		{"broken.docx", makeDOCX(t, "<w:p><w:r>"), ReasonDamaged},
		{"laughs.docx", makeZip(t, part{"word/document.xml", laughs}), ReasonDamaged},
		{"deep.docx", makeDOCX(t, strings.Repeat("<w:sdt>", 100_000)), ReasonTooLarge},
		{"bomb.docx", makeDOCX(t, strings.Repeat(" ", 60<<20)), ReasonTooLarge},
		{"large.docx", makeDOCX(t, strings.Repeat(" ", 65<<20)), ReasonTooLarge},
		{"bomb.xlsx", makeZip(t, part{"xl/workbook.xml", "<workbook/>"}, part{"xl/sharedStrings.xml", strings.Repeat("<si/>", 14<<20)}), ReasonTooLarge},
		{"cut.png", makePNG(t, 300, 300)[:60], ReasonDamaged},
		{"huge.png", bombPNG(t, 100_000), ReasonTooLarge},
		{"parts.docx", makeZip(t, append(manyParts(1001), part{"word/document.xml", "<d/>"})...), ReasonTooLarge},
		{"old.doc", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600)), ReasonDamaged},
		{"letter.rtf", []byte("{\\rtf1 hallo}"), ReasonUnsupported},
		{"nested.eml", []byte(nestedMail(40)), ReasonTooLarge},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			start := time.Now()
			_, _, err := readAll(t, pool, tt.name, tt.data)
			wantReason(t, err, tt.want)
			if d := time.Since(start); d > soon {
				t.Errorf("it took %v", d)
			}
		})
	}
}

// TestTooManyPages refuses ten thousand pages with the number, and reads them where the limit allows.
func TestTooManyPages(t *testing.T) {
	data := makePDF(t, func(d *fpdf.Fpdf) {
		for range 10_000 {
			d.AddPage()
		}
	})
	start := time.Now()
	_, _, err := readAll(t, newTestPool(t, nil), "big.pdf", data)
	wantReason(t, err, ReasonTooLarge)
	if !strings.Contains(err.Error(), "10000") || !strings.Contains(err.Error(), "5000") {
		t.Errorf("the detail does not give the numbers: %v", err)
	}
	pages, _, err := readAll(t, newTestPool(t, func(o *Options) { o.Limits.MaxPages = 20_000 }), "big.pdf", data)
	if err != nil || len(pages) != 10_000 {
		t.Errorf("%d pages, %v", len(pages), err)
	}
	if d := time.Since(start); d > soon {
		t.Errorf("it took %v", d)
	}
}

// TestBombPDF is a page whose content unpacks to 300 MB of nothing: it ends, with the text or with a reason.
func TestBombPDF(t *testing.T) {
	pool := newTestPool(t, func(o *Options) {
		o.Limits = Limits{PageTimeout: 10 * time.Second, CPU: 8 * time.Second, Memory: 400 << 20}
	})
	start := time.Now()
	_, _, err := readAll(t, pool, "bomb.pdf", bombPDF(t, 300<<20))
	t.Logf("ended after %v with %v", time.Since(start).Round(time.Millisecond), err)
	if time.Since(start) > soon {
		t.Errorf("it took %v", time.Since(start))
	}
	if _, _, err := readAll(t, pool, "a.pdf", makePDF(t, nil, "goed")); err != nil {
		t.Errorf("the next document: %v", err)
	}
}

// TestEmptyRows ends sheets of a million empty rows soon.
func TestEmptyRows(t *testing.T) {
	var rows strings.Builder
	rows.WriteString(`<row r="1"><c r="A1"><v>7</v></c></row>`)
	for i := 2; i <= 1_000_000; i++ {
		fmt.Fprintf(&rows, `<row r="%d"/>`, i)
	}
	sheet := `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` + rows.String() + `</sheetData></worksheet>`
	start := time.Now()
	pages, _, err := readAll(t, newTestPool(t, nil), "empty.xlsx", makeWorkbook(t, sheet, sheet, sheet))
	if err != nil || len(pages) != 3 || pages[0].Text != "1\t7" {
		t.Fatalf("got %d pages, %v", len(pages), err)
	}
	if d := time.Since(start); d > soon {
		t.Errorf("it took %v", d)
	}
}

func TestUnpackZip(t *testing.T) {
	data := makeZip(t, part{"map/../../../etc/passwd", "1"}, part{`C:\temp\plan.docx`, "22"}, part{"/abs.txt", "333"}, part{"inner.zip", "PK"},
		part{"__MACOSX/._x", "no"}, part{"dir/", ""}, part{"kwaad\u202efdp.exe\x00", "4"}, part{strings.Repeat("x", 300) + ".pdf", "5"})
	got := map[string]string{}
	err := newTestPool(t, nil).Unpack(context.Background(), tempFile(t, data), "a.zip", func(m Member, r io.Reader) error {
		b, err := io.ReadAll(r)
		got[m.Name] = string(b)
		return err
	})
	want := map[string]string{
		"etc/passwd": "1", "temp/plan.docx": "22", "abs.txt": "333", "inner.zip": "PK", "kwaadfdp.exe": "4", strings.Repeat("x", 251) + ".pdf": "5",
	}
	if d := cmp.Diff(want, got); err != nil || d != "" {
		t.Errorf("%v, members (-want +got):\n%s", err, d)
	}
}

func TestUnpackMail(t *testing.T) {
	got := map[string]string{}
	err := newTestPool(t, nil).Unpack(context.Background(), tempFile(t, []byte(testMail)), "a.eml", func(m Member, r io.Reader) error {
		b, err := io.ReadAll(r)
		got[m.Name] = string(b)
		return err
	})
	if d := cmp.Diff(map[string]string{"plan.pdf": "%PDF-1"}, got); err != nil || d != "" {
		t.Errorf("%v, members (-want +got):\n%s", err, d)
	}
}

func TestUnpackBombs(t *testing.T) {
	pool := newTestPool(t, func(o *Options) { o.Limits.MaxMembers = 1000; o.Limits.MaxUnpacked = 50 << 20 })
	lying := makeZip(t, part{"a", strings.Repeat("\x00", 40<<20)})
	for name, data := range map[string][]byte{
		"ratio": lying, "many": makeZip(t, manyParts(1001)...),
		"sum": makeZip(t, part{"a", strings.Repeat("ab", 15<<20)}, part{"b", strings.Repeat("ab", 15<<20)}),
	} {
		err := pool.Unpack(context.Background(), tempFile(t, data), name, func(_ Member, r io.Reader) error {
			_, err := io.Copy(io.Discard, r)
			return err
		})
		t.Run(name, func(t *testing.T) { wantReason(t, err, ReasonTooLarge) })
	}
}

// noise is bytes without a pattern, the same every time.
func noise(n int) []byte {
	out, x := make([]byte, n), uint32(2463534242)
	for i := range out {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		out[i] = byte(x)
	}
	return out
}

const laughs = `<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><w:document><w:body><w:p><w:t>&b;</w:t></w:p></w:body></w:document>`

func manyParts(n int) []part {
	parts := make([]part, n)
	for i := range parts {
		parts[i] = part{fmt.Sprintf("f%d.txt", i), "x"}
	}
	return parts
}

func nestedMail(depth int) string {
	var b strings.Builder
	b.WriteString("From: a@example.nl\r\nTo: b@example.nl\r\nSubject: x\r\n")
	for i := range depth {
		fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=\"b%d\"\r\n\r\n--b%d\r\n", i, i)
	}
	b.WriteString("\r\ntekst\r\n")
	for i := depth - 1; i >= 0; i-- {
		fmt.Fprintf(&b, "--b%d--\r\n", i)
	}
	return b.String()
}

// makeWorkbook wraps whole sheets into a workbook.
func makeWorkbook(tb testing.TB, sheets ...string) []byte {
	const rels = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
	const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	list, links := "", rels
	parts := []part{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`},
		{"_rels/.rels", rels + `<Relationship Id="r1" Type="` + office + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
	}
	for i, s := range sheets {
		list += fmt.Sprintf(`<sheet name="S%d" sheetId="%d" r:id="r%d"/>`, i+1, i+1, i+1)
		links += fmt.Sprintf(`<Relationship Id="r%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>`, i+1, office, i+1)
		parts = append(parts, part{fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1), s})
	}
	return makeZip(tb, append(parts,
		part{"xl/workbook.xml", `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="` + office + `"><sheets>` + list + `</sheets></workbook>`},
		part{"xl/_rels/workbook.xml.rels", links + `</Relationships>`})...)
}

// bombPDF has one page whose content stream unpacks to n bytes of blanks.
func bombPDF(tb testing.TB, n int64) []byte {
	tb.Helper()
	var stream, out bytes.Buffer
	zeroes(tb, &stream, n)
	var offsets []int
	obj := func(s string) {
		offsets = append(offsets, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", len(offsets), s)
	}
	out.WriteString("%PDF-1.4\n")
	obj("<</Type/Catalog/Pages 2 0 R>>")
	obj("<</Type/Pages/Kids[3 0 R]/Count 1>>")
	obj("<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R>>")
	obj(fmt.Sprintf("<</Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream", stream.Len(), stream.String()))
	start := out.Len()
	fmt.Fprintf(&out, "xref\n0 5\n0000000000 65535 f \n")
	for _, o := range offsets {
		fmt.Fprintf(&out, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&out, "trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF", start)
	return out.Bytes()
}
