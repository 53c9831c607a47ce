package db

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/keep"
)

// On PostgreSQL every table has a trigger that writes into changes, in the same transaction, that it was changed. What a snapshot sees of
// changes is thereby what it sees of the tables: the number for a table grows with each commit that changed it, in the order of the commits
// whatever their ids are, in every process at once. Rows that all can see are folded into one now and then.

// untold are tables whose changes are not told: they change all the time and no answer that is kept is made of them. One that is all
// the same goes stale with any change, as do those made of the tables of libraries, which begin as foreign says.
var (
	untold   = []string{"changes", "index_queue", "searches", "sign_in_attempts"}
	foreign  = []string{"river_", "bun_"}
	touching = map[string][]string{ // columns that change whenever somebody comes or reads, each with what is kept of it
		"sessions":   {"seen_at", "expires_at"}, // asked anew before it is written again: people.Service.Session
		"tokens":     {"used_at"},               // as there
		"users":      {"seen_at"},               // nothing
		"documents":  {"reads"},                 // pages that show it, which are of one minute
		"feeds_seen": {"seen_at"},               // the marks of what is new, on pages of one minute
	}
)

// firstTold is the migration that makes what the triggers need.
const firstTold = "20261127000031"

// tellChanges gives each table the trigger. It is made anew after a migration, which may have added columns.
func (d *DB) tellChanges(ctx context.Context, anew bool) error {
	if d.Dialect != Postgres {
		return nil
	}
	var tables []struct {
		Name    string
		Columns []string `bun:",array"`
		Told    bool
	}
	err := d.writer.NewRaw(`SELECT c.relname AS name,
			array_agg(a.attname::text ORDER BY a.attnum) AS columns,
			EXISTS (SELECT FROM pg_trigger AS t WHERE t.tgrelid = c.oid AND t.tgname = 'tells_changes') AS told
		FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' GROUP BY c.oid, c.relname`).Scan(ctx, &tables)
	if err != nil {
		return fmt.Errorf("tables: %w", Classify(err))
	}
	for _, t := range tables {
		if t.Told && !anew || slices.Contains(untold, t.Name) || isForeign(t.Name) {
			continue
		}
		_, err := d.writer.ExecContext(ctx, `CREATE OR REPLACE TRIGGER tells_changes AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE ? ON ?
			FOR EACH STATEMENT EXECUTE FUNCTION note_change()`, ofColumns(t.Columns, touching[t.Name]), bun.Ident(t.Name))
		if err != nil {
			return fmt.Errorf("trigger of %s: %w", t.Name, Classify(err))
		}
	}
	d.known.Store(nil)
	return nil
}

func isForeign(table string) bool {
	return slices.ContainsFunc(foreign, func(p string) bool { return strings.HasPrefix(table, p) })
}

// ofColumns names the columns of a table but for some; nothing where those are none.
func ofColumns(all, but []string) bun.Safe {
	if len(but) == 0 {
		return ""
	}
	var names []string
	for _, c := range all {
		if !slices.Contains(but, c) {
			names = append(names, `"`+c+`"`)
		}
	}
	return bun.Safe("OF " + strings.Join(names, ", "))
}

// seen is what a snapshot sees of changes. Most requests see what the one before saw, so it is read out of its text once.
type seen struct {
	text  string
	parts map[string]int64
}

// changes returns the generation, and how many rows it was added up from.
func (d *DB) changes(ctx context.Context) (g keep.Generation, rows int64, err error) {
	var text string
	err = d.pool.QueryRow(ctx, `SELECT pg_current_snapshot()::text, coalesce(string_agg(part || ' ' || n, ' ' ORDER BY part), ''), coalesce(sum(rows), 0)::bigint
		FROM (SELECT part, sum(n) AS n, count(*) AS rows FROM changes GROUP BY part) AS c`, d.prepared).Scan(&g.Whole, &text, &rows)
	if err != nil {
		return g, 0, err
	}
	s := d.seen.Load()
	if s == nil || s.text != text {
		if s, err = newSeen(text); err != nil {
			return g, 0, err
		}
		d.seen.Store(s)
	}
	g.Parts = s.parts
	return g, rows, nil
}

func newSeen(text string) (*seen, error) {
	words := strings.Fields(text)
	s := &seen{text, make(map[string]int64, len(words)/2)}
	for i := 0; i+1 < len(words); i += 2 {
		n, err := strconv.ParseInt(words[i+1], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("changes: %w", err)
		}
		s.parts[words[i]] = n
	}
	return s, nil
}

// manyChanges is from how many rows on they are folded: adding them up takes each request a hundredth of a millisecond for some fifty.
const manyChanges = 250

// foldTime is how long folding may wait for others that do.
const foldTime = 10 * time.Second

// foldChanges makes one row of those that are visible, for each table, beside the request that saw so many. Rows that others write
// meanwhile stay, and of those that another process folds at the same time it finds none: the sums are the same before and after.
func (d *DB) foldChanges(ctx context.Context) {
	if !d.folding.CompareAndSwap(false, true) {
		return
	}
	go func() {
		defer d.folding.Store(false)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), foldTime)
		defer cancel()
		_, _ = d.pool.Exec(ctx, `WITH gone AS (DELETE FROM changes RETURNING part, n)
			INSERT INTO changes (part, xact, n) SELECT part, pg_current_xact_id(), sum(n) FROM gone GROUP BY part`) // else the next request tries again
	}()
}

// tables are those of this database, and whether they tell of their changes.
type tables map[string]bool

// tables reads them once. What a later version adds, this one does not read.
func (d *DB) tables(ctx context.Context) (tables, error) {
	if t := d.known.Load(); t != nil {
		return *t, nil
	}
	rows, err := d.pool.Query(ctx, `SELECT c.relname, EXISTS (SELECT FROM pg_trigger AS t WHERE t.tgrelid = c.oid AND t.tgname = 'tells_changes')
		FROM pg_class AS c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relname <> 'changes'`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := tables{}
	for rows.Next() {
		var name string
		var told bool
		if err := rows.Scan(&name, &told); err != nil {
			return nil, err
		}
		out[name] = told
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	d.known.Store(&out)
	return out, nil
}

// follow is bun's hook that tells what is being made (package keep) which tables are read for it.
type follow struct{ d *DB }

// BeforeQuery implements bun.QueryHook.
func (f follow) BeforeQuery(ctx context.Context, e *bun.QueryEvent) context.Context {
	if keep.Following(ctx) {
		if known := f.d.known.Load(); known != nil {
			known.note(ctx, e.Query)
		} else {
			keep.UsesAny(ctx)
		}
	}
	return ctx
}

// AfterQuery implements bun.QueryHook.
func (follow) AfterQuery(context.Context, *bun.QueryEvent) {}

// note notes every table whose name is a word of the query, be it that of a column or a value: one too many does no harm.
func (t tables) note(ctx context.Context, query string) {
	for word := range strings.FieldsFuncSeq(query, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		switch told, known := t[word]; {
		case told:
			keep.Uses(ctx, word)
		case known, strings.HasPrefix(word, "pg_"), word == "information_schema":
			keep.UsesAny(ctx)
		}
	}
}
