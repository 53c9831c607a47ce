package demo

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// risks makes a risk file from lines of "risk | cause | effect | chance | impact | measure | owner | chance after | state".
func (w *workbook) risks(f *file) error {
	rows := [][]any{
		w.heads("Nr", "Risico", "Oorzaak", "Gevolg", "Kans (1-5)", "Effect (1-5)", "Score", "Beheersmaatregel", "Eigenaar", "Restkans (1-5)", "Restscore", "Status"),
	}
	before, after, high := 0, 0, 0
	for line := range strings.Lines(f.text) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		c := cells(line)
		if len(c) != 9 {
			return fmt.Errorf("risk %q: want 9 cells, not %d", c[0], len(c))
		}
		chance, impact, rest := number(c, 3), number(c, 4), number(c, 7)
		n := len(rows) + 1
		before, after = before+chance*impact, after+rest*impact
		if chance*impact >= 12 {
			high++
		}
		wrap := func(s string) excelize.Cell { return excelize.Cell{StyleID: w.wrap, Value: s} }
		rows = append(rows, []any{
			"R" + strconv.Itoa(n-1), wrap(c[0]), wrap(c[1]), wrap(c[2]), chance, impact, formula(0, float64(chance*impact), "E%d*F%d", n, n),
			wrap(c[5]), c[6], rest, formula(0, float64(rest*impact), "J%d*F%d", n, n), c[8],
		})
	}
	last := len(rows)
	if err := w.SetSheetName("Sheet1", "Risicodossier"); err != nil {
		return err
	}
	if err := w.sheet("Risicodossier", []float64{6, 38, 34, 34, 11, 12, 8, 62, 20, 14, 10, 14}, rows); err != nil {
		return err
	}
	return w.sheet("Overzicht", []float64{46, 16}, [][]any{
		{f.Title},
		{"Opdrachtgever: " + f.words["client"]},
		{},
		w.heads("Kengetal", "Waarde"),
		{"Aantal risico's", formula(0, float64(last-1), "COUNTA(Risicodossier!B2:B%d)", last)},
		{"Waarvan hoog (score 12 of meer)", formula(0, float64(high), `COUNTIF(Risicodossier!G2:G%d,">=12")`, last)},
		{"Som van de scores vóór maatregelen", formula(0, float64(before), "SUM(Risicodossier!G2:G%d)", last)},
		{"Som van de scores na maatregelen", formula(0, float64(after), "SUM(Risicodossier!K2:K%d)", last)},
		{"Risicoreductie", formula(w.count, round(1-float64(after)/float64(before)), "1-B8/B7")},
	})
}

// schedule makes a sheet with a bar a task; a column is a week.
func (w *workbook) schedule(f *file) error {
	tasks, err := readTasks(f)
	if err != nil {
		return err
	}
	last := 1
	for _, t := range tasks {
		last = max(last, t.start+t.weeks-1)
	}
	heads := []string{"Nr", "Activiteit", "Na", "Startweek", "Duur (weken)", "Eindweek"}
	widths := []float64{6, 54, 10, 11, 13, 10}
	for week := 1; week <= last; week++ {
		heads = append(heads, strconv.Itoa(week))
		widths = append(widths, 3.4)
	}
	rows := [][]any{w.heads(heads...)}
	for i, t := range tasks {
		row := make([]any, len(heads))
		row[0], row[1], row[2], row[3], row[4] = i+1, t.name, t.after, t.start, t.weeks
		row[5] = formula(0, float64(t.start+t.weeks-1), "D%d+E%d-1", i+2, i+2)
		for week := t.start; !t.phase && week < t.start+t.weeks; week++ {
			row[5+week] = excelize.Cell{StyleID: w.bar}
		}
		rows = append(rows, row)
	}
	if err := w.SetSheetName("Sheet1", "Planning"); err != nil {
		return err
	}
	return w.sheet("Planning", widths, rows)
}
