// Package audit writes down who did what that cannot be undone or that others should be able to trace.
package audit

import (
	"context"
	"fmt"
	"time"

	"github.com/rs/xid"
	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
)

// Entry is one line of the audit trail. UserID is empty where the system acted.
type Entry struct {
	bun.BaseModel `bun:"table:audit,alias:au"`

	ID     string `bun:",pk"`
	At     time.Time
	UserID string
	Action string // for example "document.purge"
	Object string // what it was done to, for example "document:ID"
	Detail string

	Address string // where the request came from
	Via     string // browser, token, command or system
}

// Log writes an entry in the transaction of what it tells.
func Log(ctx context.Context, tx bun.IDB, v auth.Viewer, action, object, detail string) error {
	e := &Entry{ID: xid.New().String(), At: db.Now(), UserID: v.UserID, Action: action, Object: object, Detail: detail, Address: v.Address, Via: v.Via}
	switch {
	case v.IsSystem():
		e.Via = "system"
	case e.Via == "":
		e.Via = "command"
	}
	if _, err := tx.NewInsert().Model(e).Exec(ctx); err != nil {
		return fmt.Errorf("audit %s: %w", action, err)
	}
	return nil
}

// Since tells whether the trail has an entry of the viewer's for an action on an object that is not older than from.
func Since(ctx context.Context, tx bun.IDB, v auth.Viewer, action, object string, from time.Time) (bool, error) {
	there, err := tx.NewSelect().Model((*Entry)(nil)).Where("au.object = ?", object).Where("au.at > ?", from).
		Where("au.user_id = ?", v.UserID).Where("au.action = ?", action).Exists(ctx)
	if err != nil {
		return false, fmt.Errorf("audit %s: %w", action, err)
	}
	return there, nil
}
