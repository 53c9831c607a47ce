package reader

import (
	"errors"
	"fmt"
	"unicode/utf8"

	pdferrors "github.com/klippa-app/go-pdfium/errors"
)

const (
	scanChars    = 16  // a page with fewer characters and a picture is a scan
	scanShare    = 0.1 // part of the page that the picture covers
	goodQuality  = 0.6 // text below this is worth a second opinion
	poorQuality  = 0.3 // text below this is worth OCR
	maxUseless   = 20  // after so many useless second opinions in a row there are no more
	maxReopens   = 10  // times that PDFium may trap on one document
	readerPDFium = "pdfium"
	readerSecond = "ledongthuc"
	readerOCR    = "ocr"
)

// pdfTask reads one PDF.
type pdfTask struct {
	*task
	doc     *pdfiumDoc // nil when PDFium cannot open the document
	second  *secondReader
	reopens int
	useless int // pages in a row for which the second reader had nothing better
	lost    int // pages that neither reader could load
}

// readPDF reads a PDF page by page: PDFium first, where needed the second reader and OCR, and the best text wins.
func readPDF(t *task) (Info, error) {
	p := &pdfTask{task: t, second: &secondReader{r: t.file, size: t.size, failed: t.req.NoSecond}}
	pages, err := p.open()
	if err != nil {
		return Info{}, err
	}
	defer p.close()
	if pages > t.limits.MaxPages {
		return Info{}, failf(ReasonTooLarge, "the document has %d pages, more than the %d allowed", pages, t.limits.MaxPages)
	}
	info := Info{Pages: pages}
	if p.doc != nil {
		info.Title = p.doc.title()
	}
	for n := max(1, t.req.From); n <= pages; n++ {
		if err := p.page(n); err != nil {
			return Info{}, err
		}
	}
	if p.lost == pages {
		return Info{}, failf(ReasonDamaged, "none of the %d pages can be read", pages)
	}
	return info, nil
}

func (p *pdfTask) close() {
	if p.doc != nil {
		p.doc.close()
	}
}

// open returns the number of pages, by PDFium or else by the second reader.
func (p *pdfTask) open() (int, error) {
	doc, err := p.openPDFium()
	switch {
	case err == nil && doc.pages > 0:
		p.doc = doc
		return doc.pages, nil
	case err == nil:
		doc.close()
		err = errors.New("the document has no pages")
	case encrypted(err):
		return 0, pdfFailure(err)
	}
	n, serr := p.withSecond(func() (int, string) { return p.second.pages(), "" })
	if serr != nil {
		return 0, serr
	}
	if n == 0 {
		return 0, pdfFailure(err)
	}
	return n, nil
}

func encrypted(err error) bool {
	return errors.Is(err, pdferrors.ErrPassword) || errors.Is(err, pdferrors.ErrSecurity)
}

// pdfFailure maps an error of opening to a reason.
func pdfFailure(err error) error {
	if encrypted(err) {
		return failf(ReasonPassword, "the PDF is encrypted: %v", err)
	}
	return failf(ReasonDamaged, "the PDF cannot be opened: %v", err)
}

func (p *pdfTask) openPDFium() (*pdfiumDoc, error) {
	pool, err := p.env.pdfium()
	if err != nil {
		return nil, err
	}
	return openPDFium(pool, p.file, p.size)
}

// withSecond tells the parent before the second reader runs, so that a crash in it is known for what it is.
func (p *pdfTask) withSecond(f func() (int, string)) (n int, err error) {
	if p.second.failed {
		return 0, nil
	}
	if err := p.out.stage(readerSecond); err != nil {
		return 0, err
	}
	n, _ = f()
	p.env.spoiled = p.env.spoiled || p.second.failed
	return n, p.out.stage("")
}

// page reads and sends page n.
func (p *pdfTask) page(n int) error {
	page, loaded := p.first(n)
	if page.Quality < goodQuality {
		if err := p.compare(&page, n); err != nil {
			return err
		}
	}
	if !loaded && page.Text == "" {
		p.lost++
	}
	if p.scanned(n, page) {
		p.recognise(&page, n)
	}
	return p.emit(page)
}

// first is PDFium's reading of page n. A trap costs the page, not the document.
func (p *pdfTask) first(n int) (page Page, loaded bool) {
	page = Page{Number: n, Reader: readerPDFium}
	if p.doc == nil {
		return page, false
	}
	runes, err := p.doc.text(n - 1)
	if err != nil {
		p.recover(err)
		return page, false
	}
	page.Text = cutText(glyphText(cleanGlyphs(runes)), maxPageText)
	page.Quality = quality(page.Text)
	page.Width, page.Height = p.doc.size(n - 1)
	return page, true
}

// recover opens the document again after a trap; after too many PDFium is done with.
func (p *pdfTask) recover(err error) {
	if !broken(err) {
		return
	}
	p.doc.close()
	p.doc = nil
	if p.reopens++; p.reopens > maxReopens {
		return
	}
	if doc, err := p.openPDFium(); err == nil {
		p.doc = doc
	}
}

// compare lets the second reader try page n and keeps the better text.
func (p *pdfTask) compare(page *Page, n int) error {
	if p.useless >= maxUseless || page.Text == "" && p.blank(n) {
		return nil
	}
	text := ""
	_, err := p.withSecond(func() (int, string) {
		text = cutText(p.second.text(n), maxPageText)
		return 0, text
	})
	p.useless++
	if err == nil && better(text, page.Text) {
		p.useless = 0
		page.Text, page.Reader, page.Quality = text, readerSecond, quality(text)
	}
	return err
}

// blank tells whether PDFium sees nothing at all on page n.
func (p *pdfTask) blank(n int) bool { return p.doc != nil && p.doc.objects(n-1) == 0 }

// scanned tells whether page n needs OCR.
func (p *pdfTask) scanned(n int, page Page) bool {
	if p.doc == nil {
		return false
	}
	if utf8.RuneCountInString(page.Text) >= scanChars {
		return page.Quality < poorQuality && p.ocr() != nil
	}
	return p.doc.imageShare(n-1) >= scanShare
}

// recognise reads page n by OCR where it is installed, and keeps the better text.
func (p *pdfTask) recognise(page *Page, n int) {
	few := utf8.RuneCountInString(page.Text) < scanChars
	ocr := p.ocr()
	if ocr == nil {
		page.NoText = few
		return
	}
	text, err := p.ocrPage(ocr, n, page.Width)
	if err != nil {
		page.NoText = few
		return
	}
	if few && utf8.RuneCountInString(text) > utf8.RuneCountInString(page.Text) || better(text, page.Text) {
		page.Text, page.Reader, page.Quality = text, readerOCR, quality(text)
	}
}

// ocrPage renders page n at about 200 dots per inch and recognises it.
func (p *pdfTask) ocrPage(o *ocr, n int, points float64) (string, error) {
	width := min(2400, max(800, int(points/72*200)))
	res, err := p.doc.gray(n-1, width)
	if err != nil {
		p.recover(err)
		return "", fmt.Errorf("render page %d for OCR: %w", n, err)
	}
	defer res.Cleanup()
	return o.recognise(p.ctx, res.Result.RenderedImage)
}
