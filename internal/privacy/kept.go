package privacy

import (
	"context"
	"slices"

	"github.com/aanpak/aanpak/internal/people"
)

// Kept is something that is kept about people.
type Kept struct {
	Table string // worded, with the reason, as "privacy.table.<table>"
	Rule  string // of retention, empty where it stays as long as the account or the thing it is of
	Goes  bool   // with an erasure; else it stays without a name
}

// ruled says by which rule tables are kept.
var ruled = map[string]string{
	"audit": "audit", "sessions": "sessions", "pending_sign_ins": "sessions", "invitations": "sessions", "share_links": "shares", "temporary_access": "looks",
	"notifications": "notifications", "notify_events": "notifications_unread",
}

// Kept lists what is kept, as the domains say it: the account first, then every table that names people.
func (s *Service) Kept() []Kept {
	out := []Kept{{Table: "users", Goes: true}}
	for _, r := range s.People.Named() {
		if !slices.ContainsFunc(out, func(k Kept) bool { return k.Table == r.Table }) {
			out = append(out, Kept{Table: r.Table, Rule: ruled[r.Table], Goes: r.Erase == people.Goes})
		}
	}
	return out
}

// sweepExports deletes exports that are over, and files that no export names.
func (s *Service) sweepExports(ctx context.Context) error {
	if _, err := s.DB.Forget(ctx, false, "exports", "expires_at < ?", s.Now()); err != nil {
		return err
	}
	return s.dropFiles(ctx)
}
