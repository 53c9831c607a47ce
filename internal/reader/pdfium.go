package reader

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/enums"
	pdferrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/responses"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// newPDFium compiles PDFium, from the cache on disk where it is there, with no more memory than the limit and with
// no file system at all.
func newPDFium(ctx context.Context, cacheDir string, memory uint64) (pdfium.Pool, error) {
	conf := wazero.NewRuntimeConfig().
		WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
		WithMemoryLimitPages(uint32(min(memory/2, 1<<30) >> 16))
	if cacheDir != "" {
		// A cache that cannot be made costs seconds, not the document.
		if cache, err := wazero.NewCompilationCacheWithDir(cacheDir); err == nil {
			conf = conf.WithCompilationCache(cache)
		}
	}
	return webassembly.Init(webassembly.Config{
		Context: ctx, MaxIdle: 1, MaxTotal: 2, RuntimeConfig: conf,
		FSConfig: wazero.NewFSConfig(), Stdout: io.Discard, Stderr: io.Discard,
	})
}

// pdfiumDoc is a document open in a PDFium instance of its own: nothing of it is left for the next document.
type pdfiumDoc struct {
	pool  pdfium.Pool
	inst  pdfium.Pdfium
	ref   references.FPDF_DOCUMENT
	pages int
	flat  int // index of the page that was flattened last, -1 for none

	values []string // what was filled in on that page
}

// openPDFium opens a document. The errors of the document are those of go-pdfium's package errors.
func openPDFium(pool pdfium.Pool, r io.ReaderAt, size int64) (*pdfiumDoc, error) {
	inst, err := pool.GetInstance(30 * time.Second)
	if err != nil {
		return nil, fmt.Errorf("start pdfium: %w", err)
	}
	d := &pdfiumDoc{pool: pool, inst: inst, flat: -1}
	if err := d.open(r, size); err != nil {
		d.close()
		return nil, err
	}
	return d, nil
}

func (d *pdfiumDoc) open(r io.ReaderAt, size int64) error {
	doc, err := d.inst.OpenDocument(&requests.OpenDocument{FileReader: io.NewSectionReader(r, 0, size), FileReaderSize: size})
	if err != nil {
		return fmt.Errorf("open: %w", err)
	}
	d.ref = doc.Document
	count, err := d.inst.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: d.ref})
	if err != nil {
		return fmt.Errorf("count pages: %w", err)
	}
	d.pages = count.PageCount
	return nil
}

// close gives the instance back, whatever state it is in.
func (d *pdfiumDoc) close() { _ = d.inst.Close() }

// broken tells whether an error means that the instance trapped and must not be used again.
func broken(err error) bool {
	if err == nil {
		return false
	}
	s := err.Error()
	return strings.Contains(s, "wasm error") || strings.Contains(s, "panic occurred") || strings.Contains(s, "closed with")
}

func (d *pdfiumDoc) at(i int) requests.Page {
	return requests.Page{ByIndex: &requests.PageByIndex{Document: d.ref, Index: i}}
}

// flatten turns form fields and notes into page content, so that what was filled in is read.
func (d *pdfiumDoc) flatten(i int) error {
	if d.flat == i {
		return nil
	}
	d.flat = i
	d.keepValues(i)
	_, err := d.inst.FPDFPage_Flatten(&requests.FPDFPage_Flatten{Page: d.at(i)})
	if broken(err) || errors.Is(err, pdferrors.ErrPage) {
		return fmt.Errorf("flatten: %w", err)
	}
	return nil // a form that cannot be flattened is read as it is
}

// text returns the characters of page i (from 0) in PDFium's order.
func (d *pdfiumDoc) text(i int) ([]rune, error) {
	if err := d.flatten(i); err != nil {
		return nil, err
	}
	res, err := d.inst.GetPageText(&requests.GetPageText{Page: d.at(i)})
	if err != nil {
		return nil, fmt.Errorf("text: %w", err)
	}
	runes := d.mend(i, []rune(res.Text))
	return append(runes, d.unseen(runes)...), nil
}

// size returns the size of page i in points.
func (d *pdfiumDoc) size(i int) (w, h float64) {
	res, err := d.inst.GetPageSize(&requests.GetPageSize{Page: d.at(i)})
	if err != nil {
		return 0, 0
	}
	return res.Width, res.Height
}

func (d *pdfiumDoc) title() string {
	res, err := d.inst.FPDF_GetMetaText(&requests.FPDF_GetMetaText{Document: d.ref, Tag: "Title"})
	if err != nil {
		return ""
	}
	return cutText(cleanLine(res.Value), 500)
}

// objects returns the number of things on page i, -1 where unknown.
func (d *pdfiumDoc) objects(i int) int {
	count, err := d.inst.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: d.at(i)})
	if err != nil {
		return -1
	}
	return count.Count
}

// imageShare returns the part of page i that images cover, 0 to 1; strips of a scan add up.
func (d *pdfiumDoc) imageShare(i int) float64 {
	w, h := d.size(i)
	if w*h <= 0 {
		return 0
	}
	area := 0.0
	for n := range min(d.objects(i), 2000) {
		obj, err := d.inst.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: d.at(i), Index: n})
		if err != nil {
			break
		}
		if d.pictures(obj.PageObject) {
			area += d.area(obj.PageObject)
		}
	}
	return min(1, area/(w*h))
}

// pictures tells whether an object is an image, or a form with an image in it.
func (d *pdfiumDoc) pictures(obj references.FPDF_PAGEOBJECT) bool {
	kind, err := d.inst.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: obj})
	if err != nil {
		return false
	}
	if kind.Type != enums.FPDF_PAGEOBJ_FORM {
		return kind.Type == enums.FPDF_PAGEOBJ_IMAGE
	}
	count, err := d.inst.FPDFFormObj_CountObjects(&requests.FPDFFormObj_CountObjects{PageObject: obj})
	if err != nil {
		return false
	}
	for n := range min(count.Count, 50) {
		inner, err := d.inst.FPDFFormObj_GetObject(&requests.FPDFFormObj_GetObject{PageObject: obj, Index: uint64(n)})
		if err != nil {
			return false
		}
		kind, err := d.inst.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: inner.PageObject})
		if err == nil && kind.Type == enums.FPDF_PAGEOBJ_IMAGE {
			return true
		}
	}
	return false
}

func (d *pdfiumDoc) area(obj references.FPDF_PAGEOBJECT) float64 {
	b, err := d.inst.FPDFPageObj_GetBounds(&requests.FPDFPageObj_GetBounds{PageObject: obj})
	if err != nil {
		return 0
	}
	return max(0, float64(b.Right-b.Left)) * max(0, float64(b.Top-b.Bottom))
}

// jpeg renders page i as JPEG of at most the given width, and of at most three times that in height.
func (d *pdfiumDoc) jpeg(i, width int) ([]byte, error) {
	if err := d.flatten(i); err != nil {
		return nil, err
	}
	res, err := d.inst.RenderToFile(&requests.RenderToFile{
		RenderPageInPixels: &requests.RenderPageInPixels{Page: d.at(i), Width: width, Height: 3 * width},
		OutputFormat:       requests.RenderToFileOutputFormatJPG,
		OutputTarget:       requests.RenderToFileOutputTargetBytes,
		OutputQuality:      80,
	})
	if err != nil {
		return nil, fmt.Errorf("render: %w", err)
	}
	return *res.ImageBytes, nil
}

// gray renders page i in grey at the given width for OCR. Call Cleanup when the picture is no longer used.
func (d *pdfiumDoc) gray(i, width int) (res *responses.RenderPageInPixels, err error) {
	return d.inst.RenderPageInPixels(&requests.RenderPageInPixels{
		Page: d.at(i), Width: width, Height: 2 * width, ImageFormat: requests.RenderImageFormatGrayscale,
	})
}
