package share

import (
	"context"
	"crypto/subtle"
	"fmt"

	"github.com/rs/xid"
	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/blob"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/notify"
	"github.com/aanpak/aanpak/internal/people"
)

// Shown is what an outsider sees: one version of one document.
type Shown struct {
	Link     *Link
	Document *library.Document
	Version  *library.Version
	viewer   auth.Viewer // who made the link
}

// ErrLocked asks for the password of a link.
var ErrLocked = errs.New(errs.KindUnauthorized, "error.share_password")

// Open returns what a link shows now. unlocked is what Unlock gave; it is needed where the link has a password. Whatever a link lacks, the
// outsider learns no more than that it does not work.
func (s *Service) Open(ctx context.Context, secret, unlocked string) (*Shown, error) {
	l, v, d, err := s.find(ctx, secret)
	if err != nil {
		return nil, err
	}
	if l.PasswordHash != "" && subtle.ConstantTimeCompare([]byte(unlocked), []byte(l.key(secret))) != 1 {
		return nil, ErrLocked
	}
	o := &Shown{Link: l, Document: d, viewer: v}
	o.Version, err = s.version(ctx, v, l)
	return o, err
}

// find looks a link up that works.
func (s *Service) find(ctx context.Context, secret string) (*Link, auth.Viewer, *library.Document, error) {
	l, gone := new(Link), errs.NotFound("share_link")
	err := s.db.Reader().NewSelect().Model(l).Where("sl.token_hash = ?", auth.HashSecret(secret)).Scan(ctx)
	if db.IsNoRows(err) || err == nil && l.Ended(s.Now()) {
		return nil, auth.Viewer{}, nil, gone
	}
	if err != nil {
		return nil, auth.Viewer{}, nil, fmt.Errorf("read link: %w", db.Classify(err))
	}
	v, d, err := s.inTheirName(ctx, l)
	if errs.Is(err, errs.KindNotFound) || errs.Is(err, errs.KindUnauthorized) || errs.Is(err, errs.KindForbidden) {
		err = gone
	}
	return l, v, d, err
}

// inTheirName asks for the document as whoever made the link, and for the rule of its branch.
func (s *Service) inTheirName(ctx context.Context, l *Link) (auth.Viewer, *library.Document, error) {
	v, err := s.people.Acting(ctx, l.UserID)
	if err != nil {
		return v, nil, err
	}
	d, err := s.library.Get(ctx, v, l.DocumentID)
	if err != nil {
		return v, nil, err
	}
	r, err := s.ruleOf(ctx, d)
	if err == nil && r.Password && l.PasswordHash == "" {
		err = errs.NotFound("share_link")
	}
	return v, d, err
}

// version is the one that a link shows: its own, else the newest that could be read, else the newest.
func (s *Service) version(ctx context.Context, v auth.Viewer, l *Link) (*library.Version, error) {
	number := l.Version
	if number == 0 {
		number = -1
	}
	_, ver, err := s.library.Version(ctx, v, l.DocumentID, number)
	if l.Version == 0 && errs.Is(err, errs.KindNotFound) {
		_, ver, err = s.library.Version(ctx, v, l.DocumentID, 0)
	}
	if errs.Is(err, errs.KindNotFound) {
		err = errs.NotFound("share_link")
	}
	return ver, err
}

// key is what shows that somebody knew the password. Whoever has the database has no secret, and who has the secret has no hash.
func (l *Link) key(secret string) string { return auth.HashSecret(secret + "\n" + l.PasswordHash) }

// Unlock checks the password of a link and returns what Open wants. Wrong tries are counted by link and by client.
func (s *Service) Unlock(ctx context.Context, secret, password string, c people.Client) (string, error) {
	l, _, _, err := s.find(ctx, secret)
	if err != nil {
		return "", err
	}
	ok, err := s.people.Guess(ctx, "share:"+l.ID, c, func() (bool, error) { return s.hasher.Check(ctx, l.PasswordHash, password) })
	if err != nil {
		return "", fmt.Errorf("password of link: %w", err)
	}
	if ok {
		return l.key(secret), nil
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		return audit.Log(ctx, tx, outsider(c.Address), "share.refused", "document:"+l.DocumentID, "share:"+l.ID)
	})
	if err != nil {
		return "", db.Classify(err)
	}
	return "", ErrLocked
}

// outsider is who uses a link, for the trail.
func outsider(address string) auth.Viewer { return auth.Viewer{Address: address, Via: auth.ViaLink} }

// Count writes down that a link was used.
func (s *Service) Count(ctx context.Context, o *Shown, what What, address string) error {
	row := &Visit{ID: xid.New().String(), LinkID: o.Link.ID, At: s.Now(), What: what, Address: address}
	return db.Classify(s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewInsert().Model(row).Exec(ctx); err != nil {
			return err
		}
		if err := s.tellFirst(ctx, tx, o); err != nil {
			return err
		}
		return audit.Log(ctx, tx, outsider(address), "share."+string(what), "document:"+o.Document.ID, "share:"+o.Link.ID)
	}))
}

// tellFirst tells whoever made a link that it was used for the first time.
func (s *Service) tellFirst(ctx context.Context, tx bun.Tx, o *Shown) error {
	n, err := tx.NewSelect().Model((*Visit)(nil)).Where("link_id = ?", o.Link.ID).Count(ctx)
	if err != nil || n > 1 {
		return err
	}
	return s.notify.Tell(ctx, tx, notify.Event{
		Kind: notify.Link, Source: "share:" + o.Link.ID, About: auth.DocumentKey(o.Document.ID), URL: "/settings/shares", Text: o.Link.Recipient, To: []string{o.Link.UserID},
	})
}

// Page returns a page of what is shown.
func (s *Service) Page(ctx context.Context, o *Shown, n int) (*library.Page, error) {
	_, p, err := s.library.Page(ctx, o.viewer, o.Document.ID, o.Version.Number, n)
	return p, err
}

// Image returns the picture of a page.
func (s *Service) Image(ctx context.Context, o *Shown, n, width int) (*library.Image, error) {
	return s.library.PageImage(ctx, o.Version, n, width)
}

// CanDownload tells whether the file itself may be taken along. With a watermark that is so for a PDF only.
func (o *Shown) CanDownload() bool {
	return o.Link.Download && (!o.Link.Watermark || o.Version.MediaType == "application/pdf")
}

// File returns the file, with a watermark where the link has one. The caller closes it.
func (s *Service) File(ctx context.Context, o *Shown, watermark string) (blob.Blob, error) {
	if !o.CanDownload() {
		return nil, errs.Forbidden("error.share_download")
	}
	if !o.Link.Watermark {
		return s.library.Open(ctx, o.Version)
	}
	return s.library.Stamped(ctx, o.Version, o.Link.made(), watermark)
}
