package unfurl

import (
	"fmt"
	"io"
	"net/url"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"

	"github.com/aanpak/aanpak/internal/fold"
)

// How long texts may be, in runes.
const (
	maxTitle       = 140
	maxDescription = 240
	maxSite        = 60
)

// read reads what the head of a page says, and where its picture is. What comes after the head is not looked at.
func read(r io.Reader, contentType string, at *url.URL) (p Page, picture *url.URL, err error) {
	text, err := charset.NewReader(r, contentType)
	if err != nil {
		return p, nil, fmt.Errorf("%w: %w", ErrNoPage, err)
	}
	said := saidIn(text)
	p.Title = line(first(said, "og:title", "twitter:title", "title"), maxTitle)
	p.Description = line(first(said, "og:description", "twitter:description", "description"), maxDescription)
	p.Site = line(first(said, "og:site_name", "application-name"), maxSite)
	if p.Title == "" {
		return p, nil, fmt.Errorf("%w: it has no title", ErrNoPage)
	}
	if address := first(said, "og:image:secure_url", "og:image", "og:image:url", "twitter:image"); address != "" {
		if u, err := at.Parse(address); err == nil && web(u) {
			picture = u
		}
	}
	return p, picture, nil
}

// saidIn reads the title and the named texts of a head, each as it is first said.
func saidIn(r io.Reader) map[string]string {
	said := map[string]string{}
	z := html.NewTokenizer(r)
	z.SetMaxBuf(maxHead)
	for {
		switch z.Next() {
		case html.ErrorToken:
			return said
		case html.EndTagToken:
			if name, _ := z.TagName(); atom.Lookup(name) == atom.Head {
				return said
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			switch t.DataAtom {
			case atom.Body:
				return said
			case atom.Title:
				if z.Next() == html.TextToken {
					note(said, "title", string(z.Text()))
				}
			case atom.Meta:
				noteMeta(said, t)
			}
		}
	}
}

func noteMeta(said map[string]string, t html.Token) {
	var names []string
	content := ""
	for _, a := range t.Attr {
		switch a.Key {
		case "property", "name":
			names = append(names, strings.ToLower(strings.TrimSpace(a.Val)))
		case "content":
			content = a.Val
		}
	}
	for _, name := range names {
		if name != "title" { // is the element's
			note(said, name, content)
		}
	}
}

// note keeps what is said first.
func note(said map[string]string, name, text string) {
	if text = strings.TrimSpace(text); text != "" && said[name] == "" {
		said[name] = text
	}
}

func first(said map[string]string, names ...string) string {
	for _, n := range names {
		if said[n] != "" {
			return said[n]
		}
	}
	return ""
}

// line is a stranger's text as one line of at most so many runes, without what is not seen but changes how the rest is.
func line(s string, most int) string {
	s = fold.Line(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r) {
			return -1
		}
		return r
	}, s))
	if len([]rune(s)) <= most {
		return s
	}
	return strings.TrimSpace(fold.Cut(s, most-1)) + "…"
}
