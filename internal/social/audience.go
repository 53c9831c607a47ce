package social

import (
	"context"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/library"
)

// The kinds of audiences.
const (
	ForCompany  = "company"
	ForBranch   = "branch"
	ForGroup    = "group"
	ForDocument = "document" // whoever sees the document that the post is about
)

// Audience is for whom a post is.
type Audience struct {
	Kind string
	IDs  []string // of the branch, or of up to ten groups
}

// ParseAudience reads "company", "branch:ID" or "group:ID,…"; empty is company.
func ParseAudience(s string) (Audience, error) {
	kind, rest, _ := strings.Cut(strings.TrimSpace(s), ":")
	a := Audience{Kind: kind}
	for id := range strings.SplitSeq(rest, ",") {
		if id = strings.TrimSpace(id); id != "" && !slices.Contains(a.IDs, id) {
			a.IDs = append(a.IDs, id)
		}
	}
	switch {
	case kind == "" && len(a.IDs) == 0:
		return Audience{Kind: ForCompany}, nil
	case kind == ForCompany && len(a.IDs) == 0,
		kind == ForBranch && len(a.IDs) == 1,
		kind == ForGroup && len(a.IDs) > 0 && len(a.IDs) <= maxGroups:
		return a, nil
	}
	return a, field("audience", "error.field.audience")
}

// Wide tells whether a post is for a branch at least, so that its text may leave the house in a mail. What is about a document is not: its
// audience is the document's, which may narrow.
func (p *Post) Wide() bool {
	a, err := storedAudience(p.Audience)
	return err == nil && (a.Kind == ForCompany || a.Kind == ForBranch)
}

// String is the form that ParseAudience reads.
func (a Audience) String() string {
	if len(a.IDs) == 0 {
		return a.Kind
	}
	return a.Kind + ":" + strings.Join(a.IDs, ",")
}

// keys are the audience keys of a published post.
func (a Audience) keys(ctx context.Context, tx bun.IDB, p *Post) (keys []string, err error) {
	switch a.Kind {
	case ForCompany:
		return []string{auth.KeyCompany}, nil
	case ForDocument:
		return library.AudienceKeys(ctx, tx, p.About.ID())
	case ForBranch:
		keys = append(keys, auth.BranchKey(a.IDs[0]))
	case ForGroup:
		for _, id := range a.IDs {
			keys = append(keys, auth.GroupKey(id))
		}
	}
	return keys, nil
}

// audienceRow is a key of a published post, with its place in the feeds of who holds the key.
type audienceRow struct {
	bun.BaseModel `bun:"table:post_audience,alias:a"`

	PostID    string `bun:",pk"`
	Key       string `bun:",pk"`
	Published int64  // milliseconds of Unix
	Active    int64  // the same, of the last comment
}

// writeAudience makes the rows of a post what its state and audience say.
func writeAudience(ctx context.Context, tx bun.Tx, p *Post) error {
	if _, err := tx.NewDelete().Model((*audienceRow)(nil)).Where("post_id = ?", p.ID).Exec(ctx); err != nil {
		return err
	}
	if !p.Published() {
		return nil
	}
	a, err := storedAudience(p.Audience)
	if err != nil {
		return err
	}
	keys, err := a.keys(ctx, tx, p)
	if err != nil || len(keys) == 0 {
		return err
	}
	rows := make([]audienceRow, len(keys))
	for i, k := range keys {
		rows[i] = audienceRow{PostID: p.ID, Key: k, Published: p.PublishedAt.UnixMilli(), Active: p.ActiveAt.UnixMilli()}
	}
	_, err = tx.NewInsert().Model(&rows).Exec(ctx)
	return err
}

func storedAudience(s string) (Audience, error) {
	if s == ForDocument {
		return Audience{Kind: ForDocument}, nil
	}
	return ParseAudience(s)
}

// check asks whether the viewer may write for an audience and whether there is one.
func (a Audience) check(ctx context.Context, tx bun.IDB, v auth.Viewer) error {
	unknown := field("audience", "error.field.audience_unknown")
	table := ""
	switch a.Kind {
	case ForBranch:
		table = "branches"
		if !v.IsSystem() && a.IDs[0] != v.BranchID { // an administrator too would not see what they wrote, nor any answer
			return errs.Forbidden("error.post_branch")
		}
	case ForGroup:
		table = "groups"
		for _, id := range a.IDs {
			if !v.IsSystem() && !slices.Contains(v.Groups, id) {
				return unknown
			}
		}
	default:
		return nil
	}
	n, err := tx.NewSelect().TableExpr("?", bun.Ident(table)).Where("id IN (?)", bun.List(a.IDs)).Count(ctx)
	if err == nil && int(n) != len(a.IDs) {
		err = unknown
	}
	return err
}
