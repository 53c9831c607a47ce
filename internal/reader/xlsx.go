package reader

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"
)

// readXLSX reads a workbook sheet by sheet, streamed: the values that were shown when it was saved, formatted as its
// cells say. A formula gives its cached value.
func readXLSX(t *task) (Info, error) {
	a, err := openArchive(t.file, t.size, t.limits)
	if err != nil {
		return Info{}, err
	}
	slim, err := slimWorkbook(a)
	if err != nil {
		return Info{}, err
	}
	book, err := excelize.OpenReader(bytes.NewReader(slim), excelize.Options{
		UnzipSizeLimit: t.limits.MaxUnpacked, UnzipXMLSizeLimit: 4 << 20,
	})
	if err != nil {
		return Info{}, workbookFailure(err)
	}
	defer book.Close()
	for _, sheet := range book.GetSheetList() {
		if err := readSheet(t, book, sheet); err != nil {
			return Info{}, err
		}
	}
	return Info{Title: a.coreTitle()}, nil
}

func workbookFailure(err error) error {
	var f *Failure
	switch {
	case errors.As(err, &f):
		return f
	case errors.Is(err, excelize.ErrWorkbookFileFormat), strings.Contains(err.Error(), "password"):
		return failf(ReasonPassword, "the workbook is encrypted: %v", err)
	case strings.Contains(err.Error(), "unzip size exceeds"):
		return failf(ReasonTooLarge, "the workbook unpacks to more than allowed: %v", err)
	}
	return failf(ReasonDamaged, "the workbook cannot be opened: %v", err)
}

// slimWorkbook copies what is read of a workbook, still compressed, and leaves pictures, caches and embedded files
// behind: excelize would hold them all in memory.
func slimWorkbook(a *archive) ([]byte, error) {
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	for _, f := range a.File {
		if !neededInWorkbook(strings.ToLower(strings.ReplaceAll(f.Name, `\`, "/"))) {
			continue
		}
		if err := w.Copy(f); err != nil {
			return nil, failf(ReasonDamaged, "the part %q cannot be read: %v", f.Name, err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, failf(ReasonDamaged, "the workbook cannot be read: %v", err)
	}
	return buf.Bytes(), nil
}

func neededInWorkbook(name string) bool {
	if strings.HasPrefix(name, "xl/worksheets/") {
		return !strings.Contains(name, "/_rels/")
	}
	switch name {
	case "[content_types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels",
		"xl/sharedstrings.xml", "xl/styles.xml", "xl/theme/theme1.xml":
		return true
	}
	return false
}

// readSheet streams one sheet. A chart sheet or a broken one has no rows; the others are still read.
func readSheet(t *task, book *excelize.File, sheet string) error {
	rows, err := book.Rows(sheet)
	if err != nil {
		return nil
	}
	defer rows.Close()
	g := &gridWriter{t: t, reader: "excelize", sheet: cleanLine(sheet)}
	empty := 0
	for n := 1; rows.Next() && empty < maxEmptyRows; n++ {
		cells, err := rows.Columns()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return failf(ReasonDamaged, "the sheet %q breaks off in row %d: %v", sheet, n, err)
		}
		if empty++; len(cells) > 0 {
			empty = 0
		}
		if err := g.row(n, cells); err != nil {
			return err
		}
	}
	if err := rows.Error(); err != nil && g.last == 0 {
		return failf(ReasonDamaged, "the sheet %q cannot be read: %v", sheet, err)
	}
	return g.flush()
}
