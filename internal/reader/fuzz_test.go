package reader

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/klippa-app/go-pdfium"
	"github.com/xuri/excelize/v2"
)

// FuzzFrame decodes what a hostile child may send.
func FuzzFrame(f *testing.F) {
	var good bytes.Buffer
	_ = writeJSON(&good, framePage, Page{Number: 1, Text: "tekst"})
	_ = writeJSON(&good, frameInfo, Info{Pages: 1})
	f.Add(good.Bytes())
	f.Add([]byte{'P', 0xff, 0xff, 0xff, 0xff})
	f.Add([]byte{'P', 0, 0, 0, 2, '{', '}'})
	f.Fuzz(func(t *testing.T, b []byte) {
		r := bytes.NewReader(b)
		got := &reading{limits: DefaultLimits(), next: 1, page: func(Page) error { return nil }}
		for {
			fr, err := readFrame(r)
			if err != nil {
				return
			}
			if len(fr.payload) > len(b) {
				t.Fatal("more came out than went in")
			}
			if err := got.frame(fr); err != nil {
				return
			}
		}
	})
}

// FuzzDocument gives arbitrary bytes to all readers but PDFium's, which run in the child: they must end in pages or in
// a failure, and never panic. PDFs are left to the second reader, whose panics are caught.
func FuzzDocument(f *testing.F) {
	f.Add("a.docx", makeDOCX(f, para("x")+`<w:tbl><w:tr><w:tc>`+para("y")+`</w:tc></w:tr></w:tbl>`))
	f.Add("a.pptx", makePPTX(f, shape("title", "T")))
	f.Add("a.odt", makeODF(f, formatODT, `<text:p>x</text:p>`))
	f.Add("a.ods", makeODF(f, formatODS, `<table:table><table:table-row><table:table-cell/></table:table-row></table:table>`))
	f.Add("a.odp", makeODF(f, formatODP, `<draw:page/>`))
	f.Add("a.xlsx", makeXLSX(f, func(b *excelize.File) { _ = b.SetCellValue("Sheet1", "A1", "x") }))
	f.Add("a.eml", []byte(testMail))
	f.Add("a.csv", []byte("a;b\n\"c"))
	f.Add("a.html", []byte("<p>x<td>y"))
	f.Add("a.png", makePNG(f, 3, 3))
	f.Add("a.doc", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		path := filepath.Join(t.TempDir(), "document")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, op := range []operation{opRead, opUnpack} {
			fuzzTask(t, request{Op: op, Name: name, NoOCR: true, Limits: Limits{MaxUnpacked: 4 << 20, MaxMembers: 100}}, path)
		}
	})
}

func fuzzTask(t *testing.T, req request, path string) {
	t.Helper()
	doc, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer doc.Close()
	noPDFium := errors.New("not here")
	env := &childEnv{pdfium: func() (pdfium.Pool, error) { return nil, noPDFium }, ocr: func() *ocr { return nil }}
	tk, err := newTask(context.Background(), io.Discard, env, req, doc)
	if err == nil {
		tk.limits.CPU = 0
		_, err = tk.run()
	}
	if err != nil && toWire(err).Reason == "" {
		t.Fatalf("%s: an error without a reason: %v", req.Op, err)
	}
}
