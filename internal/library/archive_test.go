package library_test

import (
	"archive/zip"
	"bytes"
	"testing"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/library"
)

func zipped(t *testing.T, name string, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Archives in archives are unpacked a few deep; what lies deeper ends with a reason and not with an endless row of documents.
func TestNestedArchivesEnd(t *testing.T) {
	a := apptest.New(t, db.SQLite)
	inner := []byte("een tekst heel diep weg")
	content := zipped(t, "diep.txt", inner)
	for range 6 {
		content = zipped(t, "in.zip", content)
	}
	a.Upload(t, a.Sanne, "buiten.zip", content, library.Meta{})
	docs, n, err := a.Library.List(t.Context(), auth.System(), library.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	reasons := map[string]int{}
	for _, d := range docs {
		reasons[d.Failure]++
	}
	if n > 5 || reasons["too_large"] != 1 {
		t.Errorf("%d documents, reasons %v: want few, and one that is too deep", n, reasons)
	}
}

// A zip that unpacks to far more than it is ends as too large, and the others go on.
func TestZipBomb(t *testing.T) {
	a := apptest.New(t, db.SQLite)
	d := a.Upload(t, a.Sanne, "bom.zip", zipped(t, "nullen.txt", make([]byte, 300<<20)), library.Meta{})
	if d.Status != library.StatusFailed || d.Failure != "too_large" {
		t.Errorf("the bomb ended as %s %s: %s", d.Status, d.Failure, d.FailureDetail)
	}
	if d := a.Upload(t, a.Sanne, "goed.txt", []byte("na de bom"), library.Meta{}); d.Status != library.StatusReady {
		t.Errorf("the next file is %s", d.Status)
	}
}

// What people and files write is text everywhere, never markup.
func TestMarkupIsText(t *testing.T) {
	a := apptest.New(t, db.SQLite)
	title := `<script>alert(1)</script> & "grondwerk"`
	a.Upload(t, a.Sanne, "x.txt", []byte(`grondwerk <img src=x onerror=alert(1)> & </mark> einde`), library.Meta{Title: &title})
	res := search(t, a, a.Sanne, "grondwerk")
	if len(res.Hits) != 1 {
		t.Fatalf("%d hits", len(res.Hits))
	}
	for what, html := range map[string]string{"title": res.Hits[0].Title, "snippet": res.Hits[0].Snippet} {
		bare := bytes.ReplaceAll(bytes.ReplaceAll([]byte(html), []byte("<mark>"), nil), []byte("</mark>"), nil)
		if bytes.ContainsAny(bare, "<>") || !bytes.Contains([]byte(html), []byte("<mark>grondwerk</mark>")) {
			t.Errorf("%s is not escaped, or not marked: %s", what, html)
		}
	}
}
