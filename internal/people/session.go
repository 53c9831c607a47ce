package people

import (
	"context"
	"fmt"
	"time"

	"github.com/rs/xid"
	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
)

// A session ends after sessionIdle without a request and after sessionMost in any case.
const (
	sessionIdle = 14 * 24 * time.Hour
	sessionMost = 90 * 24 * time.Hour
	// touchAfter bounds how often a request writes that the session is in use.
	touchAfter = 5 * time.Minute
)

// Session is a signed-in browser.
type Session struct {
	bun.BaseModel `bun:"table:sessions,alias:s"`

	ID         string `bun:",pk"`
	SecretHash string
	UserID     string
	UserAgent  string
	Address    string
	CreatedAt  time.Time
	SeenAt     time.Time
	ExpiresAt  time.Time
	Passkey    bool // was opened by a passkey, which counts as both factors
}

// Client is where a request comes from.
type Client struct {
	Address, UserAgent string
	Session            *Session // of the browser, nil where it has none
	Known              string   // marks of who signed in by the browser before; see KnownDevice
}

// viewer is somebody who has just come in.
func (c Client) viewer(userID string) auth.Viewer {
	return auth.Viewer{UserID: userID, Address: c.Address, Via: auth.ViaBrowser}
}

// SignIn checks login, a mail address or personnel number, and password and opens a session, whose secret goes into the cookie; who has a
// second factor is asked for it first, by a SecondStep. Wrong tries are counted by address and by client; too many are refused for a while.
// Who comes from the directory is asked for there, also by the name of the account.
func (s *Service) SignIn(ctx context.Context, login, password string, c Client) (secret string, u *User, err error) {
	w, err := s.ways(ctx)
	if err != nil {
		return "", nil, err
	}
	var x *External
	var why error
	u, ok, err := s.guess(ctx, "email:"+fold.Cut(fold.Key(login), maxLine), c, func() (u *User, ok bool, err error) {
		if u, err = s.userByLogin(ctx, login); err != nil && !errs.Is(err, errs.KindNotFound) {
			return nil, false, err
		}
		hash := ""
		if u != nil && u.Active() && u.Source.SignsInHere() {
			hash = u.PasswordHash
		}
		if ok, err = s.hasher.Check(ctx, hash, password); err != nil {
			return u, false, fmt.Errorf("sign in: %w", err)
		}
		if !ok && w.asksDirectory(u) {
			x, why, err = s.askDirectory(ctx, w.Directory, login, password, hash != "")
		}
		return u, ok || x != nil, err
	})
	if err != nil {
		return "", nil, err
	}
	if !ok {
		return "", nil, errs.New(errs.KindUnauthorized, "error.sign_in").Because(why)
	}
	if x != nil {
		u, err = s.takeIn(ctx, x)
	} else {
		err = w.mayUsePassword(u)
	}
	if err != nil {
		return "", nil, err
	}
	secret, err = s.admit(ctx, u.ID, oneFactor, c)
	return secret, u, err
}

// openSession writes a session with a secret of its own. The one that the browser came with ends: nobody signs in into a session that
// somebody else may know.
func (s *Service) openSession(ctx context.Context, userID string, p proof, c Client) (secret string, err error) {
	isNew, err := c.isNew(ctx, s, userID)
	if err != nil {
		return "", fmt.Errorf("open session: %w", err)
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		if isNew {
			if err := s.tellWay(ctx, tx, c.viewer(userID), userID, WayDevice); err != nil {
				return err
			}
		}
		if _, err := tx.NewDelete().Model((*Session)(nil)).Where("expires_at < ?", s.Now()).Exec(ctx); err != nil {
			return err
		}
		if c.Session != nil {
			if _, err := tx.NewDelete().Model(c.Session).WherePK().Exec(ctx); err != nil {
				return err
			}
		}
		secret, err = s.addSession(ctx, tx, userID, p == bothFactors, c)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("open session: %w", db.Classify(err))
	}
	return secret, nil
}

func (s *Service) addSession(ctx context.Context, tx bun.Tx, userID string, passkey bool, c Client) (secret string, err error) {
	secret = auth.NewSecret("")
	row := &Session{
		ID: xid.New().String(), SecretHash: auth.HashSecret(secret), UserID: userID, UserAgent: fold.Cut(fold.Line(c.UserAgent), 300),
		Address: c.Address, CreatedAt: s.Now(), SeenAt: s.Now(), ExpiresAt: s.Now().Add(sessionIdle), Passkey: passkey,
	}
	if _, err := tx.NewInsert().Model(row).Exec(ctx); err != nil {
		return "", err
	}
	if err := audit.Log(ctx, tx, c.viewer(userID), "session.open", "user:"+userID, ""); err != nil {
		return "", err
	}
	return secret, seen(ctx, tx, userID, s.Now())
}

// Session returns the person whose browser holds the secret, and the session.
func (s *Service) Session(ctx context.Context, secret string) (*User, *Session, error) {
	hash := auth.HashSecret(secret)
	in, err := s.holder(ctx, hash)
	if err == nil && s.unused(in.session.SeenAt) {
		in, err = s.signedIn.Again(ctx, "session:"+hash, s.readSession(hash))
	}
	if err != nil {
		return nil, nil, err
	}
	if s.unused(in.session.SeenAt) {
		s.touch(ctx, &in.session)
	}
	return in.user.at(s.Now()), &in.session, nil
}

// Watching returns who is behind a session, as they are now. It does not count as a use: a page that is left open keeps nobody signed in.
func (s *Service) Watching(ctx context.Context, session *Session) (auth.Viewer, error) {
	in, err := s.holder(ctx, session.SecretHash)
	if err != nil {
		return auth.Viewer{}, err
	}
	return in.user.at(s.Now()).Viewer(), nil
}

// holder finds a session that has not ended, and whose it is.
func (s *Service) holder(ctx context.Context, hash string) (signedIn, error) {
	in, err := s.signedIn.Get(ctx, "session:"+hash, s.readSession(hash))
	if err == nil && !in.session.ExpiresAt.After(s.Now()) {
		err = errs.Unauthorized()
	}
	return in, err
}

// unused tells whether it is to be written down that a session or token is in use. Where that is kept it may have been written since, by
// this process or another one, so it is read again first.
func (s *Service) unused(seen time.Time) bool { return s.Now().Sub(seen) > touchAfter }

func (s *Service) readSession(hash string) func(context.Context) (signedIn, error) {
	return func(ctx context.Context) (in signedIn, err error) {
		err = s.db.Reader().NewSelect().Model(&in.session).Where("s.secret_hash = ?", hash).Scan(ctx)
		if db.IsNoRows(err) {
			return in, errs.Unauthorized()
		}
		if err != nil {
			return in, fmt.Errorf("read session: %w", db.Classify(err))
		}
		err = s.activeUser(ctx, &in.user, in.session.UserID)
		in.user.FactorDue = in.user.FactorDue && !in.session.Passkey
		return in, err
	}
}

// signedIn is who holds a secret, by the browser's session or by a token of the API.
type signedIn struct {
	user    User
	session Session
	token   Token
}

// keptSignedIn is how many people's sign-ins are kept until something changes.
const keptSignedIn = 2000

// activeUser reads somebody into u; who has left is nobody.
func (s *Service) activeUser(ctx context.Context, u *User, id string) error {
	found, err := s.userWhere(ctx, "u.id = ? AND u.deactivated_at IS NULL", id)
	if errs.Is(err, errs.KindNotFound) {
		return errs.Unauthorized()
	}
	if err != nil {
		return err
	}
	*u = *found
	if err := s.withFactor(ctx, u); err != nil {
		return err
	}
	return s.withGroups(ctx, u)
}

// Acting returns somebody who may sign in as the viewer in whose name something is done that they asked for before: without temporary
// access, which is for themselves.
func (s *Service) Acting(ctx context.Context, id string) (auth.Viewer, error) {
	u := new(User)
	if err := s.activeUser(ctx, u, id); err != nil {
		return auth.Viewer{}, err
	}
	v := u.Viewer()
	v.Grants = nil
	return v, nil
}

// touch writes that a session is in use. Failing to write is no reason to refuse the request.
func (s *Service) touch(ctx context.Context, row *Session) {
	row.SeenAt = s.Now()
	row.ExpiresAt = earliest(row.SeenAt.Add(sessionIdle), row.CreatedAt.Add(sessionMost))
	_ = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewUpdate().Model(row).Column("seen_at", "expires_at").WherePK().Exec(ctx); err != nil {
			return err
		}
		return seen(ctx, tx, row.UserID, row.SeenAt)
	})
}

// seen writes that somebody was here, for the administrators who see who never was.
func seen(ctx context.Context, tx bun.Tx, userID string, at time.Time) error {
	_, err := tx.NewUpdate().Model(&User{ID: userID, SeenAt: bun.NullTime{Time: at}}).Column("seen_at").WherePK().Exec(ctx)
	return err
}

func earliest(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// Sessions returns the viewer's own sessions, the last used first.
func (s *Service) Sessions(ctx context.Context, v auth.Viewer) (list []*Session, err error) {
	if v.UserID == "" {
		return nil, errs.Unauthorized()
	}
	err = s.db.Reader().NewSelect().Model(&list).Where("s.user_id = ?", v.UserID).Where("s.expires_at > ?", s.Now()).Order("s.seen_at DESC").Scan(ctx)
	return list, db.Classify(err)
}

// EndSession ends one of the viewer's own sessions, or with an id of "" all but keep.
func (s *Service) EndSession(ctx context.Context, v auth.Viewer, id, keep string) error {
	if v.UserID == "" {
		return errs.Unauthorized()
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		q := tx.NewDelete().Model((*Session)(nil)).Where("user_id = ?", v.UserID)
		if id != "" {
			q.Where("id = ?", id)
		} else {
			q.Where("id <> ?", keep)
		}
		res, err := q.Exec(ctx)
		if err != nil {
			return db.Classify(err)
		}
		if n, _ := res.RowsAffected(); n == 0 && id != "" {
			return errs.NotFound("session")
		}
		return audit.Log(ctx, tx, v, "session.end", "user:"+v.UserID, "")
	})
}

// endOthers ends every session of somebody but the one that asks.
func endOthers(ctx context.Context, tx bun.Tx, userID string, c Client) error {
	q := tx.NewDelete().Model((*Session)(nil)).Where("user_id = ?", userID)
	if c.Session != nil {
		q.Where("id <> ?", c.Session.ID)
	}
	_, err := q.Exec(ctx)
	return err
}

// EndSessionsOf signs somebody out everywhere, who has lost a device or whose account seems to be used by another. Their tokens stay.
func (s *Service) EndSessionsOf(ctx context.Context, v auth.Viewer, userID string) error {
	if err := CanAdminister(v); err != nil {
		return err
	}
	return db.Classify(s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := endOthers(ctx, tx, userID, Client{}); err != nil {
			return err
		}
		return audit.Log(ctx, tx, v, "session.end", "user:"+userID, "")
	}))
}
