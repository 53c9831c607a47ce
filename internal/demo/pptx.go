package demo

import (
	"fmt"
	"strings"
)

const slideSpace = `xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="` + officeRels + `" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"`

// slide is a title with what is below it.
type slide struct {
	title  string
	blocks []block
}

// slides begins one at every chapter; before the first comes the title of the whole.
func slides(f *file) []slide {
	list := []slide{{title: f.Title}}
	for _, b := range parse(f.text) {
		if b.kind == chapter {
			list = append(list, slide{title: b.text})
			continue
		}
		last := &list[len(list)-1]
		last.blocks = append(last.blocks, b)
	}
	return list
}

// renderPPTX makes a presentation.
func renderPPTX(f *file) ([]byte, error) {
	list := slides(f)
	kinds := []member{
		{"ppt/presentation.xml", "presentationml.presentation.main"},
		{"ppt/slideMasters/slideMaster1.xml", "presentationml.slideMaster"},
		{"ppt/slideLayouts/slideLayout1.xml", "presentationml.slideLayout"},
		{"ppt/theme/theme1.xml", "theme"},
	}
	rels := []rel{{"rId1", "slideMaster", "slideMasters/slideMaster1.xml"}, {"rId2", "theme", "theme/theme1.xml"}}
	var show strings.Builder
	var parts []member
	for i, s := range list {
		name, id := fmt.Sprintf("slides/slide%d.xml", i+1), fmt.Sprintf("rId%d", i+3)
		kinds = append(kinds, member{"ppt/" + name, "presentationml.slide"})
		rels = append(rels, rel{id, "slide", name})
		fmt.Fprintf(&show, `<p:sldId id="%d" r:id="%s"/>`, 256+i, id)
		parts = append(parts,
			member{"ppt/" + name, s.xml(colours[f.branch])},
			member{fmt.Sprintf("ppt/slides/_rels/slide%d.xml.rels", i+1), relations(rel{"rId1", "slideLayout", "../slideLayouts/slideLayout1.xml"})})
	}
	frame := []member{
		types(kinds...),
		{"_rels/.rels", relations(rel{"rId1", "officeDocument", "ppt/presentation.xml"}, rel{"rId2", "core-properties", "docProps/core.xml"})},
		core(f),
		{"ppt/presentation.xml", xmlHead + `<p:presentation ` + slideSpace + `><p:sldMasterIdLst><p:sldMasterId id="2147483648" r:id="rId1"/></p:sldMasterIdLst><p:sldIdLst>` +
			show.String() + `</p:sldIdLst><p:sldSz cx="12192000" cy="6858000"/><p:notesSz cx="6858000" cy="9144000"/></p:presentation>`},
		{"ppt/_rels/presentation.xml.rels", relations(rels...)},
		{"ppt/slideMasters/slideMaster1.xml", slideMaster},
		{"ppt/slideMasters/_rels/slideMaster1.xml.rels", relations(rel{"rId1", "slideLayout", "../slideLayouts/slideLayout1.xml"}, rel{"rId2", "theme", "../theme/theme1.xml"})},
		{"ppt/slideLayouts/slideLayout1.xml", slideLayout},
		{"ppt/slideLayouts/_rels/slideLayout1.xml.rels", relations(rel{"rId1", "slideMaster", "../slideMasters/slideMaster1.xml"})},
		{"ppt/theme/theme1.xml", slideTheme},
	}
	return pack(f.at, append(frame, parts...))
}

// xml draws the title on a bar of colour and the text below it.
func (s slide) xml(c colour) string {
	var b strings.Builder
	b.WriteString(xmlHead + `<p:sld ` + slideSpace + `><p:cSld><p:spTree>` + emptyGroup)
	b.WriteString(`<p:sp><p:nvSpPr><p:cNvPr id="2" name="Titel"/><p:cNvSpPr/><p:nvPr><p:ph type="title"/></p:nvPr></p:nvSpPr><p:spPr>` + box(0, 0, 12192000, 1300000) +
		fmt.Sprintf(`<a:solidFill><a:srgbClr val="%02X%02X%02X"/></a:solidFill></p:spPr>`, c[0], c[1], c[2]) +
		`<p:txBody><a:bodyPr lIns="640000" anchor="ctr"/><a:p><a:r><a:rPr lang="nl-NL" sz="3200" b="1"><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill></a:rPr><a:t>` +
		esc(s.title) + `</a:t></a:r></a:p></p:txBody></p:sp>`)
	b.WriteString(`<p:sp><p:nvSpPr><p:cNvPr id="3" name="Tekst"/><p:cNvSpPr/><p:nvPr><p:ph idx="1"/></p:nvPr></p:nvSpPr><p:spPr>` + box(640000, 1500000, 10900000, 4900000) +
		`</p:spPr><p:txBody><a:bodyPr><a:normAutofit/></a:bodyPr>`)
	for _, bl := range s.blocks {
		for _, line := range bl.lines() {
			fmt.Fprintf(&b, `<a:p><a:pPr><a:spcAft><a:spcPts val="800"/></a:spcAft></a:pPr><a:r><a:rPr lang="nl-NL" sz="2000"/><a:t>%s</a:t></a:r></a:p>`, esc(line))
		}
	}
	if len(s.blocks) == 0 {
		b.WriteString(`<a:p/>`)
	}
	b.WriteString(`</p:txBody></p:sp></p:spTree></p:cSld></p:sld>`)
	return b.String()
}

// lines is a block as lines on a slide.
func (bl block) lines() (list []string) {
	switch bl.kind {
	case bullet:
		return []string{"• " + plain(bl.text)}
	case table, phases:
		for _, r := range bl.rows {
			list = append(list, plain(strings.Join(r, " – ")))
		}
		return list
	case flow:
		return []string{strings.ReplaceAll(bl.text, " > ", " → ")}
	}
	return []string{plain(bl.text)}
}

// box is a place on a slide, in EMU of 1/914400 inch.
func box(x, y, w, h int) string {
	return fmt.Sprintf(`<a:xfrm><a:off x="%d" y="%d"/><a:ext cx="%d" cy="%d"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>`, x, y, w, h)
}
