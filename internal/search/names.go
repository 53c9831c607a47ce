package search

import "strings"

// fieldNames maps what people may type before a colon, folded, to the name of the field.
var fieldNames = map[string]string{
	"kind": "kind", "soort": "kind",
	"branch": "branch", "vestiging": "branch", "regio": "branch",
	"client": "client", "opdrachtgever": "client", "klant": "client",
	"tender": "tender", "selectie": "tender", "aanbesteding": "tender",
	"year": "year", "jaar": "year",
	"outcome": "outcome", "uitkomst": "outcome", "resultaat": "outcome",
	"language": "language", "taal": "language",
	"tag": "tag", "label": "tag", "trefwoord": "tag",
	"type": "type", "is": "is",
}

// fieldValues maps what people may type after the colon, folded, to the value that entries carry.
var fieldValues = map[string]map[string]string{
	"kind": values(`approach: approach aanpak pva plan-van-aanpak planvanaanpak
calculation: calculation calculations calculatie calculaties begroting
schedule: schedule planning planningen
risk: risk risks risico risicodossier
quality: quality kwaliteit kwaliteitsplan
safety: safety veiligheid v&g v&g-plan vgplan
reference: reference references referentie referenties
cv: cv cvs cv's
presentation: presentation presentations presentatie presentaties
notice: notice notices nvi nota inlichtingen
award: award awards gunning gunningsbrief
other: other overig overige`),
	"outcome": values(`won: won win gewonnen winst gegund
lost: lost loss verloren verlies
withdrawn: withdrawn ingetrokken teruggetrokken
open: open running lopend loopt
submitted: submitted ingediend`),
	"language": values(`nl: nl nederlands dutch
en: en engels english
de: de duits german
fr: fr frans french`),
	"is": values(`spotlight: spotlight spotlights uitgelicht`),
	"type": values(`document: document documents documenten
tender: tender tenders selectie selecties
person: person persons people persoon personen mensen collega
group: group groups groep groepen
post: post posts bericht berichten
fragment: fragment fragments fragmenten`),
}

func values(table string) map[string]string {
	m := map[string]string{}
	for line := range strings.SplitSeq(table, "\n") {
		value, names, _ := strings.Cut(line, ":")
		for n := range strings.FieldsSeq(names) {
			m[n] = value
		}
	}
	return m
}
