package lang

import "strings"

// stopLists are the commonest words of the languages that occur in the library. A word of several languages
// counts for each.
var stopLists = map[string]string{
	Dutch: `de het een en van in is dat op te zijn voor met die niet aan er om ook als dan maar bij of uit nog naar heeft hebben
worden wordt door over deze dit kan wij we onze ons u uw zal zullen hun tot meer onder tijdens zoals wat wie waar hoe geen al na per
binnen tussen waarbij waardoor hierbij daarbij werd was ik je hij zij ze moet moeten kunnen zo omdat welke elke alle`,
	English: `the a an and of in is that to be for with it not on are as at by from this which or was were will has have had we our you your
can shall must should their they its all any each more during when where how what who between within into than then there these those but if
also may would could been being he she his her him i me my us do does did`,
	"de": `der die das und ist ein eine zu den von mit auf für nicht sich des dem im auch als es an werden aus er hat dass sie nach wird bei einer
um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch man sein wurde`,
	"fr": `le la les de des et est un une du en que qui dans pour pas sur au plus par ce il avec ne se sont cette aux son ses nous vous être
ont leur mais ou comme elle tout été fait même dont entre ces`,
}

// Detector guesses the language of a text from its commonest words. It is immutable.
type Detector struct {
	langs []string
	words map[string]uint8 // bit per language
}

// NewDetector returns a detector for Dutch, English, German and French.
func NewDetector() *Detector {
	d := &Detector{langs: []string{Dutch, English, "de", "fr"}, words: map[string]uint8{}}
	for i, l := range d.langs {
		for w := range strings.FieldsSeq(stopLists[l]) {
			d.words[Fold(w)] |= 1 << i
		}
	}
	return d
}

// Detect returns "nl", "en", "de" or "fr", or "" where the text says too little: it needs three common words of a
// language and a third more of them than of the next. The first 8,000 bytes are looked at.
func (d *Detector) Detect(text string) string {
	if len(text) > 8000 {
		text = strings.ToValidUTF8(text[:8000], "")
	}
	var counts [4]int
	for _, t := range Tokens(text) {
		bits := d.words[t.Text]
		for i := range counts {
			counts[i] += int(bits >> i & 1)
		}
	}
	best, second := 0, 0
	for i := 1; i < len(counts); i++ {
		if counts[i] > counts[best] {
			best = i
		}
	}
	for i, c := range counts {
		if i != best {
			second = max(second, c)
		}
	}
	if counts[best] < 3 || counts[best]*3 < second*4 {
		return ""
	}
	return d.langs[best]
}

// IsStop tells whether a folded word is among the commonest of Dutch or English: it may be left out of a question.
func (d *Detector) IsStop(word string) bool { return d.words[word]&3 != 0 }
