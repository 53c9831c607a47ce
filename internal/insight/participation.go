package insight

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/reuse"
)

// How many documents the lists of the most read and most reused have, and of how many it is asked how many people read them.
const (
	mostListed = 10
	mostAsked  = 60
)

// Month is a month as it may be shown.
type Month struct {
	Name    string // 2006-01
	Start   time.Time
	Readers bool  // whether it is known who only read
	Rows    []Row // the company first, then branches by name
	News    *News // nil where it was not counted
}

// Row is that of a branch, by its id, or of the company, by "".
func (m *Month) Row(branch string) (Row, bool) { return rowOf(m.Rows, branch) }

// Row is that of a branch, by its id, or of the company, by "".
func (n *News) Row(branch string) (Row, bool) { return rowOf(n.Rows, branch) }

func rowOf(rows []Row, branch string) (Row, bool) {
	for _, r := range rows {
		if r.Branch == branch {
			return r, true
		}
	}
	return Row{}, false
}

// Participation is how people take part.
type Participation struct {
	Months   []*Month          // the oldest first, without the one that runs
	Branches map[string]string // names by id
	Read     []*library.Document
	Reused   []*library.Document
}

// Participation returns the months that were counted, and what is read and reused most of what the viewer sees.
func (s *Service) Participation(ctx context.Context, v auth.Viewer) (p *Participation, err error) {
	if err := CanSee(v); err != nil {
		return nil, err
	}
	v.Grants = nil // figures are of what is for the viewer
	p = &Participation{Branches: map[string]string{}}
	branches, err := s.People.Branches(ctx, v)
	if err != nil {
		return nil, err
	}
	var order []string
	for _, b := range branches {
		p.Branches[b.ID] = b.Name
		order = append(order, b.ID)
	}
	if p.Months, err = s.months(ctx, order); err != nil {
		return nil, err
	}
	if p.Read, err = s.mostRead(ctx, v); err != nil {
		return nil, err
	}
	p.Reused, err = s.mostReused(ctx, v)
	return p, err
}

// months reads the counts and coarsens them. A branch that is gone counts in the company alone.
func (s *Service) months(ctx context.Context, order []string) (list []*Month, err error) {
	var counted []month
	var rows []count
	since := s.begins(s.Now()).AddDate(0, -monthsBack, 0).Format(monthForm)
	if err := s.DB.Reader().NewSelect().Model(&counted).Where("pm.month >= ?", since).Order("pm.month").Scan(ctx); err != nil {
		return nil, scan("months", err)
	}
	if err := s.DB.Reader().NewSelect().Model(&rows).Where("pt.month >= ?", since).Scan(ctx); err != nil {
		return nil, scan("participation", err)
	}
	var parts []part
	if err := s.DB.Reader().NewSelect().Model(&parts).Where("pn.month >= ?", since).Scan(ctx); err != nil {
		return nil, scan("news of months", err)
	}
	of, news := counts{}, counts{}
	for _, r := range rows {
		of.add(r.Month, r.BranchID, r.Rung, r.People)
	}
	for _, p := range parts {
		news.add(p.Month, p.BranchID, p.Part, p.People)
	}
	for _, c := range counted {
		start, err := time.ParseInLocation(monthForm, c.Month, s.Zone)
		if err != nil {
			continue
		}
		shown := publish(of[c.Month], byRungs(c.Readers))
		if shown == nil {
			continue
		}
		m := &Month{Name: c.Month, Start: start, Readers: c.Readers, Rows: byName(shown, order)}
		if c.News != nil {
			m.News = &News{Pieces: *c.News, Rows: byName(publish(news[c.Month], byNews), order)}
		}
		list = append(list, m)
	}
	return list, nil
}

// counts are ladders by month and branch.
type counts map[string]map[string]ladder

func (c counts) add(month, branch string, r Rung, people int) {
	if r < 0 || int(r) >= rungs {
		return
	}
	if c[month] == nil {
		c[month] = map[string]ladder{}
	}
	l := c[month][branch]
	l[r] += people
	c[month][branch] = l
}

// byName puts the rows of branches into the order of their names, after the company's.
func byName(rows []Row, order []string) []Row {
	out := rows[:1:1]
	for _, id := range order {
		for _, r := range rows[1:] {
			if r.Branch == id {
				out = append(out, r)
			}
		}
	}
	return out
}

// mostRead returns what is read most of what the viewer sees and at least Least people have read: who reads what only three may open is
// nobody's business.
func (s *Service) mostRead(ctx context.Context, v auth.Viewer) ([]*library.Document, error) {
	var ids, enough []string
	err := s.DB.Reader().NewSelect().TableExpr("documents AS d").Column("d.id").Apply(library.Visible(v)).Where("d.reads >= ?", Least).
		OrderExpr("d.reads DESC, d.id").Limit(mostAsked).Scan(ctx, &ids)
	if err != nil {
		return nil, scan("most read", err)
	}
	err = s.DB.Reader().NewSelect().TableExpr("document_reads").Column("document_id").Where("document_id IN (?)", in(ids)).
		GroupExpr("document_id").Having("count(*) >= ?", Least).Scan(ctx, &enough)
	if err != nil {
		return nil, scan("most read", err)
	}
	many := map[string]bool{}
	for _, id := range enough {
		many[id] = true
	}
	return s.documents(ctx, v, ids, func(id string) bool { return many[id] })
}

// mostReused returns what was reused most of what the viewer sees. Where something was used is no secret to who sees it.
func (s *Service) mostReused(ctx context.Context, v auth.Viewer) ([]*library.Document, error) {
	var ids []string
	err := s.DB.Reader().NewSelect().TableExpr("documents AS d").Column("d.id").Apply(library.Visible(v)).
		Where("d.id IN (SELECT document_id FROM uses)").OrderExpr("? DESC, d.id", bun.Safe(reuse.TimesSQL)).Limit(mostListed).Scan(ctx, &ids)
	if err != nil {
		return nil, scan("most reused", err)
	}
	list, err := s.documents(ctx, v, ids, func(string) bool { return true })
	if err != nil {
		return nil, err
	}
	out := list[:0]
	for _, d := range list {
		if d.Reused > 0 {
			out = append(out, d)
		}
	}
	return out, nil
}

// documents loads the first few of the ids that are wanted, in their order.
func (s *Service) documents(ctx context.Context, v auth.Viewer, ids []string, wanted func(string) bool) (list []*library.Document, err error) {
	found, err := s.Library.ByIDs(ctx, v, ids)
	for _, id := range ids {
		if d := found[id]; d != nil && wanted(id) && len(list) < mostListed {
			list = append(list, d)
		}
	}
	return list, err
}
