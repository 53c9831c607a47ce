package social

import (
	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
)

// inOwn is the condition that a post is for a group that somebody, its argument, owns. It asks what the post says that it is for, which stays
// when the post is hidden.
const inOwn = `p.audience LIKE 'group:%' AND EXISTS (SELECT 1 FROM group_members AS m
	WHERE m.user_id = ? AND m.owner AND m.state = 'member' AND ',' || substr(p.audience, 7) || ',' LIKE '%,' || m.group_id || ',%')`

// visibleTo is the one place that says who sees a post: who holds one of its audience keys, which only published posts have, and of what
// is not published, or was hidden by others, its author.
func visibleTo(v auth.Viewer) func(*bun.SelectQuery) *bun.SelectQuery {
	return func(q *bun.SelectQuery) *bun.SelectQuery {
		if v.IsSystem() {
			return q
		}
		keys := v.AudienceKeys()
		if len(keys) == 0 {
			return q.Where("1 = 0")
		}
		return q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
			return q.Where("EXISTS (SELECT 1 FROM post_audience AS a WHERE a.post_id = p.id AND a.key IN (?))", bun.List(keys)).
				WhereOr("(p.author_id = ? AND p.state IN (?, ?, ?))", v.UserID, StateDraft, StateScheduled, StateHidden)
		})
	}
}

// Visible is the rule of who sees a post, for queries of other domains that read posts AS p.
func Visible(v auth.Viewer) func(*bun.SelectQuery) *bun.SelectQuery { return visibleTo(v) }

// lending gives of each post that the viewer sees by temporary access only the key by which.
func lending(v auth.Viewer) func(*bun.SelectQuery) *bun.SelectQuery {
	return func(q *bun.SelectQuery) *bun.SelectQuery {
		if len(v.Grants) == 0 {
			return q
		}
		keys := make([]string, len(v.Grants))
		for i, g := range v.Grants {
			keys[i] = g.Key
		}
		return q.ColumnExpr(`CASE WHEN p.author_id = ? OR EXISTS (SELECT 1 FROM post_audience AS own WHERE own.post_id = p.id AND own.key IN (?)) THEN ''
			ELSE (SELECT min(lent.key) FROM post_audience AS lent WHERE lent.post_id = p.id AND lent.key IN (?)) END AS lent_key`, v.UserID, bun.List(v.OwnKeys()), bun.List(keys))
	}
}

// CanEdit tells whether the viewer, who sees the post, may change what it says: its author, until somebody hid it.
func CanEdit(v auth.Viewer, p *Post) error {
	switch {
	case !v.SignedIn():
		return errs.Unauthorized()
	case v.IsSystem(), v.UserID == p.AuthorID && p.State != StateHidden:
		return nil
	}
	return errs.Forbidden("error.post_edit")
}

// CanDelete tells whether the viewer may take the post away: its author, and who moderates.
func CanDelete(v auth.Viewer, p *Post) error {
	if CanEdit(v, p) == nil {
		return nil
	}
	return CanModerate(v, p)
}

// CanModerate tells whether the viewer, who sees the post, may close, pin, hide and delete it: administrators, the owners of a group that
// it is for and, of a post for their own branch, its managers. Temporary access is for looking.
func CanModerate(v auth.Viewer, p *Post) error {
	if !v.SignedIn() {
		return errs.Unauthorized()
	}
	if p.Lent() {
		return errs.Forbidden("error.lent")
	}
	a, err := storedAudience(p.Audience)
	if v.IsAdmin() || p.InOwn || err == nil && a.Kind == ForBranch && v.Manages(a.IDs[0]) {
		return nil
	}
	return errs.Forbidden("error.post_moderate")
}

// CanWriteNews tells whether the viewer may write news in a channel, change how the channel works and read how far its news reaches: in the
// company's editors and administrators, in that of a branch these too, where it is their own, and its managers.
func CanWriteNews(v auth.Viewer, channel Audience) error {
	editor := v.IsAdmin() || v.Role == auth.RoleEditor && v.SignedIn()
	switch {
	case !v.SignedIn():
		return errs.Unauthorized()
	case v.IsSystem(), channel.Kind == ForCompany && editor:
		return nil
	case channel.Kind == ForBranch && v.BranchID == channel.IDs[0] && (editor || v.Manages(v.BranchID)):
		return nil
	}
	return errs.Forbidden("error.news_write")
}

// CanConfirm tells whether the viewer, who sees the post, is asked to say that they have read it. Who wrote it is not.
func CanConfirm(v auth.Viewer, p *Post) error {
	if err := CanReact(v, p); err != nil {
		return err
	}
	if p.Kind != KindNews || !p.MustRead || v.UserID == p.AuthorID || v.IsSystem() {
		return errs.Conflict("error.news_confirm")
	}
	return nil
}

// CanComment tells whether the viewer, who sees the post, may say something about it or vote.
func CanComment(v auth.Viewer, p *Post) error {
	if err := CanReact(v, p); err != nil {
		return err
	}
	if p.Closed && !v.IsSystem() {
		return errs.Conflict("error.post_closed")
	}
	return nil
}

// CanAccept tells whether the viewer may say which comment answers a question: who asked, ambassadors and administrators.
func CanAccept(v auth.Viewer, p *Post) error {
	switch {
	case p.Lent():
		return errs.Forbidden("error.lent")
	case p.Kind != KindQuestion:
		return errs.Conflict("error.post_no_question")
	case v.UserID == p.AuthorID, v.IsAdmin(), v.Role == auth.RoleAmbassador:
		return nil
	}
	return errs.Forbidden("error.post_accept")
}

// CanReact tells whether the viewer, who sees the post, may react to it and to what was said on it, also when it takes no comments any more.
func CanReact(v auth.Viewer, p *Post) error {
	switch {
	case !v.SignedIn():
		return errs.Unauthorized()
	case p.Lent():
		return errs.Forbidden("error.lent")
	case !p.Published():
		return errs.Conflict("error.post_unpublished")
	}
	return nil
}

// CanEditComment tells whether the viewer may change what a comment says: its author, until somebody hid it.
func CanEditComment(v auth.Viewer, c *Comment) error {
	switch {
	case !v.IsSystem() && v.UserID != c.AuthorID:
		return errs.Forbidden("error.comment_edit")
	case c.State != StatePublished:
		return errs.Conflict("error.comment_hidden")
	}
	return nil
}

// CanDeleteComment tells whether the viewer may take a comment on a post away: its author, and who moderates the post.
func CanDeleteComment(v auth.Viewer, p *Post, c *Comment) error {
	if CanEditComment(v, c) == nil {
		return nil
	}
	return CanModerate(v, p)
}
