// Package markdown turns what people write into HTML that can do no harm, and into plain text.
//
// The Markdown is CommonMark with links, tables and struck-out text as GitHub has them. HTML in it is text, pictures are left out (a
// picture elsewhere would tell who reads), and headings are strong lines, since the page has its own. Beside that it knows two things:
// <@kind:id> names a person or group, and #topic a topic.
package markdown

import (
	"bytes"
	"html"
	"regexp"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	goldhtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Name is how something named is shown, and where it leads.
type Name struct{ Label, URL string }

// Names tells how what a text names is shown. Nothing is known of what it does not have.
type Names func(kind, id string) (Name, bool)

// policy lets through what goldmark makes of Markdown and nothing else: a second lock on the same door.
var policy = func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li", "hr", "table", "thead", "tbody", "tr", "th", "td")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^(mention|topic|md-head)$`)).OnElements("a", "span", "p")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowStandardURLs()
	p.AllowAttrs("href").OnElements("a")
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	return p
}()

var md = goldmark.New(
	goldmark.WithExtensions(extension.Linkify, extension.Strikethrough, extension.Table),
	goldmark.WithParserOptions(parser.WithInlineParsers(util.Prioritized(mentions{}, 90), util.Prioritized(topics{}, 950))),
	goldmark.WithRendererOptions(goldhtml.WithHardWraps(), renderer.WithNodeRenderers(util.Prioritized(own{}, 100))),
)

// parse reads a text and puts the names to what it names.
func parse(src []byte, names Names) ast.Node {
	doc := md.Parser().Parse(text.NewReader(src))
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if m, ok := n.(*mention); ok && entering {
			m.shown = Name{Label: "…"}
			if names != nil {
				if x, ok := names(m.kind, m.id); ok {
					m.shown = x
				}
			}
		}
		return ast.WalkContinue, nil
	})
	return doc
}

// HTML returns a text as HTML.
func HTML(source string, names Names) string {
	var b bytes.Buffer
	src := []byte(source)
	if err := md.Renderer().Render(&b, src, parse(src, names)); err != nil { // writing into memory does not fail
		return "<p>" + html.EscapeString(source) + "</p>"
	}
	return policy.Sanitize(b.String())
}

// shown is a piece of text as the page shows it: escaped signs and those with a name are what they stand for, but in code.
func shown(n *ast.Text, src []byte) []byte {
	piece := n.Segment.Value(src)
	if n.IsRaw() || n.Parent().Kind() == ast.KindCodeSpan {
		return piece
	}
	return util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(piece)))
}

// Text returns a text without its marks, with everything named by its name.
func Text(source string, names Names) string {
	src := []byte(source)
	doc := parse(src, names)
	var b strings.Builder
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			if n.Type() == ast.TypeBlock && b.Len() > 0 && !strings.HasSuffix(b.String(), "\n") {
				b.WriteByte('\n')
			}
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Text:
			b.Write(shown(n, src))
			if n.SoftLineBreak() || n.HardLineBreak() {
				b.WriteByte('\n')
			}
		case *ast.String:
			b.Write(n.Value)
		case *ast.AutoLink:
			b.Write(n.Label(src))
		case *ast.CodeBlock, *ast.FencedCodeBlock:
			lines := n.Lines()
			for i := range lines.Len() {
				line := lines.At(i)
				b.Write(line.Value(src))
			}
		case *ast.HTMLBlock, *ast.RawHTML:
			b.Write(typedHTML(n, src))
		case *ast.Image:
			return ast.WalkSkipChildren, nil
		case *mention:
			b.WriteString("@" + n.shown.Label)
		case *topic:
			b.WriteString("#" + n.word)
		}
		return ast.WalkContinue, nil
	})
	return strings.TrimSpace(b.String())
}
