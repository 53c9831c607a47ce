package demo

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// part is a chapter of a calculation, a sheet of its own.
type part struct {
	name  string
	rows  []costRow
	total float64
}

// costRow is "code | description | quantity | unit | hours per unit | material per unit | subcontractor per unit".
type costRow struct {
	code, text, unit                  string
	quantity, hours, material, others float64
}

const calculationHead = 4 // rows above the first of a chapter's sheet

// calculation makes a summary, the starting points, and a sheet for every chapter.
func (w *workbook) calculation(f *file) error {
	parts, err := readParts(f.text)
	if err != nil {
		return err
	}
	wage, err := strconv.ParseFloat(f.words["wage"], 64)
	if err != nil {
		return fmt.Errorf("wage: %w", err)
	}
	if err := w.SetSheetName("Sheet1", "Samenvatting"); err != nil {
		return err
	}
	if err := w.basis(f, wage); err != nil {
		return err
	}
	for i := range parts {
		if err := w.part(f, &parts[i], wage); err != nil {
			return err
		}
	}
	return w.summary(f, parts)
}

func readParts(text string) (list []part, err error) {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "# "); ok {
			list = append(list, part{name: name})
			continue
		}
		if line == "" {
			continue
		}
		c := cells(line)
		if len(c) != 7 || len(list) == 0 {
			return nil, fmt.Errorf("row %q: want 7 cells below a chapter", line)
		}
		r := costRow{code: c[0], text: c[1], unit: c[3]}
		for i, to := range map[int]*float64{2: &r.quantity, 4: &r.hours, 5: &r.material, 6: &r.others} {
			if *to, err = strconv.ParseFloat(c[i], 64); err != nil {
				return nil, fmt.Errorf("row %q: %w", line, err)
			}
		}
		p := &list[len(list)-1]
		p.rows = append(p.rows, r)
	}
	return list, nil
}

// basis is the sheet to which the others refer.
func (w *workbook) basis(f *file, wage float64) error {
	return w.sheet("Uitgangspunten", []float64{44, 18, 60}, [][]any{
		w.heads("Uitgangspunt", "Waarde", "Toelichting"),
		{"Gemiddeld uurloon, alles inbegrepen", excelize.Cell{StyleID: w.money, Value: wage}, "ploegen van " + f.branch},
		{"Algemene bouwplaatskosten", 0.075},
		{"Algemene kosten", 0.06},
		{"Winst en risico", 0.035},
		{"CAR-verzekering", 0.0028},
		{"Prijspeil", f.words["date"], f.words["work"]},
		{"Opdrachtgever", f.words["client"], f.words["project"]},
	})
}

// part writes a chapter; its total is kept for the summary.
func (w *workbook) part(f *file, p *part, wage float64) error {
	rows := [][]any{
		{excelize.Cell{Value: p.name}, f.words["project"]},
		{"Kenmerk", f.words["ref"]},
		{},
		w.heads("Code", "Omschrijving", "Hoeveelheid", "Eenheid", "Uren/eh", "Uren", "Loon", "Materiaal/eh", "Materiaal", "Onderaanneming/eh", "Onderaanneming", "Totaal"),
	}
	for i, r := range p.rows {
		n := calculationHead + 1 + i
		hours, material, others := r.quantity*r.hours, r.quantity*r.material, r.quantity*r.others
		total := hours*wage + material + others
		p.total += total
		rows = append(rows, []any{
			r.code, r.text,
			excelize.Cell{StyleID: w.count, Value: r.quantity},
			r.unit,
			r.hours, formula(w.count, round(hours), "C%d*E%d", n, n), formula(w.money, round(hours*wage), "F%d*Uitgangspunten!$B$2", n),
			excelize.Cell{StyleID: w.money, Value: r.material},
			formula(w.money, round(material), "C%d*H%d", n, n),
			excelize.Cell{StyleID: w.money, Value: r.others},
			formula(w.money, round(others), "C%d*J%d", n, n), formula(w.money, round(total), "G%d+I%d+K%d", n, n, n),
		})
	}
	last := calculationHead + len(p.rows)
	rows = append(rows, []any{nil, "Totaal " + p.name, nil, nil, nil, nil, nil, nil, nil, nil, nil, formula(w.sum, round(p.total), "SUM(L%d:L%d)", calculationHead+1, last)})
	return w.sheet(p.name, []float64{9, 58, 13, 9, 9, 11, 15, 14, 15, 18, 16, 16}, rows)
}

// summary adds up the chapters and what comes on top.
func (w *workbook) summary(f *file, parts []part) error {
	rows := [][]any{{f.Title}, {"Opdrachtgever: " + f.words["client"], "Kenmerk: " + f.words["ref"]}, {}, w.heads("Onderdeel", "Bedrag")}
	direct := 0.0
	for _, p := range parts {
		direct += p.total
		rows = append(rows, []any{p.name, formula(w.money, round(p.total), "'%s'!L%d", p.name, calculationHead+len(p.rows)+1)})
	}
	d := len(rows) + 1
	site := direct * 0.075
	general, profit := (direct+site)*0.06, (direct+site)*0.035
	insurance := (direct + site + general + profit) * 0.0028
	rows = append(rows,
		[]any{"Directe kosten", formula(w.sum, round(direct), "SUM(B5:B%d)", d-1)},
		[]any{"Algemene bouwplaatskosten", formula(w.money, round(site), "B%d*Uitgangspunten!B3", d)},
		[]any{"Algemene kosten", formula(w.money, round(general), "(B%d+B%d)*Uitgangspunten!B4", d, d+1)},
		[]any{"Winst en risico", formula(w.money, round(profit), "(B%d+B%d)*Uitgangspunten!B5", d, d+1)},
		[]any{"CAR-verzekering", formula(w.money, round(insurance), "SUM(B%d:B%d)*Uitgangspunten!B6", d, d+3)},
		[]any{"Inschrijfsom exclusief btw", formula(w.sum, round(direct+site+general+profit+insurance), "SUM(B%d:B%d)", d, d+4)})
	return w.sheet("Samenvatting", []float64{46, 22}, rows)
}

func round(v float64) float64 { return math.Round(v*100) / 100 }
