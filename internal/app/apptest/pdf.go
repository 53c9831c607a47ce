package apptest

import (
	"bytes"
	"time"

	"github.com/go-pdf/fpdf"
)

// writePDF writes plain pages in a built-in typeface.
func writePDF(b *bytes.Buffer, pages []string) {
	doc := fpdf.New("P", "mm", "A4", "")
	doc.SetCreationDate(fixedTime)
	doc.SetModificationDate(fixedTime)
	doc.SetCatalogSort(true)
	doc.SetFont("Helvetica", "", 11)
	latin := doc.UnicodeTranslatorFromDescriptor("")
	for _, text := range pages {
		doc.AddPage()
		doc.MultiCell(170, 6, latin(text), "", "L", false)
	}
	if err := doc.Output(b); err != nil {
		panic(err) // memory never refuses
	}
}

// fixedTime makes the same pages the same bytes.
var fixedTime = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
