package site

import (
	"html"
	"strconv"
	"strings"

	"github.com/aanpak/aanpak/internal/reader"
	"github.com/aanpak/aanpak/internal/search"
	"github.com/aanpak/aanpak/templates/document"
)

// gridColumns is how many columns of a sheet are shown.
const gridColumns = 60

// grid lays a page of a workbook out in rows and columns, with the words of a search marked.
func (s *Site) grid(text, query string) document.Grid {
	var g document.Grid
	rows := reader.ParseGrid(text)
	width := 0
	for _, r := range rows {
		width = max(width, len(r.Cells))
	}
	g.Cut = width > gridColumns
	width = min(width, gridColumns)
	for i := range width {
		g.Columns = append(g.Columns, columnName(i))
	}
	var m *search.Marker
	if query != "" {
		m = s.Find.Marker(query)
	}
	for _, r := range rows {
		g.Rows = append(g.Rows, gridRow(r, width, m))
	}
	return g
}

func gridRow(r reader.GridRow, width int, m *search.Marker) document.GridRow {
	row := document.GridRow{Number: r.Number, Cells: make([]document.GridCell, width)}
	row.Hit = m != nil && strings.Contains(m.Highlight(strings.Join(r.Cells, " ")), "<mark>")
	for i := range min(width, len(r.Cells)) {
		row.Cells[i] = document.GridCell{HTML: html.EscapeString(r.Cells[i]), Number: isNumber(r.Cells[i])}
		if row.Hit {
			row.Cells[i].HTML = m.Highlight(r.Cells[i])
		}
	}
	return row
}

// columnName is the letter of a column as spreadsheets have it: A, Z, AA.
func columnName(i int) string {
	name := ""
	for i++; i > 0; i = (i - 1) / 26 {
		name = string(rune('A'+(i-1)%26)) + name
	}
	return name
}

// isNumber tells numbers, sums and percentages from words, so that they line up at the right.
func isNumber(s string) bool {
	s = strings.Trim(s, "€$% -+()")
	if s == "" {
		return false
	}
	_, err := strconv.ParseFloat(strings.NewReplacer(".", "", ",", "", " ", "").Replace(s), 64)
	return err == nil
}
