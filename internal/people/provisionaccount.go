package people

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
	"github.com/aanpak/aanpak/internal/rules"
)

// bringUpToDate writes the account of somebody, by the same plan as for a directory. before is what the service said before: what it has taken
// back goes.
func (s *Service) bringUpToDate(ctx context.Context, tx bun.Tx, v auth.Viewer, p *Provisioned, before External) error {
	list, err := s.provisionRules(ctx, tx)
	if err != nil {
		return err
	}
	in, err := groupsOf(ctx, tx, []string{p.ID})
	if err != nil {
		return err
	}
	x := p.Details
	decide(&x, list, p.ID, in)
	r, err := s.readRoster(ctx, tx, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("u.source = ? AND u.external_id = ?", x.Source, x.ID).WhereOr("u.email_folded = ?", fold.Key(fold.Line(x.Email)))
	})
	if err != nil {
		return err
	}
	st := r.plan(&x)
	if st == nil {
		return errs.NotFound("user")
	}
	if st.Reason == reasonMailTaken && x.Email != before.Email {
		return errs.Conflict("error.provision.mail_taken")
	}
	if err := notProvisioned(st); err != nil {
		return err
	}
	st.takeBack(before, x)
	p.Active = st.user.Active()
	if st.Change == ChangeSkipped {
		return nil // blocked here, and stays so
	}
	return s.apply(ctx, tx, v, st)
}

// decide fills in who it is and what the groups mean.
func decide(x *External, list rules.Rules, id string, in map[string][]*ProvisionedGroup) {
	d := list.Decide(func(group string) bool {
		for _, g := range in[id] {
			if fold.Key(group) == g.NameFolded || group == g.ExternalID || group == g.ID {
				return true
			}
		}
		return false
	})
	x.Source, x.ID, x.Role, x.Branch = SourceSCIM, id, d.Role, d.Branch
}

// notProvisioned is why the service cannot have what it asks for; nil where it can, or where an administrator here decided otherwise.
func notProvisioned(st *step) error {
	switch {
	case st.Change != ChangeSkipped:
		return nil
	case st.Reason == reasonMailTaken:
		return errs.Conflict("error.provision.mail_taken")
	case st.Reason == reasonKeptOut && st.user.Source == SourceSCIM && st.UserID != "":
		return nil
	case st.Reason == reasonNoMail:
		return errs.Invalid("error.provision.no_mail")
	case st.Reason == reasonNoBranch:
		return errs.Invalid("error.provision.no_branch")
	case st.Reason == reasonLastAdmin:
		return errs.Conflict("error.last_admin")
	case st.Reason == reasonLocal:
		return errs.Conflict("error.provision.local_admin")
	case st.Reason == reasonKeptOut:
		return errs.Conflict("error.provision.kept_out")
	}
	return fmt.Errorf("provisioning was skipped: %s", st.Reason)
}

// takeBack empties what was said before and is not any more. What somebody filled in here stays.
func (st *step) takeBack(before, now External) {
	for _, f := range []struct {
		name        string
		to          *string
		before, now string
	}{{"function", &st.user.Function, before.Function, now.Function}, {"phone", &st.user.Phone, before.Phone, now.Phone}} {
		if f.before == "" || f.now != "" || *f.to != fold.Cut(fold.Line(f.before), maxLine) {
			continue
		}
		st.Differences = append(st.Differences, Difference{f.name, *f.to, ""})
		*f.to = ""
		st.columns = append(st.columns, f.name)
		if st.Change == ChangeNone {
			st.Change = ChangeChanged
		}
	}
}

// decideAgain gives people what their groups mean now. Those who are out stay out, and learn it when they come back.
func (s *Service) decideAgain(ctx context.Context, tx bun.Tx, v auth.Viewer, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	list, err := s.provisionRules(ctx, tx)
	if err != nil {
		return err
	}
	in, err := groupsOf(ctx, tx, ids)
	if err != nil {
		return err
	}
	r, err := s.readRoster(ctx, tx, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("u.source = ?", SourceSCIM).Where("u.external_id IN (?)", bun.List(ids))
	})
	if err != nil {
		return err
	}
	for _, id := range ids {
		u := r.known[externalKey(SourceSCIM, id)]
		if u == nil || !u.Active() {
			continue
		}
		x := &External{}
		decide(x, list, id, in)
		if err := s.apply(ctx, tx, v, r.plan(x)); err != nil {
			return err
		}
	}
	return nil
}
