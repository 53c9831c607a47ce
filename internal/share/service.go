package share

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/rs/xid"
	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/notify"
	"github.com/aanpak/aanpak/internal/people"
)

// Service is the use cases of sharing.
type Service struct {
	db.Clock
	db      *db.DB
	people  *people.Service
	library *library.Service
	hasher  *auth.Hasher
	notify  *notify.Service // nil tells nobody
}

// New returns the service.
func New(d *db.DB, p *people.Service, l *library.Service, h *auth.Hasher, n *notify.Service) *Service {
	return &Service{db: d, people: p, library: l, hasher: h, notify: n}
}

// Create makes a link and returns its secret, which is never seen again.
func (s *Service) Create(ctx context.Context, v auth.Viewer, documentID string, n Input) (secret string, l *Link, err error) {
	d, _, err := s.library.Version(ctx, v, documentID, n.Version)
	if err != nil {
		return "", nil, err
	}
	rule, err := s.Allowed(ctx, v, d)
	if err != nil {
		return "", nil, err
	}
	if err := n.clean(rule); err != nil {
		return "", nil, err
	}
	secret = auth.NewSecret("")
	l = &Link{
		ID: xid.New().String(), DocumentID: d.ID, Version: n.Version, UserID: v.UserID, Recipient: n.Recipient, RecipientMail: n.RecipientMail,
		TokenHash: auth.HashSecret(secret), Download: n.Download, Watermark: n.Watermark, CreatedAt: s.Now(), ExpiresAt: s.Now().AddDate(0, 0, n.Days),
	}
	if n.Password != "" {
		if l.PasswordHash, err = s.hasher.Hash(ctx, n.Password); err != nil {
			return "", nil, err
		}
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewInsert().Model(l).Exec(ctx); err != nil {
			return err
		}
		return audit.Log(ctx, tx, v, "share.create", "document:"+d.ID, "share:"+l.ID+" "+l.what())
	})
	if err != nil {
		return "", nil, fmt.Errorf("share: %w", db.Classify(err))
	}
	return secret, l, nil
}

// what describes a link for the trail, without whom it is for: that stands with the link, and goes with it.
func (l *Link) what() string {
	parts := []string{"until " + l.ExpiresAt.Format(time.DateOnly)}
	if l.PasswordHash != "" {
		parts = append(parts, "password")
	}
	if l.Download {
		parts = append(parts, "download")
	}
	if l.Watermark {
		parts = append(parts, "watermark")
	}
	return strings.Join(parts, ", ")
}

// Revoke ends a link: for whoever made it, the document's owner and administrators.
func (s *Service) Revoke(ctx context.Context, v auth.Viewer, id string) error {
	if v.UserID == "" {
		return errs.Unauthorized()
	}
	l := new(Link)
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		q := tx.NewSelect().Model(l).Where("sl.id = ?", id)
		if !v.IsAdmin() {
			q.Where("(sl.user_id = ?0 OR sl.document_id IN (SELECT id FROM documents WHERE owner_id = ?0))", v.UserID)
		}
		if err := q.Scan(ctx); err != nil {
			if db.IsNoRows(err) {
				return errs.NotFound("share_link")
			}
			return err
		}
		if !l.RevokedAt.IsZero() {
			return nil
		}
		_, err := tx.NewUpdate().Model((*Link)(nil)).Set("revoked_at = ?", s.Now()).Set("revoked_by = ?", v.UserID).Where("id = ?", id).Exec(ctx)
		if err != nil {
			return err
		}
		return audit.Log(ctx, tx, v, "share.revoke", "document:"+l.DocumentID, "share:"+id)
	})
	if err != nil {
		return fmt.Errorf("revoke link: %w", db.Classify(err))
	}
	return s.library.DropStamped(ctx, l.DocumentID, l.made())
}

// listed reads links with what they were used for.
func listed(q *bun.SelectQuery) *bun.SelectQuery {
	count := "(SELECT count(*) FROM share_visits AS c WHERE c.link_id = sl.id AND c.what = ?)"
	last := "(SELECT c.%s FROM share_visits AS c WHERE c.link_id = sl.id ORDER BY c.at DESC, c.id DESC LIMIT 1)"
	return q.ColumnExpr("sl.*").ColumnExpr("d.title, u.name AS user_name").
		ColumnExpr(count+" AS opened", Opened).ColumnExpr(count+" AS downloaded", Downloaded).
		ColumnExpr(fmt.Sprintf(last, "at")+" AS last_at").ColumnExpr("coalesce("+fmt.Sprintf(last, "address")+", '') AS last_from").
		Join("JOIN documents AS d ON d.id = sl.document_id").Join("JOIN users AS u ON u.id = sl.user_id").
		Order("sl.created_at DESC", "sl.id DESC").Limit(200)
}

// Of returns the links to a document: all of them to who may change it.
func (s *Service) Of(ctx context.Context, v auth.Viewer, d *library.Document) ([]*Link, error) {
	if library.CanEdit(v, d) != nil {
		return nil, nil
	}
	return s.list(ctx, "sl.document_id = ?", d.ID)
}

// Mine returns the links that the viewer made.
func (s *Service) Mine(ctx context.Context, v auth.Viewer) ([]*Link, error) {
	if v.UserID == "" {
		return nil, errs.Unauthorized()
	}
	return s.list(ctx, "sl.user_id = ?", v.UserID)
}

// All returns everybody's links, for administrators. Titles of documents that the viewer may not see are left out.
func (s *Service) All(ctx context.Context, v auth.Viewer) ([]*Link, error) {
	if err := people.CanAdminister(v); err != nil {
		return nil, err
	}
	list, err := s.list(ctx, "1 = 1")
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(list))
	for i, l := range list {
		ids[i] = l.DocumentID
	}
	v.Grants = nil
	seen, err := s.library.ByIDs(ctx, v, ids)
	for _, l := range list {
		if seen[l.DocumentID] == nil {
			l.Title = ""
		}
	}
	return list, err
}

func (s *Service) list(ctx context.Context, where string, args ...any) (list []*Link, err error) {
	if err := s.db.Reader().NewSelect().Model(&list).Apply(listed).Where(where, args...).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list links: %w", db.Classify(err))
	}
	return list, nil
}

// Forget deletes links that ended before a time, and what they were used for; with dry it only counts them.
func (s *Service) Forget(ctx context.Context, before time.Time, dry bool) (int, error) {
	return s.db.Forget(ctx, dry, "share_links", "(expires_at < ?0 OR revoked_at < ?0)", before)
}
