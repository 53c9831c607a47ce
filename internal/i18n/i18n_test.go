package i18n

import (
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/errs"
)

func fixed(lang string, now time.Time) *Localizer {
	return For(lang).At(func() time.Time { return now }, time.UTC)
}

func TestWords(t *testing.T) {
	t.Parallel()
	nl, en := For("nl"), For("en")
	tests := []struct{ got, want string }{
		{nl.T("nav.home"), "Start"},
		{en.T("nav.home"), "Home"},
		{For("fr").T("nav.home"), "Start"},
		{nl.N("count.documents", 1), "1 document"},
		{nl.N("count.documents", 0), "0 documenten"},
		{nl.N("count.documents", 3128), "3.128 documenten"},
		{en.N("count.documents", 3128), "3,128 documents"},
		{nl.T("search.page_of", "Page", 14, "Pages", 62), "p. 14 van 62"},
		{nl.Message(errs.Msg("error.field.password_short", "Min", 12)), "Kies een wachtwoord van minstens 12 tekens."},
		{nl.Message(errs.Msg("error.file_too_large", "Max", int64(2e9))), "Een bestand mag hooguit 2 GB zijn. Splits het of maak het kleiner."},
		{nl.T("no.such.key"), "no.such.key"},
		{Match("en-GB,en;q=0.9"), "en"},
		{Match("fr"), "nl"},
		{Match("nonsense;;;"), "nl"},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

func TestFormats(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 10, 30, 0, 0, time.UTC)
	nl, en := fixed("nl", now), fixed("en", now)
	tests := []struct{ got, want string }{
		{nl.Date(now), "24 nov. 2026"},
		{en.Date(now), "24 Nov 2026"},
		{nl.DateTime(now), "24 nov. 2026, 10:30"},
		{nl.Date(time.Time{}), ""},
		{nl.Day(now.AddDate(0, 0, 3)), "vr 27 nov."},
		{nl.Ago(now.Add(-20 * time.Second)), "zojuist"},
		{nl.Ago(now.Add(-5 * time.Minute)), "5 minuten geleden"},
		{nl.Ago(now.Add(-2 * time.Hour)), "2 uur geleden"},
		{nl.Ago(now.Add(-11 * time.Hour)), "gisteren"},
		{nl.Ago(now.AddDate(0, 0, -3)), "3 dagen geleden"},
		{nl.Ago(now.AddDate(0, -3, 0)), "24 aug. 2026"},
		{nl.Until(now.Add(time.Hour)), "vandaag"},
		{nl.Until(now.AddDate(0, 0, 1)), "morgen"},
		{nl.Until(now.AddDate(0, 0, 5)), "over 5 dagen"},
		{nl.Until(now.AddDate(0, 0, -1)), "verstreken"},
		{nl.Bytes(0), "0 bytes"},
		{nl.Bytes(1), "1 byte"},
		{nl.Bytes(4_321_000), "4,3 MB"},
		{en.Bytes(4_321_000), "4.3 MB"},
		{nl.Bytes(999_600), "1 MB"},
		{nl.Bytes(2_000_000_000), "2 GB"},
		{nl.Money(1250000), "€ 1.250.000"},
		{en.Money(1250000), "€1,250,000"},
		{nl.Decimal(8.6), "8,6"},
		{nl.Decimal(9), "9"},
		{en.Decimal(-1234.56), "-1,234.6"},
		{nl.Decimal(-0.5), "-0,5"},
		{nl.List([]string{"Zwolle", "Eindhoven", "Oldenzaal"}), "Zwolle, Eindhoven en Oldenzaal"},
		{nl.List([]string{"Zwolle"}), "Zwolle"},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

func BenchmarkT(b *testing.B) {
	l := For("nl")
	for b.Loop() {
		_ = l.T("nav.home")
		_ = l.T("search.page_of", "Page", 14, "Pages", 62)
	}
}
