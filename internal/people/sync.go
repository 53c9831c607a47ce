package people

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rs/xid"
	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
	"github.com/aanpak/aanpak/internal/index"
	"github.com/aanpak/aanpak/internal/search"
)

// MostLeavers is the share of the directory's active accounts, one in so many, that may leave in one run. A filter that is wrong, or an
// account that lost the right to read, makes everybody seem to have left: a person has to say that it is true. One may leave always.
const MostLeavers = 5

// keptRuns is how many runs are kept to look back at.
const keptRuns = 20

// SyncOptions are how accounts are brought up to date.
type SyncOptions struct {
	Dry   bool // only say what would be done
	Force bool // let as many leave as have left
}

// Report is what a run did, or would do.
type Report struct {
	Found int            `json:"found"` // people in the directory
	Same  int            `json:"same"`  // accounts that were up to date
	Count map[Change]int `json:"count"`
	Lines []Line         `json:"lines"`
}

// Run is one time that accounts were compared with the directory.
type Run struct {
	bun.BaseModel `bun:"table:directory_runs,alias:r"`

	ID        string `bun:",pk"`
	StartedAt time.Time
	EndedAt   time.Time
	AskedBy   string // a person's id; "" for the nightly run and for commands
	Dry       bool
	Failure   string // why nothing was compared; "" where it was
	Body      string `bun:"report"`

	Report Report `bun:"-"`
}

// SyncDirectory compares the accounts with the directory: it adds who is new, brings others up to date, deactivates who left and takes back
// who returned. Run twice it changes nothing the second time. Accounts of Aanpak's own are left alone but for those that it links. What
// could not be done stands in the report; an error means that nothing could.
func (s *Service) SyncDirectory(ctx context.Context, v auth.Viewer, o SyncOptions) (*Run, error) {
	if err := CanAdminister(v); err != nil {
		return nil, err
	}
	w, err := s.ways(ctx)
	if err != nil {
		return nil, err
	}
	if w.Directory == nil {
		return nil, errs.NotFound("directory")
	}
	run := &Run{ID: xid.New().String(), StartedAt: s.Now(), AskedBy: v.UserID, Dry: o.Dry}
	err = s.compare(ctx, w.Directory, v, o, run)
	if err != nil {
		run.Failure = err.Error()
	}
	run.EndedAt = s.Now()
	return run, errors.Join(err, s.keepRun(context.WithoutCancel(ctx), run))
}

func (s *Service) compare(ctx context.Context, d Directory, v auth.Viewer, o SyncOptions, run *Run) error {
	list, err := d.All(ctx)
	if err != nil {
		return errs.Unavailable("directory", err)
	}
	r, err := s.readRoster(ctx, s.db.Reader(), func(q *bun.SelectQuery) *bun.SelectQuery { return q })
	if err != nil {
		return fmt.Errorf("read accounts: %w", db.Classify(err))
	}
	run.Report.Found = len(list)
	steps := r.planAll(list)
	if !o.Force {
		holdLeavers(steps, r.active(SourceLDAP), len(list))
	}
	sorted(steps)
	if !o.Dry {
		if err := s.applyAll(ctx, v, steps); err != nil {
			return err
		}
	}
	run.Report.tell(steps)
	return nil
}

// planAll plans for everybody whom the directory knows, and then for those whom it does not know any more.
func (r *roster) planAll(list []*External) (steps []*step) {
	there := map[string]bool{}
	var leavers []*User
	for _, u := range r.known {
		if u.Source == SourceLDAP && u.Active() {
			leavers = append(leavers, u)
		}
	}
	for _, x := range list {
		k := externalKey(x.Source, x.ID)
		if there[k] {
			continue
		}
		there[k] = true
		if st := r.plan(x); st != nil {
			steps = append(steps, st)
		}
	}
	for _, u := range leavers {
		if !there[externalKey(u.Source, u.ExternalID)] {
			steps = append(steps, r.planLeave(u, ""))
		}
	}
	return steps
}

// active counts the active accounts of a source.
func (r *roster) active(s Source) (n int) {
	for _, u := range r.mails {
		if u.Source == s && u.Active() && u.ID != "" {
			n++
		}
	}
	return n
}

// holdLeavers keeps everybody where more would leave than may.
func holdLeavers(steps []*step, active, found int) {
	var leavers []*step
	for _, st := range steps {
		if st.Change == ChangeLeft {
			leavers = append(leavers, st)
		}
	}
	n := len(leavers)
	if n == 0 || found > 0 && (n == 1 || n*MostLeavers <= active) {
		return
	}
	for _, st := range leavers {
		st.Change, st.Reason = ChangeHeld, reasonTooMany
	}
}

// applyAll writes each step for itself: one that the database refuses is no reason to leave out the others.
func (s *Service) applyAll(ctx context.Context, v auth.Viewer, steps []*step) error {
	for _, st := range steps {
		if st.idle() || st.Change == ChangeHeld || st.Change == ChangeSkipped {
			continue
		}
		err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error { return s.apply(ctx, tx, v, st) })
		switch err := db.Classify(err); {
		case err == nil:
		case errs.Is(err, errs.KindUnavailable), errs.Is(err, errs.KindCanceled), errs.Is(err, errs.KindFull):
			return fmt.Errorf("write accounts: %w", err)
		default: // somebody changed it since it was read
			st.Change, st.Reason, st.Failure = ChangeSkipped, reasonFailed, err.Error()
		}
	}
	return nil
}

// apply writes a step and the line of the trail that tells of it.
func (s *Service) apply(ctx context.Context, tx bun.Tx, v auth.Viewer, st *step) error {
	if st.idle() {
		return nil
	}
	u := st.user
	if st.branch != "" {
		b, err := s.ensureBranch(ctx, tx, st.branch)
		if err != nil {
			return err
		}
		u.BranchID = b.ID
	}
	u.UpdatedAt = s.Now()
	if st.lowers {
		if err := s.turnOfAdmins(ctx, tx); err != nil {
			return err
		}
	}
	if err := s.writeStep(ctx, tx, st); err != nil {
		return err
	}
	if st.lowers {
		if err := s.keepAnAdmin(ctx, tx); err != nil {
			return err
		}
	}
	if st.Change == ChangeNone { // nothing of the account itself
		return nil
	}
	if st.Change == ChangeChanged && slices.Contains(st.columns, "email_folded") {
		if err := s.tellWay(ctx, tx, v, u.ID, WayEmail); err != nil {
			return err
		}
	}
	return audit.Log(ctx, tx, v, st.action(), "user:"+u.ID, st.trail())
}

func (s *Service) writeStep(ctx context.Context, tx bun.Tx, st *step) error {
	u := st.user
	if st.Change == ChangeAdded {
		u.ID, u.CreatedAt = xid.New().String(), s.Now()
		st.UserID = u.ID
		if _, err := tx.NewInsert().Model(u).Exec(ctx); err != nil {
			return err
		}
		return index.Mark(ctx, tx, search.TypePerson, u.ID)
	}
	if err := updateUserTx(ctx, tx, u, append(st.columns, "updated_at")...); err != nil {
		return err
	}
	switch {
	case st.Change == ChangeLeft:
		return s.endAccess(ctx, tx, u.ID)
	case st.Change == ChangeLinked && !u.Source.SignsInHere(): // a link to choose a password of our own is of no use any more
		_, err := tx.NewDelete().Model((*invitation)(nil)).Where("user_id = ?", u.ID).Exec(ctx)
		return err
	}
	return nil
}

// action names the step in the audit trail.
func (st *step) action() string {
	if st.user.Source == SourceSCIM {
		return "scim." + string(st.Change)
	}
	return "directory." + string(st.Change)
}

// trail is what changed, for the audit trail.
func (st *step) trail() string {
	parts := []string{fmt.Sprintf("%s <%s>", st.Name, st.Email)}
	for _, d := range st.Differences {
		parts = append(parts, fmt.Sprintf("%s: %s → %s", d.Field, d.From, d.To))
	}
	return fold.Cut(strings.Join(parts, "; "), 1000)
}

// tell fills a report from the steps as they ended.
func (r *Report) tell(steps []*step) {
	r.Count = map[Change]int{}
	for _, st := range steps {
		if st.Change == ChangeNone && st.Reason == "" {
			r.Same++
			continue
		}
		if st.Change == ChangeNone {
			continue // left long ago
		}
		r.Count[st.Change]++
		r.Lines = append(r.Lines, st.Line)
	}
}

// keepRun writes a run, and forgets those of long ago.
func (s *Service) keepRun(ctx context.Context, run *Run) error {
	body, err := json.Marshal(run.Report)
	if err != nil {
		return err
	}
	run.Body = string(body)
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewInsert().Model(run).Exec(ctx); err != nil {
			return err
		}
		kept := tx.NewSelect().Model((*Run)(nil)).Column("id").Order("started_at DESC", "id DESC").Limit(keptRuns)
		_, err := tx.NewDelete().Model((*Run)(nil)).Where("id NOT IN (?)", kept).Exec(ctx)
		return err
	})
	return db.Classify(err)
}

// LastRun returns the last run, nil where there is none. With real it is the last one that was no rehearsal.
func (s *Service) LastRun(ctx context.Context, v auth.Viewer, real bool) (*Run, error) {
	if err := CanAdminister(v); err != nil {
		return nil, err
	}
	run := new(Run)
	q := s.db.Reader().NewSelect().Model(run).Order("started_at DESC", "id DESC").Limit(1)
	if real {
		q.Where("NOT dry")
	}
	err := q.Scan(ctx)
	if db.IsNoRows(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read run: %w", db.Classify(err))
	}
	if err := json.Unmarshal([]byte(run.Body), &run.Report); err != nil {
		return nil, fmt.Errorf("read run: %w", err)
	}
	return run, nil
}
