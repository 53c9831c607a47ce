package main

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/templates/library"
)

// bareKey is text that looks like a message key which nobody worded.
var bareKey = regexp.MustCompile(`^[a-z_]+(\.[a-z_]+)+$`)

// TestPages renders every page in both languages and holds it to what a browser and a screen reader need.
func TestPages(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages {
		l := localizer(lang)
		for _, p := range pages(l, "") {
			t.Run(lang+"/"+p.Name, func(t *testing.T) {
				t.Parallel()
				body, err := render(l, p.Component)
				if err != nil {
					t.Fatal(err)
				}
				doc, err := goquery.NewDocumentFromReader(bytes.NewReader(body))
				if err != nil {
					t.Fatal(err)
				}
				landmarks(t, doc)
				names(t, doc)
				references(t, doc)
				policyHolds(t, doc)
				worded(t, doc)
			})
		}
	}
}

func landmarks(t *testing.T, doc *goquery.Document) {
	t.Helper()
	for selector, want := range map[string]int{"title": 1, "main": 1, ".skip[href='#main']": 1} {
		if n := doc.Find(selector).Length(); n != want {
			t.Errorf("%d %s, want %d", n, selector, want)
		}
	}
	if n := doc.Find("h1").Length(); n > 1 {
		t.Errorf("%d h1", n)
	}
	doc.Find("form form").Each(func(_ int, s *goquery.Selection) { t.Error("a form inside a form") })
	doc.Find("a a, button a, a button").Each(func(_ int, s *goquery.Selection) { t.Error("a control inside a control") })
}

// names fails for a control or a picture that a screen reader could not name.
func names(t *testing.T, doc *goquery.Document) {
	t.Helper()
	doc.Find("a[href], button, summary").Each(func(_ int, s *goquery.Selection) {
		if _, hidden := s.Attr("aria-hidden"); hidden {
			return
		}
		label, _ := s.Attr("aria-label")
		if strings.TrimSpace(s.Text()) == "" && label == "" {
			html, _ := goquery.OuterHtml(s)
			t.Errorf("no name: %s", html)
		}
	})
	doc.Find("input:not([type=hidden]), select, textarea").Each(func(_ int, s *goquery.Selection) {
		id, _ := s.Attr("id")
		if s.Closest("label").Length() == 0 && doc.Find("label[for='"+id+"']").Length() == 0 && s.AttrOr("aria-hidden", "") == "" {
			html, _ := goquery.OuterHtml(s)
			t.Errorf("no label: %s", html)
		}
	})
	doc.Find("img:not([alt])").Each(func(_ int, s *goquery.Selection) { t.Error("a picture without alt") })
}

// references fails for an id that is used twice, or named and not there.
func references(t *testing.T, doc *goquery.Document) {
	t.Helper()
	seen := map[string]bool{}
	doc.Find("[id]").Each(func(_ int, s *goquery.Selection) {
		id := s.AttrOr("id", "")
		if seen[id] {
			t.Errorf("id %q twice", id)
		}
		seen[id] = true
	})
	for _, attr := range []string{"for", "aria-describedby", "aria-labelledby", "aria-controls", "list", "form"} {
		doc.Find("[" + attr + "]").Each(func(_ int, s *goquery.Selection) {
			for _, id := range strings.Fields(s.AttrOr(attr, "")) {
				if !seen[id] {
					t.Errorf("%s=%q leads nowhere", attr, id)
				}
			}
		})
	}
}

// policyHolds keeps out what the content security policy refuses.
func policyHolds(t *testing.T, doc *goquery.Document) {
	t.Helper()
	doc.Find("[style], style, script:not([src])").Each(func(_ int, s *goquery.Selection) {
		html, _ := goquery.OuterHtml(s)
		t.Errorf("inline: %s", html)
	})
	doc.Find("*").Each(func(_ int, s *goquery.Selection) {
		for _, a := range s.Nodes[0].Attr {
			if strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Key, "hx-on") {
				t.Errorf("%s=%q is an inline script", a.Key, a.Val)
			}
		}
	})
}

func worded(t *testing.T, doc *goquery.Document) {
	t.Helper()
	doc.Find("body *").Each(func(_ int, s *goquery.Selection) {
		if s.Children().Length() == 0 && bareKey.MatchString(strings.TrimSpace(s.Text())) {
			t.Errorf("not worded: %s", s.Text())
		}
		for _, attr := range []string{"aria-label", "title", "placeholder", "alt"} {
			if v := s.AttrOr(attr, ""); bareKey.MatchString(v) {
				t.Errorf("not worded: %s=%q", attr, v)
			}
		}
	})
}

// BenchmarkLibrary draws a page of thirty cards, the heaviest list there is.
func BenchmarkLibrary(b *testing.B) {
	l := localizer("nl")
	docs := documents()
	for len(docs) < 30 {
		docs = append(docs, docs[len(docs)%6])
	}
	p := library.LibraryPage(library.Library{Page: page(l, "", "library", "x"), Documents: docs, Total: 30, Facets: facets(l), Sort: sorts(l)})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := render(l, p); err != nil {
			b.Fatal(err)
		}
	}
}
