package people

import (
	"context"
	"fmt"
	"time"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
)

// ForgetExpired deletes sign-ins, begun ones and links to sign in that ended before a time; with dry it only counts them.
func (s *Service) ForgetExpired(ctx context.Context, before time.Time, dry bool) (n int, err error) {
	for _, table := range []string{"sessions", "pending_sign_ins", "invitations"} {
		k, err := s.db.Forget(ctx, dry, table, "expires_at < ?", before)
		if err != nil {
			return n, err
		}
		n += k
	}
	return n, nil
}

// NeverUsed returns the accounts of Aanpak's own that were made before a time, whose people never signed in, and that made nothing.
// Administrators, and accounts by which programs work, are not among them.
func (s *Service) NeverUsed(ctx context.Context, before time.Time) (ids []string, err error) {
	q := s.db.Reader().NewSelect().Model((*User)(nil)).Column("u.id").Where("u.created_at < ?", before).Where("u.seen_at IS NULL").Where("u.source = ?", SourceLocal).
		Where("u.role <> ?", auth.RoleAdmin).Where("u.name_folded <> ''").
		Where("NOT EXISTS (SELECT 1 FROM tokens AS t WHERE t.user_id = u.id)").Where("NOT EXISTS (SELECT 1 FROM documents AS d WHERE d.owner_id = u.id)")
	if err := q.Order("u.id").Scan(ctx, &ids); err != nil {
		return nil, fmt.Errorf("accounts never used: %w", db.Classify(err))
	}
	return ids, nil
}
