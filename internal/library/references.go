package library

import (
	"context"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/search"
)

// References are the columns of this domain that name people. The key of a document's owner is in its audience, so all that changes for
// the index is found there.
var References = []people.Reference{
	{Table: "documents", Column: "owner_id", How: people.Moves, Erase: people.Nameless},
	{Table: "documents", Column: "deleted_by", How: people.Moves, Erase: people.Nameless},
	{Table: "versions", Column: "created_by", How: people.Moves, Erase: people.Nameless},
	{Table: "document_reads", Column: "user_id", How: people.Joins, Same: []string{"document_id"}, Erase: people.Goes},
	{
		Table: "document_audience", Column: "key", Prefix: auth.UserKey(""), How: people.Joins, Same: []string{"document_id"}, Before: renameAudience,
		Marks: search.TypeDocument, MarkBy: "document_id", Erase: people.Nameless,
	},
	{Table: "document_audience", Column: "key", Prefix: auth.OwnerKey(""), How: people.Joins, Same: []string{"document_id"}, Erase: people.Nameless},
}

// renameAudience writes the other id into the audiences that name somebody. An id stands in no other.
func renameAudience(ctx context.Context, tx bun.Tx, from, into string) error {
	_, err := tx.NewUpdate().TableExpr("documents").Set("audience = replace(audience, ?, ?)", from, into).
		Where("id IN (SELECT document_id FROM document_audience WHERE key = ?)", auth.UserKey(from)).Exec(ctx)
	return err
}
