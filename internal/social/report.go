package social

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/rs/xid"
	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
)

// Reason is why somebody reports what another said.
type Reason string

// The reasons.
const (
	ReasonUnkind    Reason = "unkind"
	ReasonPrivate   Reason = "private" // says of somebody what is nobody's business
	ReasonFalse     Reason = "false"
	ReasonElsewhere Reason = "elsewhere" // belongs in another place
	ReasonOther     Reason = "other"
	ReasonWords     Reason = "words" // the word list held it back: nobody's report
)

// Reasons lists what people choose from, in the order in which forms show them.
var Reasons = []Reason{ReasonUnkind, ReasonPrivate, ReasonFalse, ReasonElsewhere, ReasonOther}

// maxNote is the longest line that goes with a report, and the longest reason of who decides, in runes.
const maxNote = 500

// Report is that somebody finds that others should look at a post or comment, with what it said then. The text is evidence: it stays as it
// was, whatever becomes of the thing, until the report is closed and its time to be kept is over.
type Report struct {
	bun.BaseModel `bun:"table:reports,alias:rp"`

	ID         string `bun:",pk"`
	Target     Target
	PostID     string
	AuthorID   string // of the thing
	ReporterID string // "" = the word list
	Reason     Reason
	Note       string
	Title      string
	Body       string
	CreatedAt  time.Time
	ClosedAt   bun.NullTime
	ClosedBy   string
	Outcome    Outcome
	Why        string // of the outcome

	ReporterName string `bun:",scanonly"`
	ClosedByName string `bun:",scanonly"`
	AuthorName   string `bun:",scanonly"`
	AuthorBranch string `bun:",scanonly"` // id
	State        State  `bun:",scanonly"` // of the thing, as it is now
}

// Complaint is what somebody says with a report.
type Complaint struct {
	Reason Reason
	Note   string // optional
}

func (n *Complaint) clean() error {
	n.Note = fold.Line(n.Note)
	e := errs.Invalid("error.invalid")
	if !slices.Contains(Reasons, n.Reason) {
		e.Field("reason", "error.field.choice")
	}
	if len([]rune(n.Note)) > maxNote {
		e.Field("note", "error.field.too_long", "Max", maxNote)
	}
	return e.OrNil()
}

// CanReport tells whether the viewer, who sees a post, may report something that authorID said in it.
func CanReport(v auth.Viewer, p *Post, authorID string) error {
	switch {
	case v.UserID == "":
		return errs.Unauthorized()
	case p.Lent():
		return errs.Forbidden("error.lent")
	case !p.Published():
		return errs.Conflict("error.post_unpublished")
	case v.UserID == authorID:
		return errs.Forbidden("error.report_own")
	}
	return nil
}

// ReportPost asks who moderates a post to look at it. Everybody reports a thing once; doing it again changes nothing.
func (s *Service) ReportPost(ctx context.Context, v auth.Viewer, id string, n Complaint) error {
	err := s.change(ctx, v, id, func(ctx context.Context, tx bun.Tx, p *Post) error {
		return s.report(ctx, tx, v, p, &Report{Target: p.Target(), AuthorID: p.AuthorID, Title: p.Title, Body: p.evidence()}, n)
	})
	if err != nil {
		return fmt.Errorf("report post: %w", err)
	}
	return nil
}

// ReportComment is ReportPost for a comment.
func (s *Service) ReportComment(ctx context.Context, v auth.Viewer, id string, n Complaint) error {
	err := s.changeComment(ctx, v, id, func(ctx context.Context, tx bun.Tx, p *Post, c *Comment) error {
		return s.report(ctx, tx, v, p, &Report{Target: c.Target(), AuthorID: c.AuthorID, Body: c.Body}, n)
	})
	if err != nil {
		return fmt.Errorf("report comment: %w", err)
	}
	return nil
}

func (s *Service) report(ctx context.Context, tx bun.Tx, v auth.Viewer, p *Post, r *Report, n Complaint) error {
	if err := CanReport(v, p, r.AuthorID); err != nil {
		return err
	}
	if err := n.clean(); err != nil {
		return err
	}
	r.ReporterID, r.Reason, r.Note = v.UserID, n.Reason, n.Note
	return s.keepReport(ctx, tx, p, r)
}

// keepReport keeps a report and tells who decides on it. One that is there already changes nothing.
func (s *Service) keepReport(ctx context.Context, tx bun.Tx, p *Post, r *Report) error {
	r.ID, r.PostID, r.CreatedAt = xid.New().String(), p.ID, s.Now()
	res, err := tx.NewInsert().Model(r).On("CONFLICT DO NOTHING").Exec(ctx)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); n == 0 || err != nil {
		return err
	}
	return s.tellModerators(ctx, tx, r)
}

// evidence is the text of a post with the passage that it is about.
func (p *Post) evidence() string {
	if p.Quote == "" {
		return p.Body
	}
	return "> " + fold.Line(p.Quote) + "\n\n" + p.Body
}

// Reported returns which of the things the viewer has reported.
func (s *Service) Reported(ctx context.Context, v auth.Viewer, targets ...Target) (map[Target]bool, error) {
	out := map[Target]bool{}
	if v.UserID == "" || len(targets) == 0 {
		return out, nil
	}
	var list []Target
	err := s.db.Reader().NewSelect().Model((*Report)(nil)).Column("rp.target").Where("rp.reporter_id = ?", v.UserID).Where("rp.target IN (?)", bun.List(targets)).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("own reports: %w", db.Classify(err))
	}
	for _, t := range list {
		out[t] = true
	}
	return out, nil
}

// ForgetReports deletes reports that were closed before a time; with dry it only counts them. Retention calls it.
func (s *Service) ForgetReports(ctx context.Context, before time.Time, dry bool) (int, error) {
	return s.db.Forget(ctx, dry, "reports", "closed_at < ?", before)
}
