package notify

import (
	"context"
	"crypto/ecdh"
	"encoding/base64"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/rs/xid"
	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
)

// Device is a browser that shows notifications also while no page is open. It ends with the session in which it was added.
type Device struct {
	bun.BaseModel `bun:"table:push_devices,alias:p"`

	ID           string `bun:",pk"`
	UserID       string
	SessionID    string
	Endpoint     string // of the browser's maker, who passes what is sealed on
	EndpointHash string
	P256dh       string `bun:"p256dh"` // the browser's key, and a secret that is mixed in: base64
	AuthSecret   string
	Name         string // of browser and system, as the browser says
	CreatedAt    time.Time
	UsedAt       bun.NullTime
}

// Subscription is what a browser gives to be reached by.
type Subscription struct {
	Endpoint string `json:"endpoint"`
	Keys     struct {
		P256dh string `json:"p256dh"`
		Auth   string `json:"auth"`
	} `json:"keys"`
}

// pushServices are the hosts of the makers of browsers. Nothing is sent to any other: the address comes from whoever asks.
var pushServices = []string{"fcm.googleapis.com", "updates.push.services.mozilla.com", "push.apple.com", "notify.windows.com"}

// maxDevices is how many somebody has; with another one the one used longest ago goes.
const maxDevices = 10

// AddDevice has a browser show the viewer's notifications while its session lasts. Adding it again renews it, also for another person:
// a browser shows those of who is signed in.
func (s *Service) AddDevice(ctx context.Context, v auth.Viewer, sessionID, name string, n Subscription) error {
	if v.UserID == "" || sessionID == "" {
		return errs.Unauthorized()
	}
	if err := s.checkSubscription(n); err != nil {
		return err
	}
	d := &Device{
		ID: xid.New().String(), UserID: v.UserID, SessionID: sessionID, Endpoint: n.Endpoint, EndpointHash: auth.HashSecret(n.Endpoint), P256dh: n.Keys.P256dh, AuthSecret: n.Keys.Auth,
		Name: fold.Cut(fold.Line(name), 300), CreatedAt: s.Now(),
	}
	err := s.DB.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var old Device
		err := tx.NewSelect().Model(&old).Where("p.endpoint_hash = ?", d.EndpointHash).Scan(ctx)
		if err != nil && !db.IsNoRows(err) {
			return err
		}
		if old.SessionID == sessionID && old.P256dh == d.P256dh && old.AuthSecret == d.AuthSecret {
			return nil
		}
		if _, err := tx.NewDelete().Model((*Device)(nil)).Where("endpoint_hash = ?", d.EndpointHash).Exec(ctx); err != nil {
			return err
		}
		if _, err := tx.NewInsert().Model(d).Exec(ctx); err != nil {
			return err
		}
		if err := dropMore(ctx, tx, v.UserID); err != nil || old.UserID == v.UserID {
			return err
		}
		return audit.Log(ctx, tx, v, "user.push.add", "user:"+v.UserID, d.Name)
	})
	if err != nil {
		return fmt.Errorf("add device: %w", db.Classify(err))
	}
	return nil
}

func dropMore(ctx context.Context, tx bun.Tx, userID string) error {
	keep := tx.NewSelect().TableExpr("push_devices AS k").Column("k.id").Where("k.user_id = ?", userID).OrderExpr("coalesce(k.used_at, k.created_at) DESC").Limit(maxDevices)
	_, err := tx.NewDelete().Model((*Device)(nil)).Where("user_id = ?", userID).Where("id NOT IN (?)", keep).Exec(ctx)
	return err
}

// checkSubscription wants an address of a maker of browsers and keys that can be used.
func (s *Service) checkSubscription(n Subscription) error {
	bad := errs.Invalid("error.push_subscription")
	u, err := url.Parse(n.Endpoint)
	if err != nil || u.Scheme != "https" || u.User != nil || len(n.Endpoint) > 2000 || !slices.ContainsFunc(s.pushHosts, func(h string) bool {
		return u.Host == h || strings.HasSuffix(u.Host, "."+h)
	}) {
		return bad
	}
	key, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(n.Keys.P256dh, "="))
	if err != nil {
		return bad
	}
	if _, err := ecdh.P256().NewPublicKey(key); err != nil {
		return bad
	}
	if secret, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(n.Keys.Auth, "=")); err != nil || len(secret) != 16 {
		return bad
	}
	return nil
}

// Devices returns the viewer's own, the newest first.
func (s *Service) Devices(ctx context.Context, v auth.Viewer) (list []*Device, err error) {
	if v.UserID == "" {
		return nil, errs.Unauthorized()
	}
	list, err = devicesOf(ctx, s.DB.Reader(), v.UserID, s.Now())
	return list, db.Classify(err)
}

// devicesOf reads the devices of somebody whose sessions have not ended.
func devicesOf(ctx context.Context, d bun.IDB, userID string, now time.Time) (list []*Device, err error) {
	err = d.NewSelect().Model(&list).ColumnExpr("p.*").Join("JOIN sessions AS s ON s.id = p.session_id").Where("p.user_id = ?", userID).Where("s.user_id = p.user_id").
		Where("s.expires_at > ?", now).Order("p.created_at DESC", "p.id").Scan(ctx)
	return list, err
}

// RemoveDevice ends one of the viewer's own.
func (s *Service) RemoveDevice(ctx context.Context, v auth.Viewer, id string) error {
	if v.UserID == "" {
		return errs.Unauthorized()
	}
	err := s.DB.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewDelete().Model((*Device)(nil)).Where("id = ?", id).Where("user_id = ?", v.UserID).Exec(ctx)
		if err != nil {
			return err
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return errs.NotFound("device")
		}
		return audit.Log(ctx, tx, v, "user.push.remove", "user:"+v.UserID, "")
	})
	return db.Classify(err)
}
