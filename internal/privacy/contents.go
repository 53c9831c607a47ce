package privacy

import (
	"html/template"
	"io"
)

// contents is the page that an export begins with, in both languages: it is read outside of Aanpak.
type contents struct {
	tables  []tableFile
	files   []string
	missing []string
}

type tableFile struct {
	Table, Name string
	Rows        int
}

func (c *contents) add(table, name string, rows int) {
	c.tables = append(c.tables, tableFile{table, name, rows})
}

var contentsPage = template.Must(template.New("contents").Parse(`<!DOCTYPE html>
<html lang="nl"><head><meta charset="utf-8"><title>Aanpak</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem}td,th{text-align:left;padding:.2rem 1rem .2rem 0}</style></head>
<body><h1>Wat Aanpak over je bewaart <small lang="en">What Aanpak keeps about you</small></h1>
<table><tr><th>Waar · Where</th><th>Regels · Rows</th></tr>
{{range .Tables}}<tr><td><a href="{{.Name}}">{{.Table}}</a></td><td>{{.Rows}}</td></tr>
{{end}}</table>
<h2>Bestanden die je toevoegde <small lang="en">Files that you added</small></h2>
<ul>{{range .Files}}<li><a href="{{.}}">{{.}}</a></li>
{{else}}<li>–</li>{{end}}</ul>
{{if .Missing}}<h2>Bestanden die niemand mag openen <small lang="en">Files that nobody may open</small></h2>
<ul>{{range .Missing}}<li>{{.}}</li>
{{end}}</ul>{{end}}
</body></html>
`))

func (c *contents) write(w io.Writer) error {
	return contentsPage.Execute(w, struct {
		Tables         []tableFile
		Files, Missing []string
	}{c.tables, c.files, c.missing})
}
