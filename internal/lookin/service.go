package lookin

import (
	"context"
	"fmt"
	"time"

	"github.com/rs/xid"
	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/jobs"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/notify"
	"github.com/aanpak/aanpak/internal/people"
)

// Service is the use cases of temporary access.
type Service struct {
	db.Clock
	db      *db.DB
	people  *people.Service
	groups  *groups.Service
	library *library.Service
	notify  *notify.Service // nil tells nobody
}

// closeEvery is how often access whose time is over is written down as ended. It gives nothing any more from the very moment.
const closeEvery = 5 * time.Minute

var closeJob = jobs.Job[struct{}]{Name: "access.close", Attempts: 3}

// New returns the service, and joins it to what it lets administrators see.
func New(d *db.DB, p *people.Service, g *groups.Service, l *library.Service, r *jobs.Runner, n *notify.Service) *Service {
	s := &Service{db: d, people: p, groups: g, library: l, notify: n}
	p.UseGrants(grants)
	p.OnLeave(s.endAll)
	l.OnLent(s.sawDocuments)
	g.OnLent(func(ctx context.Context, v auth.Viewer, id string) error {
		return s.saw(ctx, v, sight{key: auth.GroupKey(id), object: "group:" + id})
	})
	jobs.Handle(r, closeJob, func(ctx context.Context, _ jobs.Run, _ struct{}) error { return s.Close(ctx) })
	jobs.Every(r, closeJob, closeEvery, struct{}{})
	return s
}

// grants implements people.Grants.
func grants(ctx context.Context, tx bun.IDB, userID string) (out []auth.Grant, err error) {
	var list []*Access
	if err := tx.NewSelect().Model(&list).Where("ta.user_id = ?", userID).Where("ta.ended_at IS NULL").Order("ta.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("temporary access: %w", db.Classify(err))
	}
	for _, a := range list {
		out = append(out, auth.Grant{ID: a.ID, Key: a.key(), Until: a.Until})
	}
	return out, nil
}

// Ask gives the viewer access from now on.
func (s *Service) Ask(ctx context.Context, v auth.Viewer, n Input) (*Access, error) {
	if err := canAsk(v); err != nil {
		return nil, err
	}
	if err := n.clean(); err != nil {
		return nil, err
	}
	a := &Access{ID: xid.New().String(), UserID: v.UserID, Kind: n.Kind, Reason: n.Reason, BeganAt: s.Now(), Until: s.Now().Add(time.Duration(n.Minutes) * time.Minute)}
	if err := s.find(ctx, a, n.What); err != nil {
		return nil, err
	}
	if a.ConcernsUserID == v.UserID {
		return nil, errs.Invalid("error.invalid").Field("what", "error.field.access_own")
	}
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewInsert().Model(a).Exec(ctx); err != nil {
			return err
		}
		if err := s.tell(ctx, tx, a); err != nil {
			return err
		}
		return audit.Log(ctx, tx, v, "access.begin", a.object(), fmt.Sprintf("access:%s, %d min: %s", a.ID, n.Minutes, a.Reason))
	})
	if err != nil {
		return nil, fmt.Errorf("ask for access: %w", db.Classify(err))
	}
	return a, nil
}

// tell lets those know whom it concerns: the owner, or the members of the group. What is looked at has a page where they read why.
func (s *Service) tell(ctx context.Context, tx bun.Tx, a *Access) error {
	e := notify.Event{Kind: notify.Access, Word: string(a.Kind), Source: "access:" + a.ID, Actor: a.UserID, URL: "/settings/access", Text: a.Reason}
	switch a.Kind {
	case KindGroup:
		e.About, e.URL, e.Keys = auth.GroupKey(a.ObjectID), "/groups/"+a.ObjectID, []string{auth.GroupKey(a.ObjectID)}
	case KindDocument:
		e.About, e.To = auth.DocumentKey(a.ObjectID), []string{a.ConcernsUserID}
	default:
		e.About, e.To = auth.UserKey(a.ConcernsUserID), []string{a.ConcernsUserID}
	}
	return s.notify.Tell(ctx, tx, e)
}

func canAsk(v auth.Viewer) error {
	if v.UserID == "" {
		return errs.Unauthorized()
	}
	return people.CanAdminister(v)
}

// End gives access back: the viewer's own, or another administrator's.
func (s *Service) End(ctx context.Context, v auth.Viewer, id string) error {
	if err := canAsk(v); err != nil {
		return err
	}
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		a := new(Access)
		err := tx.NewSelect().Model(a).Where("ta.id = ?", id).Scan(ctx)
		if db.IsNoRows(err) {
			return errs.NotFound("access")
		}
		if err != nil || a.Over(s.Now()) {
			return err
		}
		return end(ctx, tx, v, a, s.Now())
	})
	return db.Classify(err)
}

// end writes down, once, that access has ended.
func end(ctx context.Context, tx bun.Tx, v auth.Viewer, a *Access, at time.Time) error {
	res, err := tx.NewUpdate().Model((*Access)(nil)).Set("ended_at = ?", at).Where("id = ?", a.ID).Where("ended_at IS NULL").Exec(ctx)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return err
	}
	return audit.Log(ctx, tx, v, "access.end", a.object(), "access:"+a.ID)
}

// endAll ends what somebody has who may not sign in any more. It implements people's OnLeave.
func (s *Service) endAll(ctx context.Context, tx bun.Tx, userID string) error {
	return s.endWhere(ctx, tx, s.Now(), "ta.user_id = ?", userID)
}

// Close ends what is over.
func (s *Service) Close(ctx context.Context) error {
	return db.Classify(s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		return s.endWhere(ctx, tx, time.Time{}, "ta.until <= ?", s.Now())
	}))
}

// endWhere ends some of what has not ended, at a time or, with none, when its own time was over.
func (s *Service) endWhere(ctx context.Context, tx bun.Tx, at time.Time, where string, arg any) error {
	var list []*Access
	if err := tx.NewSelect().Model(&list).Where(where, arg).Where("ta.ended_at IS NULL").Scan(ctx); err != nil {
		return err
	}
	for _, a := range list {
		ended := at
		if at.IsZero() {
			ended = a.Until
		}
		if err := end(ctx, tx, auth.System(), a, ended); err != nil {
			return err
		}
	}
	return nil
}

// Forget deletes access that began before a time; with dry it only counts it. The trail has its own time.
func (s *Service) Forget(ctx context.Context, before time.Time, dry bool) (int, error) {
	return s.db.Forget(ctx, dry, "temporary_access", "until < ?", before)
}
