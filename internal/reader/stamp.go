package reader

import (
	"context"
	"fmt"
	"io"
	"math"

	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/structs"
)

// maxStamp bounds the text of a stamp, in bytes: it is to be read.
const maxStamp = 200

// Stamp writes a copy of a PDF to w with a text on every page, over it and at its foot. w has had bytes of a copy that must be thrown
// away where it fails. ReasonUnsupported where the file is no PDF.
func (p *Pool) Stamp(ctx context.Context, f File, name, text string, w io.Writer) (err error) {
	ctx, end := p.begin(ctx, opStamp)
	pages := 0
	defer func() { end(pages, err) }()
	var size int64
	info, err := p.run(ctx, p.batch, request{Op: opStamp, Name: name, Text: cutText(cleanLine(text), maxStamp)}, f, func(fr frame) error {
		if fr.kind != frameData {
			return failf(ReasonCrashed, "the reader sent a frame %q", fr.kind)
		}
		if size += int64(len(fr.payload)); size > p.opts.Limits.MaxUnpacked {
			return failf(ReasonTooLarge, "the copy has more than the %d bytes allowed", p.opts.Limits.MaxUnpacked)
		}
		_, err := w.Write(fr.payload)
		return err
	})
	pages = info.Pages
	return err
}

// stamp is Stamp in the child. A page that cannot be stamped fails the whole: an unstamped page must not leave.
func (t *task) stamp() (Info, error) {
	if t.kind.mediaType != formatPDF.mediaType {
		return Info{}, failf(ReasonUnsupported, "only a PDF can be stamped")
	}
	pool, err := t.env.pdfium()
	if err != nil {
		return Info{}, err
	}
	doc, err := openPDFium(pool, t.file, t.size)
	if err != nil {
		return Info{}, pdfFailure(err)
	}
	defer doc.close()
	if doc.pages == 0 || doc.pages > t.limits.MaxPages {
		return Info{}, failf(ReasonTooLarge, "the document has %d pages, %d are allowed", doc.pages, t.limits.MaxPages)
	}
	for i := range doc.pages {
		if err := doc.stamp(i, t.req.Text); err != nil {
			return Info{}, failf(ReasonDamaged, "page %d cannot be stamped: %v", i+1, err)
		}
		renewCPU(t.limits.CPU)
	}
	_, err = doc.inst.FPDF_SaveAsCopy(&requests.FPDF_SaveAsCopy{Document: doc.ref, Flags: requests.SaveFlagRemoveSecurity, FileWriter: t.out})
	if err != nil {
		return Info{}, failf(ReasonDamaged, "the copy cannot be written: %v", err)
	}
	return Info{Pages: doc.pages}, nil
}

// stamp puts the text on page i.
func (d *pdfiumDoc) stamp(i int, text string) error {
	loaded, err := d.inst.FPDF_LoadPage(&requests.FPDF_LoadPage{Document: d.ref, Index: i})
	if err != nil {
		return fmt.Errorf("load: %w", err)
	}
	page := requests.Page{ByReference: &loaded.Page}
	defer func() { _, _ = d.inst.FPDF_ClosePage(&requests.FPDF_ClosePage{Page: loaded.Page}) }()
	box, err := d.inst.FPDF_GetPageBoundingBox(&requests.FPDF_GetPageBoundingBox{Page: page})
	if err != nil {
		return fmt.Errorf("size: %w", err)
	}
	turned, err := d.inst.FPDFPage_GetRotation(&requests.FPDFPage_GetRotation{Page: page})
	if err != nil {
		return fmt.Errorf("rotation: %w", err)
	}
	for _, w := range wordings(box.Rect, int(turned.PageRotation), text) {
		if err := d.write(page, w); err != nil {
			return err
		}
	}
	if _, err := d.inst.FPDFPage_GenerateContent(&requests.FPDFPage_GenerateContent{Page: page}); err != nil {
		return fmt.Errorf("generate: %w", err)
	}
	return nil
}

// wording is a line of text on a page.
type wording struct {
	text  string
	size  float64 // points
	angle float64 // radians
	x, y  float64 // where its base line begins
	alpha uint
}

// letterWidth is about how wide a letter of Helvetica is, as a part of its size.
const letterWidth = 0.5

// wordings are the text across a page and at its foot, as the page is looked at: quarters is how often it is turned clockwise.
func wordings(box structs.FPDF_FS_RECTF, quarters int, text string) []wording {
	left, right := float64(min(box.Left, box.Right)), float64(max(box.Left, box.Right))
	low, high := float64(min(box.Bottom, box.Top)), float64(max(box.Bottom, box.Top))
	w, h := right-left, high-low
	quarters = (quarters%4 + 4) % 4
	turn := float64(quarters) * math.Pi / 2
	seenW, seenH := w, h
	if quarters%2 == 1 {
		seenW, seenH = h, w
	}
	length := letterWidth * float64(len([]rune(text)))
	big := min(56, 0.75*math.Hypot(seenW, seenH)/length)
	slant := math.Atan2(seenH, seenW) + turn
	across := wording{text: text, size: big, angle: slant, alpha: 45}
	across.x = left + w/2 - math.Cos(slant)*length*big/2
	across.y = low + h/2 - math.Sin(slant)*length*big/2
	foot := wording{text: text, size: min(8, (seenW-40)/length), angle: turn, alpha: 200}
	corner := [4][2]float64{{left + 20, low + 10}, {right - 10, low + 20}, {right - 20, high - 10}, {left + 10, high - 20}}[quarters]
	foot.x, foot.y = corner[0], corner[1]
	if foot.size < 1 {
		return []wording{across}
	}
	return []wording{across, foot}
}

func (d *pdfiumDoc) write(page requests.Page, w wording) error {
	made, err := d.inst.FPDFPageObj_NewTextObj(&requests.FPDFPageObj_NewTextObj{Document: d.ref, Font: "Helvetica", FontSize: float32(w.size)})
	if err != nil {
		return fmt.Errorf("text: %w", err)
	}
	if err := d.fill(made.PageObject, w); err != nil {
		return err
	}
	if _, err := d.inst.FPDFPage_InsertObject(&requests.FPDFPage_InsertObject{Page: page, PageObject: made.PageObject}); err != nil {
		return fmt.Errorf("insert: %w", err)
	}
	return nil
}

func (d *pdfiumDoc) fill(object references.FPDF_PAGEOBJECT, w wording) error {
	if _, err := d.inst.FPDFText_SetText(&requests.FPDFText_SetText{PageObject: object, Text: w.text}); err != nil {
		return fmt.Errorf("set text: %w", err)
	}
	grey := structs.FPDF_COLOR{R: 90, G: 90, B: 90, A: w.alpha}
	if _, err := d.inst.FPDFPageObj_SetFillColor(&requests.FPDFPageObj_SetFillColor{PageObject: object, FillColor: grey}); err != nil {
		return fmt.Errorf("colour: %w", err)
	}
	sin, cos := math.Sincos(w.angle)
	matrix := structs.FPDF_FS_MATRIX{A: float32(cos), B: float32(sin), C: float32(-sin), D: float32(cos), E: float32(w.x), F: float32(w.y)}
	if _, err := d.inst.FPDFPageObj_Transform(&requests.FPDFPageObj_Transform{PageObject: object, Transform: matrix}); err != nil {
		return fmt.Errorf("place: %w", err)
	}
	return nil
}
