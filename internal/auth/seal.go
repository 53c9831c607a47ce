package auth

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
)

// Sealer keeps secrets that must be read again, and hashes those too short for a plain hash. Its key is made of what the database holds
// and, where the operator sets one, of a secret outside it: then the database or a backup alone opens nothing.
type Sealer struct {
	gcm cipher.AEAD
	mac []byte
}

// NewSealer makes the keys. All processes of one installation give the same secret and salt.
func NewSealer(secret string, salt []byte) (*Sealer, error) {
	keys, err := hkdf.Key(sha256.New, append([]byte(secret), salt...), salt, "aanpak", 64)
	if err != nil {
		return nil, fmt.Errorf("derive keys: %w", err)
	}
	block, err := aes.NewCipher(keys[:32])
	if err != nil {
		return nil, fmt.Errorf("derive keys: %w", err)
	}
	gcm, err := cipher.NewGCMWithRandomNonce(block)
	return &Sealer{gcm: gcm, mac: keys[32:]}, err
}

// NewSalt returns the part of the key that the database holds.
func NewSalt() []byte {
	b := make([]byte, 32)
	rand.Read(b)
	return b
}

// Seal hides a secret. What it is for is bound to it: sealed for one use, or person, it opens for no other.
func (s *Sealer) Seal(use, secret string) string {
	return base64.RawStdEncoding.EncodeToString(s.gcm.Seal(nil, nil, []byte(secret), []byte(use)))
}

// ErrSealed says that a secret was sealed with another key, or changed since.
var ErrSealed = errors.New("a sealed secret does not open: is AANPAK_SECRET the one it was sealed with?")

// Open returns a sealed secret.
func (s *Sealer) Open(use, sealed string) (string, error) {
	b, err := base64.RawStdEncoding.DecodeString(sealed)
	if err != nil {
		return "", ErrSealed
	}
	plain, err := s.gcm.Open(nil, nil, b, []byte(use))
	if err != nil {
		return "", ErrSealed
	}
	return string(plain), nil
}

// SameSecret tells whether two secrets are the same, without telling by the time it takes how much of them is.
func SameSecret(a, b string) bool { return hmac.Equal([]byte(a), []byte(b)) }

// Hash is what the database keeps of a code that is too short to be safe behind a plain hash.
func (s *Sealer) Hash(use, code string) string {
	h := hmac.New(sha256.New, s.mac)
	fmt.Fprintf(h, "%s\x00%s", use, code)
	return hex.EncodeToString(h.Sum(nil))
}
