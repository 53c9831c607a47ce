package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/sync/semaphore"
)

// The cost of a password: OWASP's argon2id setting with 19 MiB, two passes, one lane.
const (
	argonMemory = 19 * 1024 // KiB
	argonTime   = 2
	argonLanes  = 1
	argonKey    = 32
	argonSalt   = 16
)

// Hasher makes and checks password hashes, a few at a time: each takes 19 MiB, and a burst of sign-ins must not take
// the machine's memory.
type Hasher struct {
	slots *semaphore.Weighted
	dummy string
}

// NewHasher returns a hasher that works on at most n passwords at once.
func NewHasher(n int64) *Hasher {
	h := &Hasher{slots: semaphore.NewWeighted(n)}
	h.dummy, _ = h.Hash(context.Background(), "nobody has this password")
	return h
}

// Hash returns the encoded hash of a password, with a salt of its own.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	if err := h.slots.Acquire(ctx, 1); err != nil {
		return "", err
	}
	defer h.slots.Release(1)
	salt := make([]byte, argonSalt)
	rand.Read(salt)
	key := argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonLanes, argonKey)
	enc := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonLanes, enc(salt), enc(key)), nil
}

// Check tells whether the password belongs to the hash. An empty hash costs the same time and never fits, so that
// nobody learns from the time which addresses exist.
func (h *Hasher) Check(ctx context.Context, encoded, password string) (bool, error) {
	real := encoded != ""
	if !real {
		encoded = h.dummy
	}
	if err := h.slots.Acquire(ctx, 1); err != nil {
		return false, err
	}
	defer h.slots.Release(1)
	parts := strings.Split(encoded, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, fmt.Errorf("a password hash is of an unknown form")
	}
	var mem, time uint32
	var lanes uint8
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &mem, &time, &lanes); err != nil {
		return false, fmt.Errorf("a password hash is damaged: %w", err)
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false, fmt.Errorf("a password hash is damaged: %w", err)
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil {
		return false, fmt.Errorf("a password hash is damaged: %w", err)
	}
	got := argon2.IDKey([]byte(password), salt, time, mem, lanes, uint32(len(want)))
	return real && subtle.ConstantTimeCompare(got, want) == 1, nil
}

// NewSecret returns 256 random bits for a cookie, token or link, with a prefix that says what it is.
func NewSecret(prefix string) string {
	b := make([]byte, 32)
	rand.Read(b)
	return prefix + base64.RawURLEncoding.EncodeToString(b)
}

// HashSecret returns what the database keeps of a secret. A random secret needs no slow hash.
func HashSecret(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
