package markdown

import (
	"strings"

	"github.com/yuin/goldmark/ast"
)

// Words returns everything that a text says, with the addresses that its links lead to: for looking whether a word is in it.
func Words(source string) string {
	said := []string{Text(source, nil)}
	each(source, func(n ast.Node) {
		if link, ok := n.(*ast.Link); ok {
			said = append(said, string(link.Destination)+" "+string(link.Title))
		}
	})
	return strings.Join(said, "\n")
}

// Links returns where the links of a text lead, in its order, as they are written.
func Links(source string) (list []string) {
	each(source, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.Link:
			list = append(list, string(n.Destination))
		case *ast.AutoLink:
			if n.AutoLinkType == ast.AutoLinkURL {
				list = append(list, string(n.URL([]byte(source))))
			}
		}
	})
	return list
}

// Topics returns the topics of a text as they are written, in its order. In code there are none.
func Topics(source string) (list []string) {
	each(source, func(n ast.Node) {
		if t, ok := n.(*topic); ok {
			list = append(list, t.word)
		}
	})
	return list
}

// Named is a person or group that a text names.
type Named struct{ Kind, ID string }

// Mentions returns whom a text names, in its order. In code it names nobody.
func Mentions(source string) (list []Named) {
	each(source, func(n ast.Node) {
		if m, ok := n.(*mention); ok {
			list = append(list, Named{m.kind, m.id})
		}
	})
	return list
}

// Code returns where in a text code stands, in bytes: from and until.
func Code(source string) (list [][2]int) {
	each(source, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.CodeSpan:
			for c := n.FirstChild(); c != nil; c = c.NextSibling() {
				if t, ok := c.(*ast.Text); ok {
					list = append(list, [2]int{t.Segment.Start, t.Segment.Stop})
				}
			}
		case *ast.CodeBlock, *ast.FencedCodeBlock:
			lines := n.Lines()
			for i := range lines.Len() {
				list = append(list, [2]int{lines.At(i).Start, lines.At(i).Stop})
			}
		}
	})
	return list
}

// each calls f for each node of a text.
func each(source string, f func(ast.Node)) {
	_ = ast.Walk(parse([]byte(source), nil), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			f(n)
		}
		return ast.WalkContinue, nil
	})
}
