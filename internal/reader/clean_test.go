package reader

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestCleanText(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"a\x00b\x01c\u200bd\u202ee", "abcde"},
		{"werk\x02\r\nzaamheden", "werkzaamheden"},
		{"Col\x02laboration", "Collaboration"},
		{"Noord\x02\nHolland", "Noord-Holland"},
		{"bouw\x02\nen sloopwerk", "bouw- en sloopwerk"},
		{"bouw\x02\nengel", "bouwengel"},
		{"2024\x02\n2025", "2024-2025"},
		{"zacht\u00adkoppel", "zachtkoppel"},
		{"a\ufb03che \ufb02ink \u00bd", "affiche flink 1⁄2"},
		{"cafe\u0301", "café"},
		{"  veel \u00a0 ruimte  \n\n\n\n regel\t \n", "veel ruimte\n\nregel"},
		{"regel\r\nregel\rregel\vregel", "regel\nregel\nregel\nregel"},
		{"a\ufffeb", "ab"},
		{"einde\x02", "einde"},
		{"", ""},
	} {
		if got := cleanText(tt.in); got != tt.want {
			t.Errorf("cleanText(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestQuality(t *testing.T) {
	good := []string{
		"De aannemer bespreekt de planning met de bewoners.", "12\t1.250,50\t€ 300\n13\t2.500,00\t€ 400", "计算机科学与技术",
		"Levensloopbestendige appartementen in Zwolle, fase 2 (2024-2025)",
	}
	bad := []string{"", "   ", "\ufffd\ufffd\ufffd a \ufffd\ufffd", "\ue000\ue001\ue002 \ue003\ue004", strings.Repeat("deaannemerbespreektdeplanning", 20), "~]|^ #%$ ;{ }> <|~ ^`"}
	for _, s := range good {
		if q := quality(s); q < 0.8 {
			t.Errorf("quality(%q) = %.2f, want at least 0.8", s, q)
		}
	}
	for _, s := range bad {
		if q := quality(s); q > 0.45 {
			t.Errorf("quality(%q) = %.2f, want at most 0.45", s, q)
		}
	}
	if !better(good[0], strings.ReplaceAll(good[0], " ", "")) {
		t.Error("a text without spaces won")
	}
}

func TestMemberName(t *testing.T) {
	for in, want := range map[string]string{
		"a/b.pdf": "a/b.pdf", "../../x": "x", "/etc/passwd": "etc/passwd", `C:\Users\x.doc`: "Users/x.doc", `..\..\x`: "x", "a/../../b": "b",
		"": "", "..": "", "/": "", "a\x00b\nc": "abc", "x\u202egpj.exe": "xgpj.exe", " /.. /x": "x", ".. /.. /etc": "etc", "\xff.txt": "_.txt",
	} {
		if got := memberName(in); got != want {
			t.Errorf("memberName(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestColumnName(t *testing.T) {
	for i, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 701: "ZZ", 702: "AAA", 16383: "XFD"} {
		if got := ColumnName(i); got != want {
			t.Errorf("ColumnName(%d) = %s, want %s", i, got, want)
		}
	}
}

func FuzzCleanText(f *testing.F) {
	for _, s := range []string{"werk\x02\nzaam", "e\u0301\u0301", "\xff\xfe", "\u1100\u1161\u11a8", "a\t\t\n\n\n", "\u00a8\u00b4"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := cleanText(s)
		if !utf8.ValidString(got) {
			t.Fatalf("not UTF-8: %q", got)
		}
		for _, r := range got {
			if unicode.IsControl(r) && r != '\n' && r != '\t' {
				t.Fatalf("control character %U in %q", r, got)
			}
		}
		if len([]rune(got)) > 0 && quality(got) < 0 || quality(got) > 1 {
			t.Fatalf("quality %v", quality(got))
		}
	})
}

func FuzzMemberName(f *testing.F) {
	for _, s := range []string{"../x", `C:\a`, "a/./b", " ../..", "\u202e", strings.Repeat("x", 400), "..\u200b/x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := memberName(s)
		parts := strings.Split(got, "/")
		if strings.HasPrefix(got, "/") || slices.Contains(parts, "..") || strings.ContainsAny(got, "\x00\n\\") || !utf8.ValidString(got) {
			t.Fatalf("memberName(%q) = %q", s, got)
		}
		for _, p := range parts {
			if len(p) > maxName {
				t.Fatalf("a part of %d bytes", len(p))
			}
		}
	})
}
