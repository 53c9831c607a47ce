package fold_test

import (
	"testing"

	"github.com/aanpak/aanpak/internal/fold"
)

func TestKey(t *testing.T) {
	for in, want := range map[string]string{
		"  Gemeente  Súdwest-Fryslân ": "gemeente sudwest-fryslan",
		"ﬁets ZWOLLE":                  "fiets zwolle",
		"":                             "",
	} {
		if got := fold.Key(in); got != want {
			t.Errorf("Key(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestLine(t *testing.T) {
	for in, want := range map[string]string{
		"a\x00b\r\n c\td":         "ab c d",
		"plan\u202Efdp.exe":       "planfdp.exe",
		"bad\xff utf8":            "bad utf8",
		"\u2066left\u2069 \uFEFF": "left",
	} {
		if got := fold.Line(in); got != want {
			t.Errorf("Line(%q) = %q, want %q", in, got, want)
		}
	}
	if got := fold.Cut("één woord", 3); got != "één" {
		t.Errorf("Cut = %q", got)
	}
}
