package demo

import (
	"fmt"
	"strings"
)

const wordSpace = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`

// renderDOCX makes a Word document.
func renderDOCX(f *file) ([]byte, error) {
	var b strings.Builder
	b.WriteString(xmlHead + `<w:document ` + wordSpace + `><w:body>`)
	wordParagraph(&b, "Title", f.Title)
	for _, bl := range parse(f.text) {
		wordBlock(&b, bl)
	}
	b.WriteString(`<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1417" w:right="1417" w:bottom="1417" w:left="1417" w:header="708" w:footer="708" w:gutter="0"/></w:sectPr></w:body></w:document>`)
	return pack(f.at, []member{
		types(member{"word/document.xml", "wordprocessingml.document.main"}, member{"word/styles.xml", "wordprocessingml.styles"}),
		{"_rels/.rels", relations(rel{"rId1", "officeDocument", "word/document.xml"}, rel{"rId2", "core-properties", "docProps/core.xml"})},
		core(f),
		{"word/document.xml", b.String()},
		{"word/_rels/document.xml.rels", relations(rel{"rId1", "styles", "styles.xml"})},
		{"word/styles.xml", wordStyles(colours[f.branch])},
	})
}

func wordBlock(b *strings.Builder, bl block) {
	switch bl.kind {
	case chapter:
		wordParagraph(b, "Heading1", bl.text)
	case section:
		wordParagraph(b, "Heading2", bl.text)
	case bullet:
		wordParagraph(b, "ListBullet", "•\t"+bl.text)
	case promise:
		wordParagraph(b, "Quote", bl.text)
	case table, phases:
		wordTable(b, bl.rows)
	case flow:
		wordParagraph(b, "Normal", strings.ReplaceAll(bl.text, " > ", " → "))
	default:
		wordParagraph(b, "Normal", bl.text)
	}
}

func wordParagraph(b *strings.Builder, style, text string) {
	fmt.Fprintf(b, `<w:p><w:pPr><w:pStyle w:val="%s"/></w:pPr>`, style)
	for _, r := range runs(text) {
		weight := ""
		if r.bold {
			weight = `<w:rPr><w:b/></w:rPr>`
		}
		parts := strings.Split(esc(r.text), "&#x9;")
		fmt.Fprintf(b, `<w:r>%s<w:t xml:space="preserve">%s</w:t></w:r>`, weight, strings.Join(parts, `</w:t><w:tab/><w:t xml:space="preserve">`))
	}
	b.WriteString(`</w:p>`)
}

func wordTable(b *strings.Builder, rows [][]string) {
	b.WriteString(`<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="5000" w:type="pct"/><w:tblBorders>`)
	for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
		fmt.Fprintf(b, `<w:%s w:val="single" w:sz="4" w:space="0" w:color="BFC3CB"/>`, side)
	}
	b.WriteString(`</w:tblBorders></w:tblPr><w:tblGrid>`)
	for range rows[0] {
		b.WriteString(`<w:gridCol w:w="2000"/>`)
	}
	b.WriteString(`</w:tblGrid>`)
	for i, r := range rows {
		b.WriteString(`<w:tr>`)
		for _, c := range r {
			b.WriteString(`<w:tc><w:tcPr><w:tcW w:w="0" w:type="auto"/></w:tcPr>`)
			if i == 0 {
				c = "**" + c + "**"
			}
			wordParagraph(b, "Normal", c)
			b.WriteString(`</w:tc>`)
		}
		b.WriteString(`</w:tr>`)
	}
	b.WriteString(`</w:tbl><w:p/>`)
}

func wordStyles(c colour) string {
	hex := fmt.Sprintf("%02X%02X%02X", c[0], c[1], c[2])
	style := func(id, name, paragraph, run string) string {
		return `<w:style w:type="paragraph" w:styleId="` + id + `"><w:name w:val="` + name + `"/><w:basedOn w:val="Normal"/><w:pPr>` + paragraph + `</w:pPr><w:rPr>` + run + `</w:rPr></w:style>`
	}
	return xmlHead + `<w:styles ` + wordSpace + `><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Calibri" w:hAnsi="Calibri"/><w:sz w:val="22"/><w:lang w:val="nl-NL"/></w:rPr></w:rPrDefault></w:docDefaults>` +
		`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:pPr><w:spacing w:after="120" w:line="276" w:lineRule="auto"/></w:pPr></w:style>` +
		style("Title", "Title", `<w:spacing w:after="240"/>`, `<w:b/><w:color w:val="`+hex+`"/><w:sz w:val="44"/>`) +
		style("Heading1", "heading 1", `<w:keepNext/><w:spacing w:before="360" w:after="120"/><w:outlineLvl w:val="0"/>`, `<w:b/><w:color w:val="`+hex+`"/><w:sz w:val="30"/>`) +
		style("Heading2", "heading 2", `<w:keepNext/><w:spacing w:before="200" w:after="80"/><w:outlineLvl w:val="1"/>`, `<w:b/><w:sz w:val="24"/>`) +
		style("ListBullet", "List Bullet", `<w:tabs><w:tab w:val="left" w:pos="360"/></w:tabs><w:ind w:left="360" w:hanging="360"/>`, ``) +
		style("Quote", "Quote", `<w:pBdr><w:left w:val="single" w:sz="24" w:space="8" w:color="`+hex+`"/></w:pBdr>`, `<w:i/>`) +
		`</w:styles>`
}
