package library

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/notify"
)

// failedThread bundles what could not be read: of an archive that may be many.
const failedThread = "documents:failed"

// tellFailed lets the owner know that a file could not be read.
func (s *Service) tellFailed(ctx context.Context, tx bun.Tx, ver *Version) error {
	d := new(Document)
	if err := tx.NewSelect().Model(d).Column("id", "owner_id").Where("d.id = ?", ver.DocumentID).Scan(ctx); err != nil {
		return err
	}
	return s.notify.Tell(ctx, tx, notify.Event{
		Kind: notify.Document, Word: "failed", Source: "failed:" + ver.ID, Thread: failedThread, About: auth.DocumentKey(d.ID), URL: "/documents/" + d.ID, To: []string{d.OwnerID},
	})
}

// tellShared lets those know with whom a document is shared by name, and was not before.
func (s *Service) tellShared(ctx context.Context, tx bun.Tx, v auth.Viewer, d *Document, a Audience, before string) error {
	if a.Kind != "people" {
		return nil
	}
	was, err := ParseAudience(before)
	if err != nil || was.Kind != "people" {
		was = Audience{}
	}
	to := slices.DeleteFunc(slices.Clone(a.IDs), func(id string) bool { return slices.Contains(was.IDs, id) || id == d.OwnerID })
	return s.notify.Tell(ctx, tx, notify.Event{Kind: notify.Share, Actor: v.UserID, About: auth.DocumentKey(d.ID), URL: "/documents/" + d.ID, To: to})
}
