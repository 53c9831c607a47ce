package auth_test

import (
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/auth"
)

func TestSealer(t *testing.T) {
	salt := auth.NewSalt()
	sealer := func(secret string, salt []byte) *auth.Sealer {
		s, err := auth.NewSealer(secret, salt)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	one, replica := sealer("geheim", salt), sealer("geheim", salt)
	sealed := one.Seal("totp:tom", "JBSWY3DPEHPK3PXP")
	if strings.Contains(sealed, "JBSW") || sealed == one.Seal("totp:tom", "JBSWY3DPEHPK3PXP") {
		t.Error("sealed twice it looks the same, or can be read")
	}
	if got, err := replica.Open("totp:tom", sealed); err != nil || got != "JBSWY3DPEHPK3PXP" {
		t.Errorf("another process: %q, %v", got, err)
	}
	if one.Hash("code", "X") != replica.Hash("code", "X") || one.Hash("code", "X") == one.Hash("other", "X") {
		t.Error("hashes differ between processes, or not between uses")
	}
	for name, s := range map[string]*auth.Sealer{"another secret": sealer("anders", salt), "another database": sealer("geheim", auth.NewSalt())} {
		if _, err := s.Open("totp:tom", sealed); err == nil || s.Hash("code", "X") == one.Hash("code", "X") {
			t.Errorf("%s opens it", name)
		}
	}
	if _, err := one.Open("totp:eve", sealed); err == nil {
		t.Error("it opens for somebody else")
	}
	if _, err := one.Open("totp:tom", sealed[:len(sealed)-2]+"AA"); err == nil {
		t.Error("it opens though it was changed")
	}
}

func TestCodes(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		c := auth.NewCode()
		if len(c) != 10 || strings.ContainsAny(c, "0O1I2Z5S8BAEU") || seen[c] {
			t.Fatalf("code %q", c)
		}
		seen[c] = true
		if auth.CleanCode(" "+strings.ToLower(auth.ShowCode(c))+" ") != c {
			t.Fatalf("%q is not read back", auth.ShowCode(c))
		}
	}
}
