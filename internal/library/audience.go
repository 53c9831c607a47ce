package library

import (
	"context"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
)

// Audience is who may see a document, in the form of the API.
type Audience struct {
	Kind string   // company, branch, group, tender, calculators or people
	IDs  []string // of branches, groups or people; empty for company, tender, calculators and the document's own branch
}

// The audiences that a document has where nobody chose one.
const (
	audienceCompany     = "company"
	audienceCalculators = "calculators"
)

// audiencePeople is the audience of people by name.
const audiencePeople = "people"

// maxGroups is for how many groups a document can be.
const maxGroups = 10

// DefaultAudience is who sees a document of a kind where nobody chose: a calculation the tender's team and the calculators of the
// document's branch, anything else the company.
func DefaultAudience(k Kind) string {
	if k == KindCalculation {
		return audienceCalculators
	}
	return audienceCompany
}

// ParseAudience reads "company", "branch", "branch:ID,…", "group:ID,…", "tender", "calculators" or "people:ID,…"; empty is company.
func ParseAudience(s string) (Audience, error) {
	bad := errs.Invalid("error.invalid").Field("audience", "error.field.audience")
	kind, rest, listed := strings.Cut(strings.TrimSpace(s), ":")
	if kind == "" && !listed {
		return Audience{Kind: audienceCompany}, nil
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
	case audienceCompany, "tender", audienceCalculators:
		if listed {
			return a, bad
		}
	case "branch":
	case "group":
		if len(a.IDs) == 0 || len(a.IDs) > maxGroups {
			return a, bad
		}
	case audiencePeople:
		if !listed {
			return a, bad
		}
	default:
		return a, bad
	}
	return a, nil
}

// Wide tells whether a document is for a branch at least, so that words about it may leave the house in a mail.
func (d *Document) Wide() bool {
	a, err := ParseAudience(d.Audience)
	return err == nil && (a.Kind == audienceCompany || a.Kind == "branch")
}

// String is the form that ParseAudience reads.
func (a Audience) String() string {
	if len(a.IDs) == 0 {
		return a.Kind
	}
	return a.Kind + ":" + strings.Join(a.IDs, ",")
}

// keys returns the audience keys of a document: those that its audience names, the owner's, and the two by which an administrator can be
// given temporary access.
func (a Audience) keys(d *Document) []string {
	keys := []string{auth.UserKey(d.OwnerID), auth.OwnerKey(d.OwnerID), auth.DocumentKey(d.ID)}
	add := func(k string) {
		if !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	switch a.Kind {
	case audienceCompany:
		add(auth.KeyCompany)
	case "branch":
		if len(a.IDs) == 0 {
			add(auth.BranchKey(d.BranchID))
		}
		for _, id := range a.IDs {
			add(auth.BranchKey(id))
		}
	case "group":
		for _, id := range a.IDs {
			add(auth.GroupKey(id))
		}
	case "tender":
		add(auth.GroupKey(auth.TeamGroup(d.TenderID)))
	case audienceCalculators:
		add(auth.CalculatorsKey(d.BranchID))
		if d.TenderID != "" {
			add(auth.GroupKey(auth.TeamGroup(d.TenderID)))
		}
	case audiencePeople:
		for _, id := range a.IDs {
			add(auth.UserKey(id))
		}
	}
	return keys
}

// check asks the database whether those whom the audience names exist, and whether the viewer may share with them: a group is shared with
// by its members, as nobody else sees what would become of it.
func (a Audience) check(ctx context.Context, tx bun.IDB, v auth.Viewer, d *Document) error {
	unknown := errs.Invalid("error.invalid").Field("audience", "error.field.audience_unknown")
	switch a.Kind {
	case "tender":
		if d.TenderID == "" {
			return errs.Invalid("error.invalid").Field("audience", "error.field.audience_tender")
		}
	case "group":
		for _, id := range a.IDs {
			if !v.IsSystem() && !slices.Contains(v.Groups, id) {
				return unknown
			}
		}
		return allExist(ctx, tx, "groups", a.IDs, unknown)
	case "branch":
		return allExist(ctx, tx, "branches", a.IDs, unknown)
	case audiencePeople:
		return allExist(ctx, tx, "users", a.IDs, unknown)
	}
	return nil
}

// allExist returns bad where a table lacks one of the ids.
func allExist(ctx context.Context, tx bun.IDB, table string, ids []string, bad error) error {
	if len(ids) == 0 {
		return nil
	}
	n, err := tx.NewSelect().TableExpr("?", bun.Ident(table)).Where("id IN (?)", bun.List(ids)).Count(ctx)
	if err == nil && int(n) != len(ids) {
		err = bad
	}
	return err
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

// AudienceKeys returns the keys under which a document is seen, for what others say about it. What is in the trash, or gone, has none.
func AudienceKeys(ctx context.Context, tx bun.IDB, id string) (keys []string, err error) {
	err = tx.NewSelect().Model((*audienceKey)(nil)).Column("a.key").Join("JOIN documents AS d ON d.id = a.document_id").
		Where("a.document_id = ?", id).Apply(present).Order("a.key").Scan(ctx, &keys)
	return keys, db.Classify(err)
}
