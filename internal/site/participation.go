package site

import (
	"encoding/csv"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	domain "github.com/aanpak/aanpak/internal/insight"
	libdomain "github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/templates/insight"
	"github.com/aanpak/aanpak/templates/part"
)

// dash stands where a number is not shown.
const dash = "–"

// participation shows how people take part: of the company, or of the branch that the address names.
func (s *Site) participation(c *fiber.Ctx) error {
	l, v := s.localizer(c), httpd.Viewer(c)
	found, err := s.Insight.Participation(c.UserContext(), v)
	if err != nil {
		return err
	}
	branch := query(c).Get("branch")
	if found.Branches[branch] == "" {
		branch = ""
	}
	p := insight.Participation{Page: s.page(c, l, "participation", l.T("insight.title")), CSVURL: "/participation.csv", Of: l.T("insight.company")}
	if branch != "" {
		p.Of = found.Branches[branch]
	}
	p.Next = l.T("insight.next", "When", l.Date(s.Now().In(s.Zone).AddDate(0, 1, 1-s.Now().In(s.Zone).Day())))
	s.insightMonths(l, &p, found, branch)
	p.Read = ranked(l, found.Read, func(d *libdomain.Document) int { return d.Reads })
	p.Reused = ranked(l, found.Reused, func(d *libdomain.Document) int { return d.Reused })
	if v.IsAdmin() {
		asked, err := s.Questions.Unanswered(c.UserContext(), v, mostAsked)
		if err != nil {
			return err
		}
		p.Asked = []insight.Question{}
		for _, q := range asked {
			p.Asked = append(p.Asked, insight.Question{Text: q.Question, URL: "/search?q=" + url.QueryEscape(q.Question), Count: l.Number(int64(q.FoundNothing))})
		}
	}
	return render(c, l, insight.ParticipationPage(p))
}

// insightMonths fills what is said of months.
func (s *Site) insightMonths(l *i18n.Localizer, p *insight.Participation, found *domain.Participation, branch string) {
	if len(found.Months) == 0 {
		return
	}
	last := found.Months[len(found.Months)-1]
	p.Branch = part.Field{Name: "branch", Label: l.T("insight.of"), Options: []part.Option{{Label: l.T("insight.company"), Selected: branch == ""}}}
	for _, r := range last.Rows[1:] {
		p.Branch.Options = append(p.Branch.Options, part.Option{Value: r.Branch, Label: found.Branches[r.Branch], Selected: r.Branch == branch})
	}
	for _, m := range since(found.Months) {
		row, ok := m.Row(branch)
		moved, bar := movedOf(l, row, ok, domain.Thirds)
		moved.Month, bar.Name = l.Month(m.Start), shortMonth(l, m.Start)
		p.Movement, p.Chart.Bars = append(p.Movement, moved), append(p.Chart.Bars, bar)
	}
	p.Chart.ID, p.Chart.Legend = "movement", [3]string{l.T("insight.looking"), l.T("insight.reacting"), l.T("insight.contributing")}
	p.Chart.Label = l.T("insight.chart", "Of", p.Of, "From", p.Movement[0].Month, "Until", l.Month(last.Start))
	p.Month = l.Month(last.Start)
	if row, ok := last.Row(branch); ok {
		p.Ladder = ladderOf(l, row)
		if n, ok := row.Sum(domain.Reached); ok {
			p.Reach = l.N("insight.reach", n, "Share", shareOf(l, n, everybody(row)))
		}
	}
	for r := domain.None; r <= domain.Document; r++ {
		p.Heads = append(p.Heads, l.T("insight.rung."+r.String()))
	}
	for _, r := range last.Rows {
		p.Branches = append(p.Branches, branchRow(l, r, found.Branches, rungNames))
	}
	p.News = newsOfMonths(l, p.Of, found, branch)
}

// shortMonth is what stands under a bar.
func shortMonth(l *i18n.Localizer, at time.Time) string {
	return strings.TrimSuffix(strings.Fields(l.Month(at))[0], ".")
}

// since leaves out the months before anything could be told apart.
func since(list []*domain.Month) []*domain.Month {
	for len(list) > 1 && len(list[0].Rows[0].Cells) < 2 {
		list = list[1:]
	}
	return list
}

// everybody is how many people a row is of.
func everybody(r domain.Row) (n int) {
	for _, c := range r.Cells {
		n += c.People
	}
	return n
}

func shareOf(l *i18n.Localizer, n, of int) string {
	return l.T("insight.percent", "Share", hundredths(n, of))
}

func hundredths(n, of int) int {
	if of == 0 {
		return 0
	}
	return (n*100 + of/2) / of
}

// movedOf words the three parts of a month, and draws them where all are shown.
func movedOf(l *i18n.Localizer, row domain.Row, ok bool, parts []domain.Cell) (m insight.Moved, b insight.Bar) {
	all := everybody(row)
	words := [3]string{dash, dash, dash}
	b.Shown = ok && all > 0
	for i, part := range parts {
		n, shown := row.Sum(part)
		if b.Shown = b.Shown && shown; shown && ok {
			words[i], b.Parts[i] = l.T("insight.count_share", "Count", l.Number(int64(n)), "Share", hundredths(n, all)), hundredths(n, all)
		}
	}
	m = insight.Moved{Parts: words, People: dash}
	if ok {
		m.People = l.Number(int64(all))
	}
	return m, b
}

// ladderOf has the highest rung first.
func ladderOf(l *i18n.Localizer, row domain.Row) (list []insight.Step) {
	all := everybody(row)
	for i := len(row.Cells) - 1; i >= 0; i-- {
		c := row.Cells[i]
		list = append(list, insight.Step{Name: rungNames(l, c), People: l.Number(int64(c.People)), Share: shareOf(l, c.People, all), Width: hundredths(c.People, all)})
	}
	return list
}

// rungNames names the rungs of a cell: several that are merged, since of one of them there are too few, have a name together.
func rungNames(l *i18n.Localizer, c domain.Cell) string { return l.T("insight.rung." + c.Name()) }

// branchRow is the line of a branch; name names a cell.
func branchRow(l *i18n.Localizer, r domain.Row, names map[string]string, name func(*i18n.Localizer, domain.Cell) string) insight.BranchRow {
	out := insight.BranchRow{Name: names[r.Branch]}
	if r.Branch == "" {
		out.Name = l.T("insight.company")
	}
	for _, c := range r.Cells {
		span := insight.Span{Over: int(c.To-c.From) + 1, Text: l.Number(int64(c.People))}
		if span.Over > 1 {
			span.Title = name(l, c)
		}
		out.Cells = append(out.Cells, span)
	}
	return out
}

func ranked(l *i18n.Localizer, list []*libdomain.Document, by func(*libdomain.Document) int) (out []insight.Ranked) {
	for _, d := range list {
		facts := []string{l.T("kind." + string(d.Kind)), d.BranchName}
		if d.Client != "" {
			facts = append(facts, d.Client)
		}
		out = append(out, insight.Ranked{Title: d.Title, URL: documentURL(d.ID), Facts: strings.Join(facts, " · "), Count: l.Number(int64(by(d)))})
	}
	return out
}

// participationCSV is what the page shows, as a file. Cells that are merged stand in one line.
func (s *Site) participationCSV(c *fiber.Ctx) error {
	l := s.localizer(c)
	found, err := s.Insight.Participation(c.UserContext(), httpd.Viewer(c))
	if err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString("\ufeff") // so that spreadsheets read it as UTF-8
	w := csv.NewWriter(&b)
	rows := [][]string{{l.T("field.month"), l.T("facet.branch"), l.T("insight.rung"), l.T("insight.people")}}
	for _, m := range found.Months {
		rows = append(rows, csvRows(l, m.Name, m.Rows, found.Branches, rungNames)...)
		if m.News != nil && m.News.Pieces > 0 {
			rows = append(rows, csvRows(l, m.Name, m.News.Rows, found.Branches, newsLine)...)
		}
	}
	if err := w.WriteAll(rows); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+l.T("insight.file")+`.csv"`)
	return c.SendString(b.String())
}

// csvRows are the lines of some rows of a month, one for each cell.
func csvRows(l *i18n.Localizer, month string, list []domain.Row, names map[string]string, name func(*i18n.Localizer, domain.Cell) string) (rows [][]string) {
	for _, r := range list {
		branch := branchRow(l, r, names, name).Name
		for _, cell := range r.Cells {
			rows = append(rows, []string{month, audit.Cell(branch), name(l, cell), num(cell.People)})
		}
	}
	return rows
}
