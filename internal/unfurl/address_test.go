package unfurl_test

import (
	"testing"

	"github.com/aanpak/aanpak/internal/unfurl"
)

// What is opened, as it is shown; "" is not.
func TestAddress(t *testing.T) {
	for written, want := range map[string]string{
		"https://www.Bouw.example/nieuws/2026/circulair-bouwen-in-de-praktijk#deel-2":                    "https://www.bouw.example/nieuws/2026/circulair-bouwen-in-de-praktijk",
		"http://bouw.example:443/?id=12&utm_source=mail&fbclid=IwAR0abcdefghijk1234567":                  "http://bouw.example:443/?id=12",
		"https://bouw.example/?q=b%20a&b=1":                                                              "https://bouw.example/?q=b%20a&b=1",
		"https://bоuw.example/":                                                                          "https://xn--buw-sed.example/", // with a Cyrillic o
		"https://www.rijksoverheid.example/documenten/rapporten/meerjarenperspectiefgebiedsontwikkeling": "https://www.rijksoverheid.example/documenten/rapporten/meerjarenperspectiefgebiedsontwikkeling",

		"ftp://bouw.example/": "", "mailto:a@bouw.example": "", "/documents/x": "", "https:///x": "", "https://intranet/": "", "https://[::1]/": "",
		"https://sanne:wachtwoord@bouw.example/":                                           "",
		"https://sanne@bouw.example/":                                                      "",
		"https://bouw.example/?access_token=abc":                                           "",
		"https://bouw.example/?X-Amz-Signature=abc":                                        "",
		"https://bouw.example/?sig=abc&se=2026":                                            "",
		"https://bouw.example/?reset_password=1":                                           "",
		"https://bouw.example/?code=abc":                                                   "",
		"https://bouw.example/?v=3f2a9b8c7d6e5f40312a":                                     "",
		"https://bouw.example/reset/7Gh2kLm9QwErTyUiOp1AsDf":                               "",
		"https://bouw.example/d/123e4567-e89b-12d3-a456-426614174000/edit":                 "",
		"https://bouw.example/?a=%zz":                                                      "",
		"https://bouw.example/\x7f":                                                        "",
		"https://hooks.bouw.example/services/T00000000/B00000000/aB3dE5gH7jK9mN1pQ3sT5vX7": "",
	} {
		got, ok := unfurl.Address(written)
		if got != want || ok != (want != "") {
			t.Errorf("%s: %q, want %q", written, got, want)
		}
	}
}
