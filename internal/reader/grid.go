package reader

import (
	"fmt"
	"strconv"
	"strings"
)

// A page of a workbook or table (Page.Grid) holds one row per line: the number of the row in its sheet, then the
// cells from column A on, each after a tab. Empty rows are left out, empty cells at the end of a row too; a line
// break or tab inside a cell is a space. So the text reads and searches as it is, and a viewer rebuilds the sheet.

// GridRow is a row of a sheet.
type GridRow struct {
	Number int      // from 1, as the workbook counts
	Cells  []string // from column A
}

// ParseGrid reads the Text of a page whose Grid is set. A line that is no row is skipped.
func ParseGrid(text string) []GridRow {
	var rows []GridRow
	for line := range strings.SplitSeq(text, "\n") {
		fields := strings.Split(line, "\t")
		n, err := strconv.Atoi(fields[0])
		if err != nil {
			continue
		}
		rows = append(rows, GridRow{Number: n, Cells: fields[1:]})
	}
	return rows
}

// ColumnName returns the letters of a column, counted from 0: A, B … Z, AA.
func ColumnName(i int) string {
	name := ""
	for i++; i > 0; i = (i - 1) / 26 {
		name = string(rune('A'+(i-1)%26)) + name
	}
	return name
}

// gridWriter gathers the rows of a sheet and sends them as pages of gridRows rows.
type gridWriter struct {
	t      *task
	reader string
	sheet  string
	buf    strings.Builder
	first  int // number of the first row on the page; 0 when the page is empty
	last   int
	count  int
	paged  bool // the sheet has more than one page
}

// row adds a row. Rows come in order; one without content is left out.
func (g *gridWriter) row(number int, cells []string) error {
	end := len(cells)
	for i := range cells {
		cells[i] = cleanLine(cutText(cells[i], 32_767)) // what a cell can hold
	}
	for end > 0 && cells[end-1] == "" {
		end--
	}
	if end == 0 {
		return nil
	}
	if g.count >= gridRows || g.buf.Len() > maxPageText/4 {
		g.paged = true
		if err := g.flush(); err != nil {
			return err
		}
	}
	g.add(number, cells[:end])
	return nil
}

func (g *gridWriter) add(number int, cells []string) {
	if g.count == 0 {
		g.first = number
	} else {
		g.buf.WriteByte('\n')
	}
	g.buf.WriteString(strconv.Itoa(number))
	for _, c := range cells {
		g.buf.WriteByte('\t')
		g.buf.WriteString(c)
	}
	g.last = number
	g.count++
}

// flush ends the page. The label of a part of a sheet names its rows.
func (g *gridWriter) flush() error {
	if g.count == 0 {
		return nil
	}
	label := g.sheet
	if g.paged {
		label = strings.TrimSpace(fmt.Sprintf("%s (%d–%d)", g.sheet, g.first, g.last))
	}
	page := Page{Label: label, Text: g.buf.String(), Reader: g.reader, Grid: true}
	g.buf.Reset()
	g.count = 0
	return g.t.emit(page)
}
