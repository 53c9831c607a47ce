package reader

import (
	"encoding/xml"
	"fmt"
	"path"
	"strings"
)

// readPPTX reads a presentation: one page per slide in the order of the show, its notes after it, labelled with the
// title of the slide.
func readPPTX(t *task) (Info, error) {
	a, err := openArchive(t.file, t.size, t.limits)
	if err != nil {
		return Info{}, err
	}
	slides, err := slideParts(a)
	if err != nil {
		return Info{}, err
	}
	if len(slides) > t.limits.MaxPages {
		return Info{}, failf(ReasonTooLarge, "the presentation has %d slides, more than the %d allowed", len(slides), t.limits.MaxPages)
	}
	for _, name := range slides {
		page, err := readSlide(a, name)
		if err != nil {
			return Info{}, err
		}
		if err := t.emit(page); err != nil {
			return Info{}, err
		}
	}
	return Info{Title: a.coreTitle()}, nil
}

// slideParts returns the names of the slides in the order of the show.
func slideParts(a *archive) ([]string, error) {
	rels, err := a.relations("ppt/presentation.xml")
	if err != nil {
		return nil, err
	}
	x, err := a.required("ppt/presentation.xml")
	if err != nil {
		return nil, err
	}
	var parts []string
	err = x.walk(func(e xml.StartElement) error {
		if e.Name.Local == "sldId" {
			if rel, ok := rels[attrIn(e, "r", "id")]; ok && a.member(rel.part) != nil {
				parts = append(parts, rel.part)
			}
		}
		return nil
	}, nil, nil)
	return parts, err
}

// relation is what another part is to a part.
type relation struct{ kind, part string }

// relations returns the relations of a part by their id; parts are full names in the archive.
func (a *archive) relations(part string) (map[string]relation, error) {
	rels := map[string]relation{}
	x, err := a.xml(path.Join(path.Dir(part), "_rels", path.Base(part)+".rels"))
	if err != nil || x == nil {
		return rels, err
	}
	err = x.walk(func(e xml.StartElement) error {
		if e.Name.Local != "Relationship" || attr(e, "TargetMode") == "External" {
			return nil
		}
		target := attr(e, "Target")
		if !strings.HasPrefix(target, "/") {
			target = path.Join(path.Dir(part), target)
		}
		rels[attr(e, "Id")] = relation{kind: path.Base(attr(e, "Type")), part: strings.TrimPrefix(target, "/")}
		return nil
	}, nil, nil)
	return rels, err
}

func readSlide(a *archive, part string) (Page, error) {
	s := &slide{}
	if err := s.read(a, part); err != nil {
		return Page{}, err
	}
	rels, err := a.relations(part)
	if err != nil {
		return Page{}, err
	}
	for _, kind := range []string{"diagramData", "notesSlide"} {
		for _, rel := range rels {
			if rel.kind == kind {
				if err := s.read(a, rel.part); err != nil {
					return Page{}, err
				}
			}
		}
	}
	return Page{Label: cutText(cleanLine(s.title.String()), 200), Text: cleanText(s.text.String()), Reader: "pptx"}, nil
}

// slide is the state of reading a slide and what belongs to it.
type slide struct {
	text, title, para strings.Builder
	cells             []string
	cell              strings.Builder
	shape             string // type of the placeholder being read
	inText, inCell    bool
}

func (s *slide) read(a *archive, part string) error {
	x, err := a.xml(part)
	if err != nil || x == nil {
		return err
	}
	return x.walk(func(e xml.StartElement) error { return s.start(x, e) }, s.end, func(text string) {
		if s.inText && s.shape != "sldNum" && s.shape != "dt" {
			s.para.WriteString(text)
		}
	})
}

func (s *slide) start(x *xmlReader, e xml.StartElement) error {
	s.inText = false
	switch e.Name.Local {
	case "Fallback":
		return x.skip()
	case "sp":
		s.shape = "" // a shape without a placeholder
	case "ph":
		s.shape = attr(e, "type")
	case "t":
		s.inText = true
	case "br", "tab":
		s.para.WriteByte(' ')
	case "tc":
		s.inCell = true
	}
	return nil
}

func (s *slide) end(e xml.EndElement) error {
	s.inText = false
	switch e.Name.Local {
	case "p":
		s.endParagraph()
	case "sp":
		s.shape = ""
	case "tc":
		s.cells = append(s.cells, strings.Join(strings.Fields(s.cell.String()), " "))
		s.cell.Reset()
		s.inCell = false
	case "tr":
		fmt.Fprintln(&s.text, strings.Join(s.cells, "\t"))
		s.cells = nil
	}
	return nil
}

func (s *slide) endParagraph() {
	line := s.para.String()
	s.para.Reset()
	switch {
	case s.inCell:
		s.cell.WriteString(line + " ")
	case strings.TrimSpace(line) != "":
		fmt.Fprintln(&s.text, line)
		if s.shape == "title" || s.shape == "ctrTitle" {
			s.title.WriteString(line + " ")
		}
	}
}
