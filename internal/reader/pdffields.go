package reader

import (
	"strings"

	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
)

const maxFields = 2000 // of a page's notes and fields that are looked at for values

// keepValues remembers what was filled in on page i before flattening takes the fields away: programs that fill in a form
// often leave it to the viewer to draw the values, and then flattening draws empty boxes.
func (d *pdfiumDoc) keepValues(i int) {
	d.values = nil
	form, err := d.inst.FPDF_GetFormType(&requests.FPDF_GetFormType{Document: d.ref})
	if err != nil || form.FormType == enums.FPDF_FORMTYPE_NONE {
		return
	}
	count, err := d.inst.FPDFPage_GetAnnotCount(&requests.FPDFPage_GetAnnotCount{Page: d.at(i)})
	if err != nil {
		return
	}
	for n := range min(count.Count, maxFields) {
		if v := d.value(i, n); v != "" {
			d.values = append(d.values, v)
		}
	}
}

// value is the text of field n of page i, empty where it is no field, no text, or hidden.
func (d *pdfiumDoc) value(i, n int) string {
	res, err := d.inst.FPDFPage_GetAnnot(&requests.FPDFPage_GetAnnot{Page: d.at(i), Index: n})
	if err != nil {
		return ""
	}
	defer func() { _, _ = d.inst.FPDFPage_CloseAnnot(&requests.FPDFPage_CloseAnnot{Annotation: res.Annotation}) }()
	if !d.shownField(res.Annotation) {
		return ""
	}
	v, err := d.inst.FPDFAnnot_GetStringValue(&requests.FPDFAnnot_GetStringValue{Annotation: res.Annotation, Key: "V"})
	if err != nil {
		return ""
	}
	return strings.TrimSpace(v.Value)
}

func (d *pdfiumDoc) shownField(a references.FPDF_ANNOTATION) bool {
	kind, err := d.inst.FPDFAnnot_GetSubtype(&requests.FPDFAnnot_GetSubtype{Annotation: a})
	if err != nil || kind.Subtype != enums.FPDF_ANNOT_SUBTYPE_WIDGET {
		return false
	}
	flags, err := d.inst.FPDFAnnot_GetFlags(&requests.FPDFAnnot_GetFlags{Annotation: a})
	if err != nil || flags.Flags&(enums.FPDF_ANNOT_FLAG_HIDDEN|enums.FPDF_ANNOT_FLAG_NOVIEW) != 0 {
		return false
	}
	value, err := d.inst.FPDFAnnot_GetValueType(&requests.FPDFAnnot_GetValueType{Annotation: a, Key: "V"})
	return err == nil && value.ValueType == enums.FPDF_OBJECT_TYPE_STRING // the state of a tick box is a name
}

// unseen returns the values that the text of the page does not show, each on a line of its own.
func (d *pdfiumDoc) unseen(runes []rune) (out []rune) {
	if len(d.values) == 0 {
		return nil
	}
	text := cleanLine(string(runes))
	for _, v := range d.values {
		if line := cleanLine(v); line != "" && !strings.Contains(text, line) {
			out = append(append(out, '\n'), []rune(v)...)
		}
	}
	return out
}
