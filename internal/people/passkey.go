package people

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/rs/xid"
	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
)

// Passkey is a key on somebody's device. The device checks a finger, face or code before it answers: it counts as both factors.
type Passkey struct {
	bun.BaseModel `bun:"table:passkeys,alias:pk"`

	ID           string `bun:",pk"`
	UserID       string
	CredentialID string // base64url
	Credential   string // JSON of webauthn.Credential; no secret is in it
	SignCount    int64  // of the last answer; 0 of devices that do not count
	Name         string
	CreatedAt    time.Time
	UsedAt       bun.NullTime
}

// maxPasskeys is how many somebody has at most.
const maxPasskeys = 20

// passkeyHandle is what devices know somebody by.
type passkeyHandle struct {
	bun.BaseModel `bun:"table:passkey_handles,alias:ph"`

	UserID string `bun:",pk"`
	Handle string
}

// UsePasskeys lets people make passkeys for the site at an address. Browsers want https there, or localhost, and a name rather than a number: at
// any other address there are no passkeys.
func (s *Service) UsePasskeys(address string) error {
	u, err := url.Parse(address)
	if err != nil || net.ParseIP(u.Hostname()) != nil || u.Scheme != "https" && u.Hostname() != "localhost" {
		return nil
	}
	s.passkeys, err = webauthn.New(&webauthn.Config{
		RPID: u.Hostname(), RPDisplayName: "Aanpak", RPOrigins: []string{u.Scheme + "://" + u.Host}, AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(), UserVerification: protocol.VerificationRequired,
		},
	})
	if err != nil {
		return fmt.Errorf("passkeys for AANPAK_URL: %w", err)
	}
	return nil
}

// HasPasskeys tells whether there are any at this address.
func (s *Service) HasPasskeys() bool { return s.passkeys != nil }

func (s *Service) wantPasskeys() error {
	if s.passkeys == nil {
		return errs.Conflict("error.passkeys_off")
	}
	return nil
}

// MyPasskeys are the viewer's own, the oldest first.
func (s *Service) MyPasskeys(ctx context.Context, v auth.Viewer) ([]*Passkey, error) {
	return passkeysOf(ctx, s.db.Reader(), v.UserID)
}

// PasskeysOf tells an administrator of somebody's.
func (s *Service) PasskeysOf(ctx context.Context, v auth.Viewer, userID string) ([]*Passkey, error) {
	if err := CanAdminister(v); err != nil {
		return nil, err
	}
	return passkeysOf(ctx, s.db.Reader(), userID)
}

func passkeysOf(ctx context.Context, tx bun.IDB, userID string) (list []*Passkey, err error) {
	err = tx.NewSelect().Model(&list).Where("pk.user_id = ?", userID).Order("pk.created_at", "pk.id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("passkeys: %w", db.Classify(err))
	}
	return list, nil
}

// holder is a person as the protocol knows one. It implements webauthn.User.
type holder struct {
	*User
	handle []byte
	keys   []webauthn.Credential
}

func (h holder) WebAuthnID() []byte                         { return h.handle }
func (h holder) WebAuthnName() string                       { return h.Login() }
func (h holder) WebAuthnDisplayName() string                { return h.Name }
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.keys }

// holderOf reads somebody with their passkeys; a handle is made with the first one.
func (s *Service) holderOf(ctx context.Context, u *User) (h holder, err error) {
	list, err := passkeysOf(ctx, s.db.Reader(), u.ID)
	if err != nil {
		return h, err
	}
	h.User = u
	for _, p := range list {
		k, err := p.key()
		if err != nil {
			return h, err
		}
		h.keys = append(h.keys, k)
	}
	h.handle, err = s.handleOf(ctx, u.ID)
	return h, err
}

// key is the passkey as the protocol knows it, with the count of its last answer.
func (p *Passkey) key() (k webauthn.Credential, err error) {
	if err = json.Unmarshal([]byte(p.Credential), &k); err != nil {
		return k, fmt.Errorf("passkey %s: %w", p.ID, err)
	}
	k.Authenticator.SignCount = uint32(p.SignCount)
	return k, nil
}

func (s *Service) handleOf(ctx context.Context, userID string) ([]byte, error) {
	row := new(passkeyHandle)
	err := s.db.Reader().NewSelect().Model(row).Where("user_id = ?", userID).Scan(ctx)
	if db.IsNoRows(err) {
		row, err = s.newHandle(ctx, userID)
	}
	if err != nil {
		return nil, fmt.Errorf("passkey handle: %w", db.Classify(err))
	}
	return base64.RawURLEncoding.DecodeString(row.Handle)
}

// newHandle makes one, unless another process is quicker.
func (s *Service) newHandle(ctx context.Context, userID string) (*passkeyHandle, error) {
	made := make([]byte, 64)
	_, _ = rand.Read(made) // never fails
	row := &passkeyHandle{UserID: userID, Handle: base64.RawURLEncoding.EncodeToString(made)}
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewInsert().Model(row).On("CONFLICT (user_id) DO NOTHING").Exec(ctx); err != nil {
			return err
		}
		return tx.NewSelect().Model(row).WherePK().Scan(ctx)
	})
	return row, err
}

// newPasskey is the row of a key that was just made.
func (s *Service) newPasskey(userID, name string, k *webauthn.Credential) (*Passkey, error) {
	text, err := json.Marshal(k)
	if err != nil {
		return nil, err
	}
	return &Passkey{
		ID: xid.New().String(), UserID: userID, CredentialID: credentialID(k.ID), Credential: string(text), SignCount: int64(k.Authenticator.SignCount),
		Name: name, CreatedAt: s.Now(),
	}, nil
}

func credentialID(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }
