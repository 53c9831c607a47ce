package reader

import (
	"strings"
	"testing"

	"github.com/go-pdf/fpdf"
	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// TestFormats reads one small document of every format and looks at whole pages.
func TestFormats(t *testing.T) {
	pool := newTestPool(t, nil)
	table := `<w:tbl><w:tr><w:tc>` + para("Post") + para("nr") + `</w:tc><w:tc>` + para("Prijs") + `</w:tc></w:tr></w:tbl>`
	tests := []struct {
		name  string
		data  []byte
		media string
		title string
		pages []Page
	}{
		{
			"plan.pdf", makePDF(t, nil, "Eerste pagina over bewoners", "Tweede pagina over planning"), formatPDF.mediaType, "Plan van aanpak",
			[]Page{{Text: "Eerste pagina over bewoners", Reader: "pdfium"}, {Text: "Tweede pagina over planning", Reader: "pdfium"}},
		},
		{
			"prefixed.pdf", append([]byte(strings.Repeat("junk\n", 100)), makePDF(t, nil, "Achter rommel staat dit")...), formatPDF.mediaType, "Plan van aanpak",
			[]Page{{Text: "Achter rommel staat dit", Reader: "pdfium"}},
		},
		{
			"plan.docx", makeDOCX(t, para("Kop")+`<w:p><w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr><w:r><w:t>Blijft</w:t></w:r>`+
				`<w:del><w:r><w:delText>weg</w:delText></w:r></w:del><w:r><w:tab/><w:t>staan</w:t><w:footnoteReference w:id="2"/></w:r></w:p>`+table+
				`<w:p><w:r><w:br w:type="page"/></w:r></w:p>`+
				`<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent>`+para("Kader")+`</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>`+
				para("Kader")+`</w:txbxContent></mc:Fallback></mc:AlternateContent><w:t>Slot</w:t></w:r></w:p>`,
				part{"word/header1.xml", `<w:hdr>` + para("Bouwbedrijf") + `</w:hdr>`}, part{"word/header2.xml", `<w:hdr>` + para("Bouwbedrijf") + `</w:hdr>`},
				part{"word/footnotes.xml", `<w:footnotes><w:footnote w:id="2">` + para("Zie bijlage") + `</w:footnote></w:footnotes>`},
				part{"docProps/core.xml", `<c><dc:title>Het plan</dc:title></c>`}), formatDOCX.mediaType, "Het plan",
			[]Page{{Text: "Bouwbedrijf\nKop\nBlijft\tstaan\nZie bijlage\nPost nr\tPrijs", Reader: "docx"}, {Text: "Slot\nKader", Reader: "docx"}},
		},
		{
			"plan.pptx", makePPTX(t, shape("title", "Aanpak")+shape("body", "Wij luisteren"),
				`<p:graphicFrame><a:tbl><a:tr><a:tc><a:p><a:r><a:t>A</a:t></a:r></a:p></a:tc><a:tc><a:p><a:r><a:t>B</a:t></a:r></a:p></a:tc></a:tr></a:tbl></p:graphicFrame>`),
			formatPPTX.mediaType, "",
			[]Page{{Label: "Aanpak", Text: "Aanpak\nWij luisteren", Reader: "pptx"}, {Text: "A\tB\nVertel over de omgeving", Reader: "pptx"}},
		},
		{
			"plan.odt", makeODF(t, formatODT, `<text:tracked-changes><text:p>verwijderd</text:p></text:tracked-changes><text:h>Kop</text:h>`+
				`<text:p>Een<text:s text:c="3"/>zin<text:note><text:note-citation/><text:note-body><text:p>Noot</text:p></text:note-body></text:note></text:p>`+
				`<text:p>voor<text:soft-page-break/>na</text:p><table:table><table:table-row><table:table-cell><text:p>x</text:p></table:table-cell>`+
				`<table:table-cell><text:p>y</text:p></table:table-cell></table:table-row></table:table>`,
				part{"meta.xml", `<m><dc:title>Titel</dc:title></m>`}), formatODT.mediaType, "Titel",
			[]Page{{Text: "Kop\nEen zin\nNoot\nvoor", Reader: "odt"}, {Text: "na\nx\ty", Reader: "odt"}},
		},
		{
			"plan.odp", makeODF(t, formatODP, `<draw:page draw:name="page1"><draw:frame presentation:class="title"><text:p>Doel</text:p></draw:frame>`+
				`<draw:frame><text:p>Inhoud</text:p></draw:frame><presentation:notes><text:p>Notitie</text:p></presentation:notes></draw:page><draw:page draw:name="page2"/>`),
			formatODP.mediaType, "",
			[]Page{{Label: "Doel", Text: "Doel\nInhoud\nNotitie", Reader: "odp"}, {Label: "page2", Reader: "odp"}},
		},
		{
			"sheet.ods", makeODF(t, formatODS, `<table:table table:name="Begroting"><table:table-row><table:table-cell table:number-columns-repeated="2"/>`+
				`<table:table-cell><text:p>12</text:p></table:table-cell><table:table-cell table:number-columns-repeated="16000"/></table:table-row>`+
				`<table:table-row table:number-rows-repeated="1000000"><table:table-cell/></table:table-row>`+
				`<table:table-row><table:table-cell><text:p>eind</text:p></table:table-cell></table:table-row></table:table>`), formatODS.mediaType, "",
			[]Page{{Label: "Begroting", Text: "1\t\t\t12\n1000002\teind", Reader: "ods", Grid: true}},
		},
		{
			"table.csv", []byte("naam;prijs\n\"Jansen; zoon\";10\n"), formatCSV.mediaType, "",
			[]Page{{Text: "1\tnaam\tprijs\n2\tJansen; zoon\t10", Reader: "csv", Grid: true}},
		},
		{"note.txt", []byte("caf\xe9 in Windows-1252"), formatText.mediaType, "", []Page{{Text: "café in Windows-1252", Reader: "text"}}},
		{"note.md", []byte("\xff\xfek\x00o\x00p\x00"), formatMD.mediaType, "", []Page{{Text: "kop", Reader: "text"}}},
		{
			"page.html", []byte("<html><title>T</title><script>x</script><p>Een <b>vet</b> woord</p><table><tr><td>a<td>b</table>"), formatHTML.mediaType, "T",
			[]Page{{Text: "Een vet woord\na\tb", Reader: "html"}},
		},
		{
			"mail.eml", []byte(testMail), formatMail.mediaType, "Offerte café",
			[]Page{{Text: "From: René <rene@example.nl>\nTo: team@example.nl\nDate: Mon, 2 Mar 2026 10:00:00 +0100\nSubject: Offerte café\n\nDe prijs is € 10.", Reader: "mail"}},
		},
		{"photo.png", makePNG(t, 30, 20), formatPNG.mediaType, "", []Page{{Reader: "image", NoText: true}}},
		{
			"wrong.docx", makePDF(t, nil, "Een PDF met een andere naam"), formatPDF.mediaType, "Plan van aanpak",
			[]Page{{Text: "Een PDF met een andere naam", Reader: "pdfium"}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			pages, info, err := readAll(t, pool, tt.name, tt.data)
			if err != nil {
				t.Fatal(err)
			}
			for i := range pages {
				if pages[i].Number != i+1 {
					t.Errorf("page %d has number %d", i+1, pages[i].Number)
				}
				pages[i].Number, pages[i].Quality, pages[i].Width, pages[i].Height = 0, 0, 0, 0
			}
			if d := cmp.Diff(tt.pages, pages); d != "" {
				t.Errorf("pages (-want +got):\n%s", d)
			}
			if info.MediaType != tt.media || info.Title != tt.title || info.Pages != len(tt.pages) {
				t.Errorf("info is %+v, want %s, %q, %d pages", info, tt.media, tt.title, len(tt.pages))
			}
		})
	}
}

// TestFormValues reads what was filled in, drawn or not, and gives words whose places are those of the text.
func TestFormValues(t *testing.T) {
	data := makeForm("Inschrijfformulier", "Gemeente Zwolle", "Inschrijfformulier")
	pool := newTestPool(t, nil)
	pages, _, err := readAll(t, pool, "formulier.pdf", data)
	if err != nil || len(pages) != 1 {
		t.Fatal(pages, err)
	}
	if want := "Inschrijfformulier\nGemeente Zwolle"; pages[0].Text != want {
		t.Errorf("text is %q, want %q", pages[0].Text, want)
	}
	words, err := pool.Words(t.Context(), tempFile(t, data), "formulier.pdf", 1)
	if err != nil || len(words) != 3 {
		t.Fatal(words, err)
	}
	if w := words[2]; pages[0].Text[w.Offset:w.Offset+w.Length] != "Zwolle" {
		t.Errorf("the last word is %+v", w)
	}
}

func TestWorkbook(t *testing.T) {
	data := makeXLSX(t, func(f *excelize.File) {
		_ = f.SetSheetName("Sheet1", "Begroting")
		_ = f.SetCellValue("Begroting", "A1", "Post")
		_ = f.SetCellValue("Begroting", "C2", 1250.5)
		style, _ := f.NewStyle(&excelize.Style{NumFmt: 4})
		_ = f.SetCellStyle("Begroting", "C2", "C2", style)
		_ = f.SetCellFormula("Begroting", "A3", "1+1")
		_ = f.SetCellValue("Begroting", "B3", "regel\nmet\teinde")
		_, _ = f.NewSheet("Lang")
		for i := 1; i <= 1100; i++ {
			cell, _ := excelize.CoordinatesToCellName(1, i)
			_ = f.SetCellValue("Lang", cell, i)
		}
		_, _ = f.NewSheet("Leeg")
		_ = f.SetCellValue("Leeg", "A1048576", "")
	})
	pages, _, err := readAll(t, newTestPool(t, nil), "calc.xlsx", data)
	if err != nil {
		t.Fatal(err)
	}
	var labels []string
	for _, p := range pages {
		labels = append(labels, p.Label)
	}
	if d := cmp.Diff([]string{"Begroting", "Lang (1–500)", "Lang (501–1000)", "Lang (1001–1100)"}, labels); d != "" {
		t.Errorf("labels (-want +got):\n%s", d)
	}
	want := []GridRow{{1, []string{"Post"}}, {2, []string{"", "", "1,250.50"}}, {3, []string{"", "regel met einde"}}}
	if d := cmp.Diff(want, ParseGrid(pages[0].Text)); d != "" {
		t.Errorf("first sheet (-want +got):\n%s", d)
	}
}

// TestCachedFormula reads the value that a workbook keeps beside a formula.
func TestCachedFormula(t *testing.T) {
	data := makeZip(t,
		part{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`},
		part{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		part{"xl/workbook.xml", `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`},
		part{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`},
		part{"xl/worksheets/sheet1.xml", `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="2"><c r="B2"><f>1+1</f><v>42</v></c></row></sheetData></worksheet>`})
	pages, _, err := readAll(t, newTestPool(t, nil), "calc.xlsx", data)
	if err != nil || len(pages) != 1 || pages[0].Text != "2\t\t42" {
		t.Fatalf("got %+v, %v", pages, err)
	}
}

// TestSplit cuts text without pages of its own at paragraph ends, and loses nothing.
func TestSplit(t *testing.T) {
	pool := newTestPool(t, nil)
	var body strings.Builder
	for range 20 {
		body.WriteString(para(strings.TrimSpace(long(900))))
	}
	for name, data := range map[string][]byte{"a.docx": makeDOCX(t, body.String()), "a.txt": []byte(long(20_000))} {
		pages, _, err := readAll(t, pool, name, data)
		if err != nil || len(pages) < 5 {
			t.Fatalf("%s: %d pages, %v", name, len(pages), err)
		}
		words := 0
		for _, p := range pages {
			words += strings.Count(p.Text, "bewoners")
			if len(p.Text) > 2*splitAt {
				t.Errorf("%s: a page of %d bytes", name, len(p.Text))
			}
		}
		if want := strings.Count(string(data), "bewoners"); name == "a.txt" && words < want-8 {
			t.Errorf("%s: %d of %d words left", name, words, want)
		}
	}
}

// TestHyphens undoes words broken over two lines in a PDF.
func TestHyphens(t *testing.T) {
	data := makePDF(t, func(d *fpdf.Fpdf) { d.SetMargins(40, 40, 300) }, "De bewoners krijgen elke week een brief over de werk-\nzaamheden in hun straat.")
	pages, _, err := readAll(t, newTestPool(t, nil), "a.pdf", data)
	if err != nil || !strings.Contains(pages[0].Text, "werkzaamheden") {
		t.Fatalf("got %+v, %v", pages, err)
	}
}
