package demo

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"strings"
	"time"
)

// member is a file of an office document.
type member struct{ name, text string }

// pack zips the members in their order, all of one date, so that equal documents have equal bytes.
func pack(at time.Time, list []member) ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, m := range list {
		h := &zip.FileHeader{Name: m.name, Method: zip.Deflate, Modified: at.UTC().Truncate(2 * time.Second)}
		if m.name == "mimetype" {
			h.Method = zip.Store // OpenDocument wants to be recognised by its first bytes
		}
		w, err := z.CreateHeader(h)
		if err != nil {
			return nil, err
		}
		if _, err := w.Write([]byte(m.text)); err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return out.Bytes(), err
}

// esc makes text fit for XML.
func esc(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a builder does not fail
	return b.String()
}

const xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

// rel is a relation of a part: its id, the last word of its type, and its target.
type rel struct{ id, kind, target string }

const officeRels = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

func relations(list ...rel) string {
	var b strings.Builder
	b.WriteString(xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`)
	for _, r := range list {
		kind := officeRels + "/" + r.kind
		if r.kind == "core-properties" {
			kind = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
		}
		b.WriteString(`<Relationship Id="` + r.id + `" Type="` + kind + `" Target="` + r.target + `"/>`)
	}
	b.WriteString(`</Relationships>`)
	return b.String()
}

// types lists what the parts are: by part the words after "application/vnd.openxmlformats-officedocument.".
func types(parts ...member) member {
	var b strings.Builder
	b.WriteString(xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>`)
	for _, p := range parts {
		b.WriteString(`<Override PartName="/` + p.name + `" ContentType="application/vnd.openxmlformats-officedocument.` + p.text + `+xml"/>`)
	}
	b.WriteString(`</Types>`)
	return member{"[Content_Types].xml", b.String()}
}

// core says title, maker and date of an office document.
func core(f *file) member {
	at := f.at.UTC().Format(time.RFC3339)
	return member{"docProps/core.xml", xmlHead + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" ` +
		`xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">` +
		`<dc:title>` + esc(f.Title) + `</dc:title><dc:creator>` + Company + `</dc:creator>` +
		`<dcterms:created xsi:type="dcterms:W3CDTF">` + at + `</dcterms:created></cp:coreProperties>`}
}
