package demo

import (
	"strings"
)

// blockKind is what a piece of text is.
type blockKind int

const (
	paragraph blockKind = iota
	chapter             // "# "
	section             // "## "
	bullet              // "- "
	promise             // "> "
	table               // lines of "| a | b |", the first the head
	phases              // lines of "~ name | start | length"
	flow                // "! step > step > step"
)

// block is a piece of text of one kind.
type block struct {
	kind blockKind
	text string
	rows [][]string // of a table or phases
}

// parse cuts a text into blocks. Lines of a paragraph are joined; an empty line ends it.
func parse(text string) (list []block) {
	open := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		b := parseLine(line)
		last := len(list) - 1
		switch {
		case line == "":
			open = false
			continue
		case open && b.rows != nil && list[last].kind == b.kind:
			list[last].rows = append(list[last].rows, b.rows...)
		case open && b.kind == paragraph && b.rows == nil && (list[last].kind == paragraph || list[last].kind == bullet || list[last].kind == promise):
			list[last].text += " " + b.text
		default:
			list = append(list, b)
		}
		open = b.kind != chapter && b.kind != section
	}
	return list
}

func parseLine(line string) block {
	for _, m := range []struct {
		mark string
		kind blockKind
	}{{"# ", chapter}, {"## ", section}, {"- ", bullet}, {"> ", promise}, {"! ", flow}} {
		if rest, ok := strings.CutPrefix(line, m.mark); ok {
			return block{kind: m.kind, text: rest}
		}
	}
	if rest, ok := strings.CutPrefix(line, "~ "); ok {
		return block{kind: phases, rows: [][]string{cells(rest)}}
	}
	if strings.HasPrefix(line, "|") {
		return block{kind: table, rows: [][]string{cells(strings.Trim(line, "| "))}}
	}
	return block{text: line}
}

func cells(line string) []string {
	list := strings.Split(line, "|")
	for i := range list {
		list[i] = strings.TrimSpace(list[i])
	}
	return list
}

// run is a stretch of text in one weight.
type run struct {
	text string
	bold bool
}

// runs splits text at **.
func runs(text string) (list []run) {
	for i, s := range strings.Split(text, "**") {
		if s != "" {
			list = append(list, run{s, i%2 == 1})
		}
	}
	return list
}

// plain is text without marks.
func plain(text string) string { return strings.ReplaceAll(text, "**", "") }
