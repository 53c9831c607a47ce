package site

import (
	"github.com/aanpak/aanpak/internal/i18n"
	domain "github.com/aanpak/aanpak/internal/insight"
	"github.com/aanpak/aanpak/templates/insight"
)

// newsOfMonths says how far the news of each month got, of the company or of a branch; nil where it was not counted in any.
func newsOfMonths(l *i18n.Localizer, of string, found *domain.Participation, branch string) *insight.News {
	var n insight.News
	var last *domain.Month
	for _, m := range found.Months {
		if m.News == nil || last == nil && m.News.Pieces == 0 {
			continue // before there was any
		}
		last = m
		row, ok := m.News.Row(branch)
		moved, bar := movedOf(l, row, ok, domain.NewsParts)
		bar.Shown = bar.Shown && m.News.Pieces > 0
		moved.Month, moved.Pieces, bar.Name = l.Month(m.Start), l.Number(int64(m.News.Pieces)), shortMonth(l, m.Start)
		n.Movement, n.Chart.Bars = append(n.Movement, moved), append(n.Chart.Bars, bar)
	}
	if last == nil {
		return nil
	}
	n.Month, n.Chart.ID = l.Month(last.Start), "news"
	n.Chart.Label = l.T("insight.news_chart", "Of", of, "From", n.Movement[0].Month, "Until", n.Month)
	for i, p := range domain.NewsParts {
		n.Chart.Legend[i] = newsNames(l, p)
		n.Heads = append(n.Heads, n.Chart.Legend[i])
	}
	for _, r := range last.News.Rows {
		n.Branches = append(n.Branches, branchRow(l, r, found.Branches, newsNames))
	}
	n.Reach = newsReach(l, last, branch)
	return &n
}

// newsReach says of a month how many saw any of its news; "" where that is not shown.
func newsReach(l *i18n.Localizer, m *domain.Month, branch string) string {
	row, ok := m.News.Row(branch)
	n, shown := row.Sum(domain.Cell{From: domain.NewsSome, To: domain.NewsMost})
	if !ok || !shown || m.News.Pieces == 0 {
		return ""
	}
	return l.N("insight.news_reach", m.News.Pieces, "Month", l.Month(m.Start), "Share", shareOf(l, n, everybody(row)))
}

// newsNames names the parts of a cell; newsLine also says of what they are.
func newsNames(l *i18n.Localizer, c domain.Cell) string {
	return l.T("insight.news." + domain.NewsName(c))
}

func newsLine(l *i18n.Localizer, c domain.Cell) string {
	return l.T("insight.news_line", "Part", newsNames(l, c))
}
