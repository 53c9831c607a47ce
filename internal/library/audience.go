package library

import (
	"context"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
)

// Audience is who may see a document, in the form of the API.
type Audience struct {
	Kind string   // company, branch, group, tender or people
	IDs  []string // of branches, a group or people; empty for company, tender and the document's own branch
}

// ParseAudience reads "company", "branch", "branch:ID,…", "group:ID", "tender" or "people:ID,…"; empty is company.
func ParseAudience(s string) (Audience, error) {
	bad := errs.Invalid("error.invalid").Field("audience", "error.field.audience")
	kind, rest, listed := strings.Cut(strings.TrimSpace(s), ":")
	if kind == "" && !listed {
		return Audience{Kind: "company"}, nil
	}
	a := Audience{Kind: kind}
	for id := range strings.SplitSeq(rest, ",") {
		if id = strings.TrimSpace(id); id != "" && !slices.Contains(a.IDs, id) {
			a.IDs = append(a.IDs, id)
		}
	}
	if listed != (len(a.IDs) > 0) || len(a.IDs) > 500 {
		return a, bad
	}
	switch kind {
	case "company", "tender":
		if listed {
			return a, bad
		}
	case "branch":
	case "group":
		if len(a.IDs) != 1 {
			return a, bad
		}
	case "people":
		if !listed {
			return a, bad
		}
	default:
		return a, bad
	}
	return a, nil
}

// String is the form that ParseAudience reads.
func (a Audience) String() string {
	if len(a.IDs) == 0 {
		return a.Kind
	}
	return a.Kind + ":" + strings.Join(a.IDs, ",")
}

// keys returns the audience keys of a document: those that its audience names, and the owner's.
func (a Audience) keys(d *Document) []string {
	keys := []string{auth.UserKey(d.OwnerID)}
	add := func(k string) {
		if !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	switch a.Kind {
	case "company":
		add(auth.KeyCompany)
	case "branch":
		if len(a.IDs) == 0 {
			add(auth.BranchKey(d.BranchID))
		}
		for _, id := range a.IDs {
			add(auth.BranchKey(id))
		}
	case "group":
		add(auth.GroupKey(a.IDs[0]))
	case "tender":
		add(auth.GroupKey("tender:" + d.TenderID))
	case "people":
		for _, id := range a.IDs {
			add(auth.UserKey(id))
		}
	}
	return keys
}

// check asks the database whether those whom the audience names exist.
func (a Audience) check(ctx context.Context, tx bun.IDB) error {
	bad := errs.Invalid("error.invalid").Field("audience", "error.field.audience_unknown")
	table := ""
	switch a.Kind {
	case "branch":
		table = "branches"
	case "people":
		table = "users"
	case "group", "tender":
		return bad // nobody is in a group or tender team until they exist: such a document would vanish
	}
	if table == "" || len(a.IDs) == 0 {
		return nil
	}
	n, err := tx.NewSelect().TableExpr(table).Where("id IN (?)", bun.List(a.IDs)).Count(ctx)
	if err != nil {
		return err
	}
	if int(n) != len(a.IDs) {
		return bad
	}
	return nil
}

// writeAudience replaces the keys of a document.
func writeAudience(ctx context.Context, tx bun.Tx, d *Document, a Audience) error {
	if _, err := tx.NewDelete().Model((*audienceKey)(nil)).Where("document_id = ?", d.ID).Exec(ctx); err != nil {
		return err
	}
	keys := a.keys(d)
	rows := make([]audienceKey, len(keys))
	for i, k := range keys {
		rows[i] = audienceKey{DocumentID: d.ID, Key: k}
	}
	_, err := tx.NewInsert().Model(&rows).Exec(ctx)
	return err
}
