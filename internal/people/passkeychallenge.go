package people

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
)

const (
	// challengeFor is how long a device may take to answer.
	challengeFor = 5 * time.Minute
	// maxChallenges bounds what one address can have written for it: an office behind one address at eight in the morning has enough.
	maxChallenges = 1000
)

// purpose is what a challenge is for: an answer to one is none to another.
type purpose string

const (
	purposeSignIn purpose = "sign-in"
	purposeAdd    purpose = "add"
	purposeInvite purpose = "invite"
)

// passkeyChallenge is a question that a device is asked, once. The database holds it, so that any process may take the answer.
type passkeyChallenge struct {
	bun.BaseModel `bun:"table:passkey_challenges,alias:pc"`

	Hash      string `bun:",pk"` // of the challenge itself, which the answer names
	UserID    string `bun:",nullzero"`
	Purpose   purpose
	Asked     string // JSON of webauthn.SessionData
	Address   string
	ExpiresAt time.Time
}

// ask keeps a question.
func (s *Service) ask(ctx context.Context, p purpose, userID string, asked *webauthn.SessionData, c Client) error {
	text, err := json.Marshal(asked)
	if err != nil {
		return err
	}
	row := &passkeyChallenge{
		Hash: auth.HashSecret(asked.Challenge), UserID: userID, Purpose: p, Asked: string(text), Address: c.Address, ExpiresAt: s.Now().Add(challengeFor),
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewDelete().Model((*passkeyChallenge)(nil)).Where("expires_at <= ?", s.Now()).Exec(ctx); err != nil {
			return err
		}
		n, err := tx.NewSelect().Model((*passkeyChallenge)(nil)).Where("address = ?", c.Address).Count(ctx)
		if err != nil {
			return err
		}
		if n >= maxChallenges {
			return tooManyChallenges()
		}
		_, err = tx.NewInsert().Model(row).Exec(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("ask a passkey: %w", db.Classify(err))
	}
	return nil
}

func tooManyChallenges() error {
	e := errs.New(errs.KindTooMany, "error.sign_in_throttled", "Minutes", int(challengeFor.Minutes()))
	e.RetryAfter = int(challengeFor.Seconds())
	return e
}

// asked takes the question that an answer names away and returns it: whatever becomes of the answer, there is no second one. It is a
// refusal where nothing of the kind was asked of that person, or too long ago.
func (s *Service) asked(ctx context.Context, p purpose, userID, challenge string) (d webauthn.SessionData, err error) {
	row := &passkeyChallenge{Hash: auth.HashSecret(challenge)}
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := tx.NewSelect().Model(row).WherePK().Scan(ctx); err != nil {
			return err
		}
		res, err := tx.NewDelete().Model(row).WherePK().Exec(ctx)
		if err != nil {
			return err
		}
		if n, _ := res.RowsAffected(); n != 1 {
			return errPasskey(nil) // another answer was quicker
		}
		return nil
	})
	switch {
	case db.IsNoRows(err):
		return d, errPasskey(fmt.Errorf("no such challenge"))
	case err != nil:
		return d, db.Classify(err)
	case row.Purpose != p || row.UserID != userID || !row.ExpiresAt.After(s.Now()):
		return d, errPasskey(fmt.Errorf("a challenge for something else, or too old"))
	}
	return d, json.Unmarshal([]byte(row.Asked), &d)
}

// errPasskey is the one refusal of every answer that does not count, so that it tells nobody why.
func errPasskey(cause error) error {
	return errs.New(errs.KindUnauthorized, "error.passkey").Because(cause)
}
