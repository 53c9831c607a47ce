package find

import (
	"strconv"
	"strings"

	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/reader"
	"github.com/aanpak/aanpak/internal/search"
)

// firstRows is how many rows of a sheet stand for it where no row answers the question.
const firstRows = 4

// excerpt words a page of a hit: its label and its snippet. A sheet gives the row that answers the most of the question, and
// the label names the cell.
func excerpt(p *library.Page, m *search.Marker) (label, snippet string) {
	if !p.Grid {
		return p.Label, m.Snippet(p.Text)
	}
	rows := reader.ParseGrid(p.Text)
	best, most := -1, 0
	for i, row := range rows {
		words, places := m.Coverage(strings.Join(row.Cells, "\n"))
		if n := words*100 + min(places, 99); n > most {
			best, most = i, n
		}
	}
	if best < 0 {
		return p.Label, m.Highlight(joinRows(rows[:min(firstRows, len(rows))]))
	}
	row := rows[best]
	return strings.TrimSpace(p.Label + " " + cellName(row, m)), m.Highlight(joinRows(rows[best : best+1]))
}

// cellName is the address of the first cell of a row that answers, for example "B12".
func cellName(row reader.GridRow, m *search.Marker) string {
	for i, cell := range row.Cells {
		if words, _ := m.Coverage(cell); words > 0 {
			return reader.ColumnName(i) + strconv.Itoa(row.Number)
		}
	}
	return strconv.Itoa(row.Number)
}

// joinRows puts the filled cells of rows in one line.
func joinRows(rows []reader.GridRow) string {
	var cells []string
	for _, r := range rows {
		for _, c := range r.Cells {
			if c = strings.TrimSpace(c); c != "" {
				cells = append(cells, c)
			}
		}
	}
	line := []rune(strings.Join(cells, " · "))
	return string(line[:min(300, len(line))])
}
