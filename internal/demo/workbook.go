package demo

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// workbook is an xlsx being made. Every formula is written with its value, so that readers which do not calculate show it.
type workbook struct {
	*excelize.File
	head, money, count, sum, bar, wrap int // styles
}

// renderXLSX makes the workbook that the file's Sheet names.
func renderXLSX(f *file) ([]byte, error) {
	w := &workbook{File: excelize.NewFile()}
	defer w.Close()
	if err := w.styles(colours[f.branch]); err != nil {
		return nil, err
	}
	var err error
	switch f.Sheet {
	case "calculation":
		err = w.calculation(f)
	case "risk":
		err = w.risks(f)
	case "schedule":
		err = w.schedule(f)
	default:
		err = fmt.Errorf("nothing makes the sheet %q", f.Sheet)
	}
	if err != nil {
		return nil, err
	}
	at := f.at.UTC().Format(time.RFC3339)
	if err := w.SetDocProps(&excelize.DocProperties{Title: f.Title, Creator: Company, Created: at, Modified: at}); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if _, err = w.WriteTo(&out); err != nil {
		return nil, err
	}
	return repack(f.at, out.Bytes())
}

// repack sorts the parts, which come in any order, and gives all one date: equal workbooks have equal bytes.
func repack(at time.Time, b []byte) ([]byte, error) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, err
	}
	var list []member
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		text, err := io.ReadAll(r)
		if err != nil {
			return nil, err
		}
		list = append(list, member{f.Name, string(text)})
	}
	slices.SortFunc(list, func(a, b member) int { return strings.Compare(a.name, b.name) })
	return pack(at, list)
}

func (w *workbook) styles(c colour) (err error) {
	hex := fmt.Sprintf("%02X%02X%02X", c[0], c[1], c[2])
	euro, amount := `"€" #,##0.00`, `#,##0.00`
	top := []excelize.Border{{Type: "top", Color: "000000", Style: 1}}
	for _, s := range []struct {
		to    *int
		style excelize.Style
	}{
		{&w.head, excelize.Style{Font: &excelize.Font{Bold: true, Color: "FFFFFF"}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{hex}}}},
		{&w.money, excelize.Style{CustomNumFmt: &euro}},
		{&w.count, excelize.Style{CustomNumFmt: &amount}},
		{&w.sum, excelize.Style{CustomNumFmt: &euro, Font: &excelize.Font{Bold: true}, Border: top}},
		{&w.bar, excelize.Style{Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{hex}}}},
		{&w.wrap, excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}},
	} {
		if *s.to, err = w.NewStyle(&s.style); err != nil {
			return err
		}
	}
	return nil
}

// sheet writes rows into a sheet of its own; widths are in characters.
func (w *workbook) sheet(name string, widths []float64, rows [][]any) error {
	if _, err := w.NewSheet(name); err != nil {
		return err
	}
	s, err := w.NewStreamWriter(name)
	if err != nil {
		return err
	}
	for i, width := range widths {
		if err := s.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	for i, r := range rows {
		if err := s.SetRow(fmt.Sprintf("A%d", i+1), r); err != nil {
			return err
		}
	}
	return s.Flush()
}

// heads is a row of column heads.
func (w *workbook) heads(names ...string) []any {
	row := make([]any, len(names))
	for i, n := range names {
		row[i] = excelize.Cell{StyleID: w.head, Value: n}
	}
	return row
}

// formula is a cell with a formula and the value that it has now.
func formula(style int, value float64, format string, args ...any) excelize.Cell {
	return excelize.Cell{StyleID: style, Value: value, Formula: fmt.Sprintf(format, args...)}
}
