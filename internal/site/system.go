package site

import (
	"context"
	"net/url"
	"runtime"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/find"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	libdomain "github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/templates/admin"
)

// Space is what the parts take, in bytes; -1 where nobody can tell.
type Space struct {
	Engine          string // of the search index
	Database, Index int64
	Free            int64 // where files are kept, if that is here
}

// mostAsked bounds the lists of questions.
const mostAsked = 20

// system shows how the installation is doing.
func (s *Site) system(c *fiber.Ctx) error {
	l, v, ctx := s.localizer(c), httpd.Viewer(c), c.UserContext()
	p := admin.System{Page: s.page(c, l, "admin", l.T("admin.tab.system"))}
	if s.Checks != nil {
		for _, x := range s.Checks(ctx) {
			p.Services = append(p.Services, admin.Service{Name: label(l, "admin.system", value{value: x.Name}), Detail: x.Detail, OK: x.OK, Took: int(x.Took.Milliseconds())})
		}
	}
	documents, err := s.Library.Count(ctx, v, libdomain.Filter{})
	if err != nil {
		return err
	}
	p.Facts = s.program(l, documents)
	space := s.space(ctx)
	if err := s.indexFacts(ctx, l, &p, space); err != nil {
		return err
	}
	if err := s.storage(ctx, l, v, &p, space); err != nil {
		return err
	}
	if err := s.asked(ctx, l, v, &p); err != nil {
		return err
	}
	return render(c, l, admin.SystemPage(p))
}

func (s *Site) space(ctx context.Context) Space {
	if s.Space == nil {
		return Space{Database: -1, Index: -1, Free: -1}
	}
	return s.Space(ctx)
}

func (s *Site) program(l *i18n.Localizer, documents int) []admin.Fact {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return []admin.Fact{
		{Name: l.T("admin.system.version"), Value: s.Version},
		{Name: l.T("admin.system.started"), Value: l.DateTime(s.started)},
		{Name: l.T("admin.system.memory"), Value: l.Bytes(int64(m.Sys))}, //nolint:gosec // far below 2^63
		{Name: l.T("admin.system.documents"), Value: l.Number(int64(documents))},
	}
}

// indexFacts tells how far the index is.
func (s *Site) indexFacts(ctx context.Context, l *i18n.Localizer, p *admin.System, space Space) error {
	behind, err := s.Indexer.State(ctx)
	if err != nil {
		return err
	}
	things, err := s.Indexer.Things(ctx)
	if err != nil {
		return err
	}
	if p.Rebuild, err = s.rebuild(ctx, l); err != nil {
		return err
	}
	rebuilt, err := s.Indexer.RebuiltAt(ctx)
	if err != nil {
		return err
	}
	oldest := "–"
	if !behind.Oldest.IsZero() {
		oldest = l.Ago(behind.Oldest)
	}
	p.Failure = behind.Failure
	p.Index = []admin.Fact{
		{Name: l.T("admin.index.engine"), Value: space.Engine},
		{Name: l.T("admin.index.things"), Value: l.Number(int64(things))},
		{Name: l.T("admin.index.waiting"), Value: l.Number(int64(behind.Waiting))},
		{Name: l.T("admin.index.oldest"), Value: oldest},
		{Name: l.T("admin.index.failing"), Value: l.Number(int64(behind.Failing))},
		{Name: l.T("admin.index.rebuilt"), Value: moment(l, rebuilt)},
	}
	return nil
}

// rebuild is how far a rebuild of the index is, or where to ask for one.
func (s *Site) rebuild(ctx context.Context, l *i18n.Localizer) (admin.Rebuild, error) {
	r, err := s.Rebuilding(ctx)
	out := admin.Rebuild{Ask: "/admin/system/reindex", On: r.On, Done: r.Done, Total: r.Total, Text: l.T("admin.rebuild.waits")}
	if r.Total > 0 {
		out.Text = l.T("admin.rebuild.done", "Done", l.Number(int64(r.Done)), "Total", l.Number(int64(r.Total)))
	}
	return out, err
}

func moment(l *i18n.Localizer, t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return l.DateTime(t)
}

// storage tells what takes space.
func (s *Site) storage(ctx context.Context, l *i18n.Localizer, v auth.Viewer, p *admin.System, space Space) error {
	use, err := s.Library.Storage(ctx, v)
	if err != nil {
		return err
	}
	p.Storage = []admin.Fact{{Name: l.T("admin.storage.files"), Value: l.N("admin.storage.stored", use.Stored.Files, "Size", l.Bytes(use.Stored.Bytes))}}
	for _, x := range []struct {
		name  string
		bytes int64
	}{{l.T("admin.storage.database"), space.Database}, {l.T("admin.storage.index"), space.Index}, {l.T("admin.storage.free"), space.Free}} {
		if x.bytes >= 0 {
			p.Storage = append(p.Storage, admin.Fact{Name: x.name, Value: l.Bytes(x.bytes)})
		}
	}
	kinds := make([]libdomain.Use, len(use.Kinds))
	for i, u := range use.Kinds {
		u.Name = l.T("kind." + u.Name)
		kinds[i] = u
	}
	p.Kinds = uses(l, "kinds", l.T("admin.storage.by_kind"), l.T("field.kind"), kinds)
	p.Branches = uses(l, "branches", l.T("admin.storage.by_branch"), l.T("field.branch"), use.Branches)
	return nil
}

func uses(l *i18n.Localizer, id, title, by string, list []libdomain.Use) admin.Table {
	t := admin.Table{ID: id, Title: title, Head: []string{by, l.T("admin.storage.number"), l.T("admin.storage.bytes")}, Empty: l.T("admin.storage.none")}
	for _, u := range list {
		t.Rows = append(t.Rows, []admin.Cell{{Text: u.Name}, {Text: l.Number(int64(u.Files))}, {Text: l.Bytes(u.Bytes)}})
	}
	return t
}

// asked lists the questions that took long and those that found nothing.
func (s *Site) asked(ctx context.Context, l *i18n.Localizer, v auth.Viewer, p *admin.System) error {
	slow, err := s.Questions.Slowest(ctx, v, mostAsked)
	if err != nil {
		return err
	}
	nothing, err := s.Questions.Unanswered(ctx, v, mostAsked)
	if err != nil {
		return err
	}
	note := l.T("admin.asked.note", "Days", find.AskedDays)
	p.Slow = admin.Table{ID: "slow", Title: l.T("admin.asked.slow"), Note: note, Empty: l.T("admin.asked.slow_none", "Ms", find.Slow.Milliseconds()), Head: []string{
		l.T("admin.asked.question"), l.T("admin.asked.slowest"), l.T("admin.asked.times"), l.T("admin.asked.last"),
	}}
	for _, a := range slow {
		p.Slow.Rows = append(p.Slow.Rows, []admin.Cell{question(a), {Text: l.Number(a.SlowestMs) + " ms"}, {Text: l.Number(int64(a.Asked))}, {Text: day(l, a.LastDay)}})
	}
	p.Nothing = admin.Table{ID: "nothing", Title: l.T("admin.asked.nothing"), Note: note, Empty: l.T("admin.asked.nothing_none"), Head: []string{
		l.T("admin.asked.question"), l.T("admin.asked.in_vain"), l.T("admin.asked.times"), l.T("admin.asked.last"),
	}}
	for _, a := range nothing {
		p.Nothing.Rows = append(p.Nothing.Rows, []admin.Cell{question(a), {Text: l.Number(int64(a.FoundNothing))}, {Text: l.Number(int64(a.Asked))}, {Text: day(l, a.LastDay)}})
	}
	return nil
}

func question(a find.Asked) admin.Cell {
	return admin.Cell{Text: a.Question, URL: "/search?q=" + url.QueryEscape(a.Question)}
}

func day(l *i18n.Localizer, date string) string {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return l.Date(t)
}
