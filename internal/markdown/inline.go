package markdown

import (
	"html"
	"net/url"
	"regexp"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

var (
	mentionKind = ast.NewNodeKind("Mention")
	topicKind   = ast.NewNodeKind("Topic")
)

// Token matches what names a person or group: kind and id are its groups.
var Token = regexp.MustCompile(`<@(user|group):([0-9a-zA-Z]{1,40})>`)

// tokenAhead is Token where the text begins with it.
var tokenAhead = regexp.MustCompile(`^` + Token.String())

// mention names a person or group.
type mention struct {
	ast.BaseInline
	kind, id string
	shown    Name
}

func (n *mention) Kind() ast.NodeKind          { return mentionKind }
func (n *mention) Dump(source []byte, lvl int) { ast.DumpHelper(n, source, lvl, nil, nil) }

// mentions parses them.
type mentions struct{}

func (mentions) Trigger() []byte { return []byte{'<'} }

func (mentions) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, _ := block.PeekLine()
	m := tokenAhead.FindSubmatch(line)
	if m == nil {
		return nil
	}
	block.Advance(len(m[0]))
	return &mention{kind: string(m[1]), id: string(m[2])}
}

// topic is a word behind a #.
type topic struct {
	ast.BaseInline
	word string
}

func (n *topic) Kind() ast.NodeKind          { return topicKind }
func (n *topic) Dump(source []byte, lvl int) { ast.DumpHelper(n, source, lvl, nil, nil) }

// topics parses them.
type topics struct{}

func (topics) Trigger() []byte { return []byte{'#'} }

func (topics) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	if before := block.PrecendingCharacter(); wordRune(before) || before == '#' || before == '/' || before == '&' {
		return nil
	}
	line, _ := block.PeekLine()
	n := TopicAt(string(line[1:]))
	if n == 0 {
		return nil
	}
	block.Advance(1 + n)
	return &topic{word: string(line[1 : 1+n])}
}

// maxTopic is how many runes a topic has at most.
const maxTopic = 50

// TopicAt returns how many bytes of a text that follows a # are a topic: letters, digits, - and _, beginning with a letter. 0 = none.
func TopicAt(s string) (n int) {
	runes := 0
	for i, r := range s {
		if i == 0 && !unicode.IsLetter(r) || !wordRune(r) && r != '-' {
			break
		}
		if runes++; runes > maxTopic {
			return 0
		}
		n = i + utf8.RuneLen(r)
	}
	for n > 0 && s[n-1] == '-' {
		n--
	}
	return n
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' }

// own renders what is ours, and what we render otherwise than goldmark.
type own struct{}

func (o own) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(mentionKind, o.mention)
	reg.Register(topicKind, o.topic)
	reg.Register(ast.KindHeading, o.heading)
	reg.Register(ast.KindImage, o.nothing)
	reg.Register(ast.KindRawHTML, o.raw)
	reg.Register(ast.KindHTMLBlock, o.block)
}

func (own) mention(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	x := n.(*mention).shown
	if x.URL == "" || inLink(n) {
		_, _ = w.WriteString(`<span class="mention">@` + html.EscapeString(x.Label) + `</span>`)
	} else {
		_, _ = w.WriteString(`<a class="mention" href="` + html.EscapeString(x.URL) + `">@` + html.EscapeString(x.Label) + `</a>`)
	}
	return ast.WalkContinue, nil
}

func (own) topic(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		word := n.(*topic).word
		if inLink(n) {
			_, _ = w.WriteString("#" + html.EscapeString(word))
			return ast.WalkContinue, nil
		}
		_, _ = w.WriteString(`<a class="topic" href="/topics/` + html.EscapeString(url.PathEscape(word)) + `">#` + html.EscapeString(word) + `</a>`)
	}
	return ast.WalkContinue, nil
}

// inLink tells whether a node is in a link, which holds no other.
func inLink(n ast.Node) bool {
	for p := n.Parent(); p != nil; p = p.Parent() {
		if p.Kind() == ast.KindLink {
			return true
		}
	}
	return false
}

func (own) heading(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		_, _ = w.WriteString(`<p class="md-head"><strong>`)
	} else {
		_, _ = w.WriteString("</strong></p>\n")
	}
	return ast.WalkContinue, nil
}

func (own) nothing(util.BufWriter, []byte, ast.Node, bool) (ast.WalkStatus, error) {
	return ast.WalkSkipChildren, nil
}

// typedHTML is HTML that somebody typed, as they typed it: to us it is text.
func typedHTML(n ast.Node, source []byte) []byte {
	switch n := n.(type) {
	case *ast.RawHTML:
		return n.Segments.Value(source)
	case *ast.HTMLBlock:
		out := n.Lines().Value(source)
		if n.HasClosure() {
			out = append(out, n.ClosureLine.Value(source)...)
		}
		return out
	}
	return nil
}

// raw shows HTML within a text.
func (own) raw(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		_, _ = w.WriteString(html.EscapeString(string(typedHTML(n, source))))
	}
	return ast.WalkSkipChildren, nil
}

// block shows HTML that stands by itself.
func (own) block(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		_, _ = w.WriteString("<p>" + html.EscapeString(string(typedHTML(n, source))) + "</p>\n")
	}
	return ast.WalkContinue, nil
}
