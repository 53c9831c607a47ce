package social

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
)

// Case is a post or comment with what was reported of it: all open reports, or those that were closed together.
type Case struct {
	ID      string // of its first report
	Target  Target
	PostID  string
	Author  Named
	State   State // of the thing, as it is now
	Reports []*Report
	Open    bool
	// CanSuspend tells whether the viewer may suspend the author.
	CanSuspend bool
}

// Named is somebody with their name.
type Named struct{ ID, Name string }

// Held tells whether the thing waits behind the word list.
func (c *Case) Held() bool {
	return c.State == StateHidden && slices.ContainsFunc(c.Reports, func(r *Report) bool { return r.Reason == ReasonWords })
}

// Evidence are the texts that were reported, the newest first, each once.
func (c *Case) Evidence() (list []*Report) {
	for _, r := range slices.Backward(c.Reports) {
		if !slices.ContainsFunc(list, func(o *Report) bool { return o.Title == r.Title && o.Body == r.Body }) {
			list = append(list, r)
		}
	}
	return list
}

// maxReports is how many reports the queue reads at once.
const maxReports = 200

// decides is the one place that says who decides on report rp about post p, whatever became of what was reported: administrators on all, the
// owners of a group on those in it, and managers on those on posts for their branch; nobody on those about what they said themselves, since who
// reported stays unknown to the author. Somebody is given by values or by columns.
func decides(q *bun.SelectQuery, id, role, branch any) *bun.SelectQuery {
	return q.Where("rp.author_id <> ?", id).WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("? = ?", role, auth.RoleAdmin).WhereOr(inOwn, id).WhereOr("? = ? AND p.audience = ? || ?", role, auth.RoleManager, ForBranch+":", branch)
	})
}

// moderatedBy are the reports on which the viewer decides.
func moderatedBy(v auth.Viewer) func(*bun.SelectQuery) *bun.SelectQuery {
	return func(q *bun.SelectQuery) *bun.SelectQuery {
		return decides(q.Join("JOIN posts AS p ON p.id = rp.post_id").Where("? <> ''", v.UserID), v.UserID, v.Role, v.BranchID)
	}
}

// withNames reads reports with who is in them and how the thing stands.
func withNames(q *bun.SelectQuery) *bun.SelectQuery {
	return q.ColumnExpr("rp.*").ColumnExpr("coalesce(ru.name, '') AS reporter_name, coalesce(cu.name, '') AS closed_by_name, au.name AS author_name, au.branch_id AS author_branch").
		ColumnExpr("CASE WHEN rp.target LIKE 'comment:%' AND p.state <> 'deleted' THEN c.state ELSE p.state END AS state").
		Join("JOIN users AS au ON au.id = rp.author_id").Join("LEFT JOIN users AS ru ON ru.id = rp.reporter_id").Join("LEFT JOIN users AS cu ON cu.id = rp.closed_by").
		Join("LEFT JOIN comments AS c ON c.id = substr(rp.target, 9) AND rp.target LIKE 'comment:%'")
}

// Moderates tells whether there is anything that the viewer could decide on.
func (s *Service) Moderates(ctx context.Context, v auth.Viewer) (bool, error) {
	if v.UserID == "" || v.Manages(v.BranchID) {
		return v.UserID != "", nil
	}
	there, err := s.db.Reader().NewSelect().TableExpr("group_members").Where("user_id = ?", v.UserID).Where("owner").Where("state = 'member'").Exists(ctx)
	if err != nil {
		return false, fmt.Errorf("moderates: %w", db.Classify(err))
	}
	return there, nil
}

// canModerateAny refuses who could decide on nothing.
func (s *Service) canModerateAny(ctx context.Context, v auth.Viewer) error {
	may, err := s.Moderates(ctx, v)
	if err == nil && !may {
		err = errs.Forbidden("error.moderate")
	}
	return err
}

// OpenCases counts what waits for the viewer to decide on it.
func (s *Service) OpenCases(ctx context.Context, v auth.Viewer) (n int, err error) {
	err = s.db.Reader().NewSelect().Model((*Report)(nil)).ColumnExpr("count(DISTINCT rp.target)").Apply(moderatedBy(v)).Where("rp.closed_at IS NULL").Scan(ctx, &n)
	if err != nil {
		return 0, fmt.Errorf("count cases: %w", db.Classify(err))
	}
	return n, nil
}

// Cases returns what was reported for the viewer to decide on: open ones, the oldest first, or closed ones, the latest first.
func (s *Service) Cases(ctx context.Context, v auth.Viewer, open bool) ([]*Case, error) {
	if err := s.canModerateAny(ctx, v); err != nil {
		return nil, err
	}
	var list []*Report
	q := s.db.Reader().NewSelect().Model(&list).Apply(withNames).Apply(moderatedBy(v)).Limit(maxReports)
	if open {
		q.Where("rp.closed_at IS NULL").OrderExpr("rp.created_at, rp.id")
	} else {
		q.Where("rp.closed_at IS NOT NULL").OrderExpr("rp.closed_at DESC, rp.created_at, rp.id")
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("cases: %w", db.Classify(err))
	}
	return casesOf(v, list), nil
}

// Case returns the case of a report.
func (s *Service) Case(ctx context.Context, v auth.Viewer, id string) (*Case, error) {
	r, err := reportOf(ctx, s.db.Reader(), v, id)
	if err != nil {
		return nil, err
	}
	var list []*Report
	q := s.db.Reader().NewSelect().Model(&list).Apply(withNames).Apply(moderatedBy(v)).Where("rp.target = ?", r.Target).OrderExpr("rp.created_at, rp.id")
	if r.ClosedAt.IsZero() {
		q.Where("rp.closed_at IS NULL")
	} else {
		q.Where("rp.closed_at = ?", r.ClosedAt.Time)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("case: %w", db.Classify(err))
	}
	return casesOf(v, list)[0], nil
}

func casesOf(v auth.Viewer, list []*Report) (cases []*Case) {
	by := map[string]*Case{}
	for _, r := range list {
		key := string(r.Target) + r.ClosedAt.Format(time.RFC3339Nano)
		c := by[key]
		if c == nil {
			c = &Case{
				ID: r.ID, Target: r.Target, PostID: r.PostID, Author: Named{r.AuthorID, r.AuthorName}, State: r.State,
				Open: r.ClosedAt.IsZero(), CanSuspend: CanSuspend(v, r.AuthorID, r.AuthorBranch) == nil,
			}
			by[key], cases = c, append(cases, c)
		}
		c.Reports = append(c.Reports, r)
	}
	return cases
}

// reportOf returns a report that the viewer decides on.
func reportOf(ctx context.Context, tx bun.IDB, v auth.Viewer, id string) (*Report, error) {
	r := new(Report)
	err := tx.NewSelect().Model(r).Apply(withNames).Apply(moderatedBy(v)).Where("rp.id = ?", strings.TrimSpace(id)).Scan(ctx)
	if db.IsNoRows(err) {
		return nil, errs.NotFound("report")
	}
	if err != nil {
		return nil, fmt.Errorf("read report: %w", db.Classify(err))
	}
	return r, nil
}
