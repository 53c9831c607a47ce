package markdown_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/aanpak/aanpak/internal/markdown"
)

func names(kind, id string) (markdown.Name, bool) {
	if id == "weg" {
		return markdown.Name{}, false
	}
	return markdown.Name{Label: "Noor & Co <" + id + ">", URL: "/" + kind + "/" + id}, true
}

func TestHTML(t *testing.T) {
	for _, x := range []struct{ source, want string }{
		{"**Dik** en *schuin*, ~~weg~~", "<p><strong>Dik</strong> en <em>schuin</em>, <del>weg</del></p>"},
		{"Eerste\nTweede", "<p>Eerste<br>\nTweede</p>"},
		{"# Kop", `<p class="md-head"><strong>Kop</strong></p>`},
		{"<@user:a1> hoi", `<p><a class="mention" href="/user/a1" rel="nofollow noreferrer">@Noor &amp; Co &lt;a1&gt;</a> hoi</p>`},
		{"<@user:weg>", `<p><span class="mention">@…</span></p>`},
		{"Over #BLVC-plan.", `<p>Over <a class="topic" href="/topics/BLVC-plan" rel="nofollow noreferrer">#BLVC-plan</a>.</p>`},
		{"C#sharp en #2024 en ##x", "<p>C#sharp en #2024 en ##x</p>"},
		{"`#code`", "<p><code>#code</code></p>"},
		{"<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"},
		{"x <b onclick=y>z</b>", "<p>x &lt;b onclick=y&gt;z&lt;/b&gt;</p>"},
		{"<script>\na < b\n</script> dus", "<p>&lt;script&gt;\na &lt; b\n&lt;/script&gt; dus</p>"},
		{"[klik](javascript:alert(1))", "<p>klik</p>"},
		{"![foto](https://elders.example/p.png)", "<p></p>"},
		{"[zie #dit](/documents/1)", `<p><a href="/documents/1" rel="nofollow noreferrer">zie #dit</a></p>`},
		{"https://voorbeeld.nl/a", `<p><a href="https://voorbeeld.nl/a" rel="nofollow noreferrer">https://voorbeeld.nl/a</a></p>`},
	} {
		if got := strings.TrimSpace(markdown.HTML(x.source, names)); got != x.want {
			t.Errorf("%q:\n got %s\nwant %s", x.source, got, x.want)
		}
	}
}

func TestText(t *testing.T) {
	for _, x := range []struct{ source, want string }{
		{"# Kop\n\nDag <@user:a>,\n**zie** [dit](/x) over #hout: `x < y`\n\n- een\n- twee", "Kop\nDag @Noor & Co <a>,\nzie dit over #hout: x < y\neen\ntwee"},
		// HTML is text to us: what the page shows can be found and is told too.
		{"een <b>kade</b>", "een <b>kade</b>"},
		{"<div>\nkade\n</div>\n\nslot", "<div>\nkade\n</div>\nslot"},
		{"<!-- a\nb\n--> c", "<!-- a\nb\n--> c"},
		{"x ![foto](/p.png) y", "x  y"},
		{`ver**b**o\_d &amp; &#101;n \# ` + "`a &amp; \\_`", `verbo_d & en # a &amp; \_`},
	} {
		if got := markdown.Text(x.source, names); got != x.want {
			t.Errorf("%q: got %q, want %q", x.source, got, x.want)
		}
	}
}

// What a text says is asked of what is read: not of the marks in it, and code is no topic and names nobody.
func TestFind(t *testing.T) {
	source := "ver**bo**den [hier](https://x.nl/geheim \"titel\") #hout `#staal @Tom <@user:a>` <@user:b>\n\n```\n#beton <@group:c> @Kees\n```\n\n    #zand\n\n#glas"
	words := markdown.Words(source)
	for _, w := range []string{"verboden", "https://x.nl/geheim", "titel", "#beton"} {
		if !strings.Contains(words, w) {
			t.Errorf("%q is not in %q", w, words)
		}
	}
	if got := markdown.Topics(source); !slices.Equal(got, []string{"hout", "glas"}) {
		t.Errorf("topics %v", got)
	}
	if got := markdown.Mentions(source); !slices.Equal(got, []markdown.Named{{Kind: "user", ID: "b"}}) {
		t.Errorf("names %v", got)
	}
	var code []string
	for _, p := range markdown.Code(source) {
		code = append(code, source[p[0]:p[1]])
	}
	if want := []string{"#staal @Tom <@user:a>", "#beton <@group:c> @Kees\n", "#zand\n"}; !slices.Equal(code, want) {
		t.Errorf("code %q, want %q", code, want)
	}
}

// Whatever people write, nothing comes out that runs, loads or sends the page elsewhere.
func FuzzHTML(f *testing.F) {
	for _, seed := range []string{"# a", "[x](javascript:y)", "<img src=x onerror=y>", "<@user:a>", "#x", "![a](b)", "<svg/onload=x>", "[a]: data:text/html,x\n[a]", "|a|\n|-|\n|b|", "&#106;avascript:x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(markdown.HTML(source, names)))
		if err != nil {
			t.Fatal(err)
		}
		if n := doc.Find("script,img,iframe,style,svg,object,embed,form,input,link,base,meta").Length(); n > 0 {
			t.Errorf("%q gives an element that loads or runs", source)
		}
		doc.Find("body *").Each(func(_ int, s *goquery.Selection) {
			for _, a := range s.Nodes[0].Attr {
				if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "src" {
					t.Errorf("%q gives the attribute %s", source, a.Key)
				}
				if scheme, _, ok := strings.Cut(strings.ToLower(strings.TrimSpace(a.Val)), ":"); a.Key == "href" && ok && !strings.ContainsAny(scheme, "/?#") && scheme != "http" && scheme != "https" && scheme != "mailto" {
					t.Errorf("%q gives a link to %q", source, a.Val)
				}
			}
		})
		markdown.Words(source)
		for _, p := range markdown.Code(source) {
			_ = source[p[0]:p[1]]
		}
	})
}
