package library_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/library"
)

// Documents that are read at the same time find each other too, whichever is written first.
func TestCopiesReadTogether(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		const documents = 8
		docs := make([]*library.Document, documents)
		for i := range docs {
			docs[i] = begin(t, a, fmt.Sprintf("plan %d.pdf", i), fmt.Sprintf("Woning %d. De uitvoerder loopt iedere ochtend een ronde langs de woningen en "+
				"bespreekt wat er die dag gebeurt met wie thuis is, zodat niemand voor verrassingen staat.", i))
		}
		a.Settle(t)
		for _, d := range docs {
			d, err := a.Library.Get(t.Context(), a.Tom.Viewer(), d.ID)
			if err != nil {
				t.Fatal(err)
			}
			var copies []library.Copy
			waitFor(t, func() bool {
				copies, err = a.Library.Copies(t.Context(), a.Tom.Viewer(), d)
				return err != nil || len(copies) == documents-1
			})
			if err != nil || len(copies) != documents-1 {
				t.Errorf("%s has %d copies, want %d, err %v", d.Title, len(copies), documents-1, err)
			}
		}
	})
}

// begin uploads a document of one page without waiting for it to be read.
func begin(t *testing.T, a *apptest.App, name, text string) *library.Document {
	t.Helper()
	pdf := apptest.PDF(text)
	d, err := a.Library.Upload(t.Context(), a.Tom.Viewer(), library.File{Name: name, Size: int64(len(pdf)), Body: bytes.NewReader(pdf)}, library.Meta{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}
