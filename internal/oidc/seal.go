package oidc

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"golang.org/x/oauth2"
)

// Within is how long a sign-in at the provider may take.
const Within = 10 * time.Minute

// attempt is one try to sign in. The browser keeps it, sealed: it can neither read nor change it, and no replica has to remember it.
type attempt struct {
	State, Nonce, Verifier, Back string
	Until                        time.Time
}

func newAttempt(back string) attempt {
	return attempt{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), Back: back, Until: time.Now().Add(Within)}
}

// seal encrypts attempts by a key that all replicas have, since they all know the client's secret. It is another one for another provider: an
// attempt that was begun before the settings changed ends there.
type seal struct{ cipher.AEAD }

func newSeal(s Settings) (seal, error) {
	key, err := hkdf.Key(sha256.New, []byte(s.ClientSecret), []byte(s.Issuer+"\x00"+s.ClientID), "aanpak oidc attempt", 32)
	if err != nil {
		return seal{}, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return seal{}, err
	}
	gcm, err := cipher.NewGCMWithRandomNonce(block)
	return seal{gcm}, err
}

func (s seal) close(a attempt) (string, error) {
	b, err := json.Marshal(a)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(s.Seal(nil, nil, b, nil)), nil
}

func (s seal) open(text string, now time.Time) (a attempt, err error) {
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		b, err = s.Open(nil, nil, b, nil)
	}
	if err == nil {
		err = json.Unmarshal(b, &a)
	}
	if err != nil {
		return a, fmt.Errorf("%w: what the browser kept cannot be opened", ErrNotBegun)
	}
	if !now.Before(a.Until) {
		return attempt{}, fmt.Errorf("%w: it is too long ago", ErrNotBegun)
	}
	return a, nil
}

// same compares in a time that does not tell how much is right. Nothing is the same as nothing.
func same(a, b string) bool { return a != "" && subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
