package search

import (
	"html"
	"math/bits"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The size of a snippet in bytes of text: what it is made to be, and what it never exceeds.
const (
	snippetWant = 220
	snippetMax  = 300
	snippetLead = 90 // text before the first marked word
)

const (
	markOpen  = "<mark>"
	markClose = "</mark>"
	ellipsis  = "…"
)

// Snippet returns the best place of a text as HTML: escaped, white space collapsed, with <mark> around the words that answer
// the question and an ellipsis where the text goes on. The best place answers the most of the question, in sentences as whole as may be.
// Without an answer it is the beginning of the text.
func (m *Marker) Snippet(text string) string {
	marks := m.marks(text)
	at := bestMark(marks)
	start, end := 0, 0
	if len(marks) > 0 {
		start = sentenceStart(text, marks[at].start)
		end = marks[at].end
	}
	end = sentenceEnd(text, max(end, start+1), start)
	var b strings.Builder
	if strings.TrimSpace(text[:start]) != "" && !endsSentence(text[:start]) {
		b.WriteString(ellipsis)
	}
	writeMarked(&b, text, start, end, marks)
	if strings.TrimSpace(text[end:]) != "" && !endsSentence(text[start:end]) {
		b.WriteString(ellipsis)
	}
	return b.String()
}

// Highlight returns the whole of a short text, such as a title, as HTML: escaped, with <mark> around the words that
// answer the question.
func (m *Marker) Highlight(text string) string {
	var b strings.Builder
	writeMarked(&b, text, 0, len(text), m.marks(text))
	return b.String()
}

// bestMark returns the mark from which the next words answer the most needs, then the most often.
func bestMark(marks []mark) int {
	best, most := 0, -1
	for i := range marks {
		var seen uint16
		n := 0
		for _, k := range marks[i:] {
			if k.end-marks[i].start > snippetWant-snippetLead/2 {
				break
			}
			seen |= k.bits
			n++
		}
		if v := bits.OnesCount16(seen)*8 + min(n, 7); v > most {
			best, most = i, v
		}
	}
	return best
}

// sentenceStart returns where the sentence with byte at begins, or the word some way before it.
func sentenceStart(text string, at int) int {
	lead := text[max(0, at-snippetLead):at]
	if i := lastSentenceEnd(lead); i >= 0 {
		return at - len(lead) + i
	}
	if at <= snippetLead {
		return 0
	}
	if i := strings.IndexFunc(lead, unicode.IsSpace); i >= 0 {
		return at - len(lead) + i + 1
	}
	return at
}

// lastSentenceEnd returns where the last sentence that ends in s is over, or -1.
func lastSentenceEnd(s string) int {
	for i := len(s) - 1; i > 0; i-- {
		if (s[i] == ' ' || s[i] == '\n') && (strings.IndexByte(".!?", s[i-1]) >= 0 || s[i-1] == '\n') {
			return i + 1
		}
	}
	return -1
}

func endsSentence(s string) bool {
	s = strings.TrimRightFunc(s, unicode.IsSpace)
	return s == "" || strings.IndexByte(".!?:", s[len(s)-1]) >= 0
}

// sentenceEnd returns where the snippet that begins at start ends: after a sentence near the wanted size, else after a word.
func sentenceEnd(text string, at, start int) int {
	if len(text)-start <= snippetMax {
		return len(text)
	}
	limit := max(start+snippetMax, min(at, start+2*snippetMax))
	for limit > start && !utf8.RuneStart(text[min(limit, len(text)-1)]) {
		limit--
	}
	limit = min(limit, len(text))
	tail := text[start:limit]
	if i := lastSentenceEnd(tail); i >= max(snippetWant/2, at-start) {
		return start + len(strings.TrimRightFunc(tail[:i], unicode.IsSpace))
	}
	if i := strings.LastIndexFunc(tail, unicode.IsSpace); i > 0 && start+i >= at {
		return start + i
	}
	return limit
}

// writeMarked writes text[start:end] as HTML.
func writeMarked(b *strings.Builder, text string, start, end int, marks []mark) {
	at := start
	for _, k := range marks {
		if k.start < at || k.end > end {
			continue
		}
		writeText(b, text[at:k.start])
		b.WriteString(markOpen)
		writeText(b, text[k.start:k.end])
		b.WriteString(markClose)
		at = k.end
	}
	writeText(b, text[at:end])
}

// writeText writes text escaped, with every run of white space and control characters as one space.
func writeText(b *strings.Builder, s string) {
	if !strings.ContainsFunc(s, odd) {
		b.WriteString(html.EscapeString(s))
		return
	}
	gap := false
	clean := strings.Map(func(r rune) rune {
		if !odd(r) && r != ' ' {
			gap = false
			return r
		}
		if gap {
			return -1
		}
		gap = true
		return ' '
	}, strings.ToValidUTF8(s, "\uFFFD"))
	b.WriteString(html.EscapeString(clean))
}

// odd tells whether a rune must not be shown as it is: white space other than a space, control characters, and those
// that change the direction of the text around them.
func odd(r rune) bool {
	switch {
	case r == ' ':
		return false
	case r >= '\u202A' && r <= '\u202E', r >= '\u2066' && r <= '\u2069', r == utf8.RuneError:
		return true
	}
	return unicode.IsSpace(r) || unicode.IsControl(r)
}
