package insight_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/insight"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/social"
)

// Of a month is kept how many people saw how much of the news that was for them: what was for others, or was written by oneself, does not count.
func TestNewsOfAMonth(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		h, oct := build(t, a), time.Date(2026, 10, 12, 9, 0, 0, 0, time.UTC)
		editor := a.Person(t, "Eva Redactie", "Zwolle", auth.RoleEditor)
		many := make([]*people.User, 12)
		for i := range many {
			many[i] = a.Person(t, fmt.Sprintf("Mens %c", 'A'+i), "Zwolle", auth.RoleMember)
		}
		h.exec("UPDATE users SET created_at = ?", now.AddDate(-3, 0, 0))
		tell := func(audience string, at time.Time) *social.Post {
			return h.say(editor, at, social.Input{Kind: social.KindNews, Title: "Nieuws", Audience: audience})
		}
		company, branch := tell("company", oct), tell("branch:"+a.Zwolle.ID, oct)
		third := tell("company", oct.Add(time.Hour))
		tell("company", oct.AddDate(0, 1, 0)) // in November
		see := func(p *social.Post, by []*people.User) {
			for _, u := range by {
				h.exec("INSERT INTO news_seen (post_id, user_id, at) VALUES (?, ?, ?)", p.ID, u.ID, oct.AddDate(0, 0, 1))
			}
		}
		see(company, many[:11]) // one of three
		see(branch, many[:5])   // two of three
		see(third, []*people.User{editor})
		must(t, a.Insight.Nightly(t.Context()))

		found, err := a.Insight.Participation(t.Context(), h.roos.Viewer())
		must(t, err)
		last := found.Months[len(found.Months)-1]
		if last.News == nil || last.News.Pieces != 3 {
			t.Fatalf("news of %s: %+v", last.Name, last.News)
		}
		row, _ := last.News.Row("")
		all, ok := row.Sum(insight.NewsAll)
		if ladder, _ := last.Row(""); !ok || all != everybody(ladder) {
			t.Errorf("the news is of %d people, the ladder of %d", all, everybody(ladder))
		}
		for i, want := range []int{all - 11, 6, 5} {
			if n, ok := row.Sum(insight.NewsParts[i]); !ok || n != want {
				t.Errorf("%s: %d people, want %d", insight.NewsName(insight.NewsParts[i]), n, want)
			}
		}

		h.exec("UPDATE participation_months SET news = NULL") // as it was counted before this was
		found, err = a.Insight.Participation(t.Context(), h.roos.Viewer())
		must(t, err)
		if last := found.Months[len(found.Months)-1]; last.News != nil || len(last.Rows) == 0 {
			t.Errorf("of a month without it: %+v", last)
		}
		if n, err := a.Insight.Forget(t.Context(), now, false); err != nil || n == 0 {
			t.Errorf("forgot %d months, %v", n, err)
		}
		if n, err := a.DB.Reader().NewSelect().TableExpr("participation_news").Count(t.Context()); err != nil || n != 0 {
			t.Errorf("%d counts outlive their months, %v", n, err)
		}
	})
}

func everybody(r insight.Row) int {
	n, _ := r.Sum(insight.Cell{From: insight.None, To: insight.Document})
	return n
}
