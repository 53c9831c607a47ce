package reader

import (
	"slices"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/klippa-app/go-pdfium/requests"
)

// mend repairs the characters that go-pdfium makes nothing of, which most pages do not have.
func (d *pdfiumDoc) mend(i int, runes []rune) []rune {
	if !slices.Contains(runes, utf8.RuneError) {
		return runes
	}
	return d.whole(i, runes)
}

// whole puts the characters beyond U+FFFF together again: PDFium gives their two halves, which as runes are nothing. A half
// alone is a character without meaning. The second half's place is left empty (0), so that places stay those of PDFium's.
func (d *pdfiumDoc) whole(i int, runes []rune) []rune {
	halves, err := d.halves(i)
	if err != nil || len(halves) != len(runes) {
		return runes
	}
	for n, r := range runes {
		if r != utf8.RuneError || n+1 >= len(runes) {
			continue
		}
		if pair := utf16.DecodeRune(halves[n], halves[n+1]); pair != utf8.RuneError {
			runes[n], runes[n+1] = pair, 0
		}
	}
	return runes
}

// halves are the characters of page i as PDFium has them, in UTF-16 where they need two.
func (d *pdfiumDoc) halves(i int) (out []rune, err error) {
	page, err := d.inst.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: d.at(i)})
	if err != nil {
		return nil, err
	}
	defer func() { _, _ = d.inst.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: page.TextPage}) }()
	count, err := d.inst.FPDFText_CountChars(&requests.FPDFText_CountChars{TextPage: page.TextPage})
	if err != nil {
		return nil, err
	}
	for n := range count.Count {
		c, err := d.inst.FPDFText_GetUnicode(&requests.FPDFText_GetUnicode{TextPage: page.TextPage, Index: n})
		if err != nil {
			return nil, err
		}
		if c.Unicode != 0 {
			out = append(out, rune(c.Unicode))
		}
	}
	return out, nil
}
