package auth_test

import (
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/auth"
)

func TestGuessable(t *testing.T) {
	about := []string{"Sanne de Vries", "s.devries@bouwbedrijf.nl", "P-40123"}
	for password, want := range map[string]bool{
		"1q2w3e4r5t":                     true, // leaked
		"Qwertyuiop":                     true, // leaked, in other letters
		"aaaaaaaaaaaa":                   true,
		"abababababab":                   true,
		"Welkom2026!":                    true,
		"WachtwoordZomer":                true,
		"Aanpak-2026":                    true,
		"sannedevries":                   true,
		"Bouwbedrijf1!":                  true,
		"devries40123":                   true,
		"een lang wachtwoord":            false,
		"paars fietst naar Deventer":     false,
		"7gFq-2xKw-p":                    false,
		strings.Repeat("lange zin ", 12): false,
	} {
		if got := auth.Guessable(password, about...); got != want {
			t.Errorf("%q: %v", password, got)
		}
	}
}
