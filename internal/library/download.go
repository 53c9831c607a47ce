package library

import (
	"context"
	"strconv"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
)

// RecordDownload writes down that somebody takes an original along. Only administrators see it.
func (s *Service) RecordDownload(ctx context.Context, v auth.Viewer, ver *Version) error {
	return db.Classify(s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		return audit.Log(ctx, tx, v, "document.download", "document:"+ver.DocumentID, strconv.Itoa(ver.Number)+": "+ver.Filename)
	}))
}
