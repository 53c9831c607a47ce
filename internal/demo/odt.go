package demo

import "strings"

// renderODT makes an OpenDocument text.
func renderODT(f *file) ([]byte, error) {
	var b strings.Builder
	b.WriteString(xmlHead + `<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" ` +
		`xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" office:version="1.3"><office:body><office:text>`)
	heading(&b, "1", f.Title)
	for _, bl := range parse(f.text) {
		openBlock(&b, bl)
	}
	b.WriteString(`</office:text></office:body></office:document-content>`)
	const kind = "application/vnd.oasis.opendocument.text"
	return pack(f.at, []member{
		{"mimetype", kind},
		{"content.xml", b.String()},
		{"META-INF/manifest.xml", xmlHead + `<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">` +
			`<manifest:file-entry manifest:full-path="/" manifest:media-type="` + kind + `"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>`},
	})
}

func heading(b *strings.Builder, level, text string) {
	b.WriteString(`<text:h text:outline-level="` + level + `">` + esc(text) + `</text:h>`)
}

func openBlock(b *strings.Builder, bl block) {
	text := `<text:p>` + esc(plain(bl.text)) + `</text:p>`
	switch bl.kind {
	case chapter:
		heading(b, "2", bl.text)
	case section:
		heading(b, "3", bl.text)
	case bullet:
		b.WriteString(`<text:list><text:list-item>` + text + `</text:list-item></text:list>`)
	case table, phases:
		b.WriteString(`<table:table>`)
		for _, r := range bl.rows {
			b.WriteString(`<table:table-row>`)
			for _, c := range r {
				b.WriteString(`<table:table-cell><text:p>` + esc(plain(c)) + `</text:p></table:table-cell>`)
			}
			b.WriteString(`</table:table-row>`)
		}
		b.WriteString(`</table:table>`)
	default:
		b.WriteString(text)
	}
}
