package auth

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
)

// totpStep is how long a code of an authenticator app is shown.
const totpStep = 30

// NewTOTP makes the secret of an authenticator app.
func NewTOTP() string {
	b := make([]byte, 20)
	rand.Read(b)
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b)
}

// TOTPURI is the address by which apps take a secret from a QR code.
func TOTPURI(account, secret string) (string, error) {
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		return "", err
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "Aanpak", AccountName: account, Secret: raw})
	if err != nil {
		return "", err
	}
	return key.URL(), nil
}

// TOTPCode is the code of a secret at a time.
func TOTPCode(secret string, at time.Time) (string, error) {
	return codeAt(secret, at.Unix()/totpStep)
}

func codeAt(secret string, step int64) (string, error) {
	return hotp.GenerateCodeCustom(secret, uint64(step), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}) //nolint:gosec // times are after 1970
}

// TOTPStep tells which step a code is of: the one at that time, the one before or the one after, as clocks differ. The caller refuses a
// step that was used.
func TOTPStep(secret, code string, at time.Time) (step int64, ok bool, err error) {
	now := at.Unix() / totpStep
	for _, n := range []int64{now, now - 1, now + 1} {
		want, err := codeAt(secret, n)
		if err != nil {
			return 0, false, err
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			return n, true, nil
		}
	}
	return 0, false, nil
}

// IsTOTP tells whether what was typed looks like the code of an app, and returns it without spaces.
func IsTOTP(typed string) (string, bool) {
	code := strings.ReplaceAll(strings.TrimSpace(typed), " ", "")
	return code, len(code) == 6 && strings.Trim(code, "0123456789") == ""
}
