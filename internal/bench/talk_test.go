package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/app"
	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/config"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/people"
)

// The company that talks: five comments and fifteen reactions a post, three years of them. AANPAK_BENCH_POSTS sets the posts.
const (
	talkPeople   = 5000
	talkBranches = 12
	talkGroups   = 200
	readersOwn   = 40 // groups that the reader is in
	readerEmail  = "lezer@voorbeeld.nl"
)

func benchPosts() int {
	posts, err := strconv.Atoi(os.Getenv("AANPAK_BENCH_POSTS"))
	if err != nil {
		return 20_000
	}
	return posts
}

// talkConfig is where a company that talks is kept: on SQLite in the folder AANPAK_BENCH_DIR; on PostgreSQL it is made for each run.
func talkConfig(tb testing.TB, dialect db.Dialect) *config.Config {
	tb.Helper()
	cfg := apptest.Config(tb, dialect)
	if base := os.Getenv("AANPAK_BENCH_DIR"); base != "" && dialect == db.SQLite {
		cfg.Data = filepath.Join(base, fmt.Sprintf("aanpak-talk-v1-%d", benchPosts()))
		cfg.DatabaseURL = config.Secret("sqlite:" + filepath.Join(cfg.Data, "aanpak.db"))
	}
	return cfg
}

// openTalk opens the company, making it first where it is not there.
func openTalk(tb testing.TB, dialect db.Dialect) (*app.App, auth.Viewer) {
	tb.Helper()
	a := apptest.Open(tb, talkConfig(tb, dialect), app.Parts{Search: true})
	if some, err := a.People.Any(tb.Context()); err != nil {
		tb.Fatal(err)
	} else if !some {
		makeTalk(tb, a, dialect)
	}
	u, err := a.People.UserByEmail(tb.Context(), readerEmail)
	if err != nil {
		tb.Fatal(err)
	}
	v := u.Viewer()
	if len(v.Groups) != readersOwn {
		tb.Fatalf("the reader is in %d groups: an earlier run was cut short, delete its folder", len(v.Groups))
	}
	return a, v
}

// makeTalk writes the company straight into the database, as the program would have left it.
func makeTalk(tb testing.TB, a *app.App, dialect db.Dialect) {
	tb.Helper()
	start := time.Now()
	reader, err := a.People.Create(tb.Context(), auth.System(), people.NewUser{Email: readerEmail, Name: "Lezer", Branch: "Vestiging 0", Role: auth.RoleMember, Password: apptest.Password})
	if err != nil {
		tb.Fatal(err)
	}
	err = a.DB.InTx(tb.Context(), func(ctx context.Context, tx bun.Tx) error {
		for _, statement := range talkSQL(dialect, reader, benchPosts()) {
			if _, err := tx.ExecContext(ctx, statement); err != nil {
				return fmt.Errorf("%.60s: %w", statement, err)
			}
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	if dialect == db.Postgres { // which does it by itself a minute later
		if _, err := a.DB.Reader().ExecContext(tb.Context(), "ANALYZE"); err != nil {
			tb.Fatal(err)
		}
	}
	fmt.Printf("made %d posts in %v\n", benchPosts(), time.Since(start).Round(time.Second))
}

// talkSQL makes rows from numbers, by statements of both dialects: n is the number of the row, from 0.
func talkSQL(dialect db.Dialect, reader *people.User, posts int) []string {
	step := 3 * 365 * 24 * 3600 / posts
	began := time.Now().Unix() - int64(step*posts) - 24*3600
	times := "strftime('%%Y-%%m-%%d %%H:%%M:%%S+00:00', %s, 'unixepoch')"
	if dialect == db.Postgres {
		times = "to_timestamp(%s)"
	}
	posted := func(n string) string { return fmt.Sprintf("(%d + (%s) * %d)", began, n, step) }
	at := func(seconds string) string { return fmt.Sprintf(times, seconds) }
	rows := func(n int, insert, values string) string {
		return fmt.Sprintf("INSERT INTO %s SELECT %s FROM (WITH RECURSIVE r(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM r WHERE n < %d) SELECT n FROM r) AS r", insert, values, n-1)
	}
	user := func(n string) string { return fmt.Sprintf("'u' || (10000 + (%s) %% %d)", n, talkPeople-1) }
	post := func(n string) string { return "'p' || (10000000 + " + n + ")" }
	branch := "'" + reader.BranchID + "'"
	audience := "CASE WHEN n % 10 < 3 THEN 'company' WHEN n % 10 < 5 THEN 'branch:' || CASE WHEN n % 12 = 0 THEN " + branch + " ELSE 'b' || (n % 12) END ELSE 'group:g' || (n / 10 * 31 % 200) END"
	made := at(strconv.FormatInt(began, 10))
	return []string{
		rows(talkBranches, "branches (id, name, name_folded, created_at)", "'b' || n, 'Filiaal ' || n, 'filiaal ' || n, "+made),
		rows(talkPeople-1, "users (id, email, email_folded, name, name_folded, branch_id, role, created_at, updated_at)",
			user("n")+", 'u' || n || '@voorbeeld.nl', 'u' || n || '@voorbeeld.nl', 'Collega ' || n, 'collega ' || n, 'b' || (n % 12), 'member', "+made+", "+made),
		rows(talkGroups, "groups (id, name, name_folded, kind, created_by, created_at, updated_at)",
			"'g' || n, 'Kring ' || n, 'kring ' || n, CASE WHEN n % 3 = 0 THEN 'closed' ELSE 'open' END, "+user("n")+", "+made+", "+made),
		rows(talkGroups*100, "group_members (group_id, user_id, state, since)", "'g' || (n % 200), "+user("n / 200 * 49 + n % 200")+", 'member', "+made),
		rows(readersOwn, "group_members (group_id, user_id, state, since)", "'g' || (n * 5), '"+reader.ID+"', 'member', "+made),
		rows(posts, "posts (id, author_id, kind, state, title, body, audience, published_at, active_at, answer_id, comments, created_at, updated_at)",
			post("n")+", "+user("n * 7919")+", CASE n % 20 WHEN 0 THEN 'poll' WHEN 1 THEN 'praise' WHEN 2 THEN 'question' ELSE 'text' END, 'published', CASE WHEN n % 3 = 0 THEN 'Bericht ' || n ELSE '' END, "+
				"'Bericht ' || n || ' over **de kade**, met <@user:' || "+user("n * 13")+" || '> en #onderwerp' || (n / 4 % 200) || '. Wie heeft hier ervaring mee, en wat werkte op het werk zelf?', "+audience+", "+
				at(posted("n"))+", "+at(posted("n")+" + 18000")+", '', 5, "+at(posted("n"))+", "+at(posted("n"))),
		rows(posts, "post_audience (post_id, key, published, active)", post("n")+", "+audience+", CAST("+posted("n")+" AS BIGINT) * 1000, CAST("+posted("n")+" + 18000 AS BIGINT) * 1000"),
		rows(posts, "post_topics (post_id, topic, shown, published)", post("n")+", 'onderwerp' || (n / 4 % 200), 'onderwerp' || (n / 4 % 200), CAST("+posted("n")+" AS BIGINT) * 1000"),
		rows(posts/10, "post_photos (post_id, n, sum, width, height)", post("n * 10 + 7")+", 1, 'deadbeefdeadbeefdeadbeefdeadbeefdeadbeef', 1600, 900"),
		rows(posts/20, "post_cards (post_id, n, target)", post("n * 20 + 4")+", 0, 'post:' || "+post("n * 20")),
		rows(posts/20, "post_praised (post_id, user_id)", post("n * 20 + 1")+", "+user("(n * 20 + 1) * 13")),
		rows(posts/20*3, "poll_options (post_id, n, text)", post("n / 3 * 20")+", n % 3, 'Keuze ' || (n % 3)"),
		rows(posts/20*30, "poll_votes (post_id, n, user_id, created_at)", post("n / 30 * 20")+", n % 3, "+user("n")+", "+made),
		rows(posts*5, "comments (id, post_id, author_id, state, body, created_at)",
			"'c' || (10000000 + n), "+post("n / 5")+", "+user("n * 31")+", 'published', 'Reactie ' || n || ': zo deden wij het ook, met goed gevolg.', "+at(posted("n / 5")+" + n % 5 * 3600")),
		rows(posts*15, "reactions (target, user_id, kind, created_at)",
			"'post:' || "+post("n / 15")+", "+user("n % 15 * 331 + n / 15 * 17")+", CASE n % 3 WHEN 0 THEN 'like' WHEN 1 THEN 'useful' ELSE 'applause' END, "+at(posted("n / 15")+" + 60")),
		rows(posts*3, "reaction_counts (target, kind, count)", "'post:' || "+post("n / 3")+", CASE n % 3 WHEN 0 THEN 'like' WHEN 1 THEN 'useful' ELSE 'applause' END, 5"),
		rows(posts, "follows (user_id, target, since)", user("n * 7919")+", 'post:' || "+post("n")+", "+made),
		rows(50, "follows (user_id, target, since)", "'"+reader.ID+"', 'user:' || "+user("n * 97")+", "+made),
		rows(10, "follows (user_id, target, since)", "'"+reader.ID+"', 'topic:onderwerp' || (n * 7), "+made),
		rows(200, "reactions (target, user_id, kind, created_at)", "'post:' || "+post(strconv.Itoa(posts-1)+" - n * 3")+", '"+reader.ID+"', 'like', "+made),
	}
}
