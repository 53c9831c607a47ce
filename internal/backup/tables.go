package backup

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/db"
)

// order is every table whose rows are kept, those that others name first. Two are left out: index_queue, since a restored installation
// marks everything for its new index, and changes, which are those of one database.
var order = []string{
	"branches", "users", "sessions", "tokens", "invitations", "sign_in_attempts", "second_factors", "recovery_codes", "pending_sign_ins", "passkey_handles", "passkeys", "passkey_challenges", "directory_runs", "scim_tokens", "scim_users", "scim_groups", "scim_members", "expertise", "user_expertise", "endorsements", "notify_events", "notifications", "notify_mutes", "notify_rhythms", "notify_hours", "push_devices", "groups", "group_members", "tenders", "tender_members", "documents", "uses", "outdated_marks", "spotlights", "spotlight_seen", "document_audience", "document_tags",
	"versions", "pages", "page_prints", "near_copies", "document_reads", "posts", "post_audience", "post_topics", "post_cards", "post_photos", "post_links", "post_praised", "poll_options", "poll_votes", "comments", "revisions", "reactions", "reaction_counts", "follows", "feeds_seen", "news_channels", "news_seen", "news_confirmed", "news_reminders", "link_previews", "reports", "suspensions", "participation_months", "participation", "participation_news", "director_asides", "welcome_tasks", "proposals_aside", "welcomed", "temporary_access", "temporary_access_seen", "share_rules", "share_links", "share_visits", "erasures", "exports", "synonyms", "searches", "settings", "audit",
}

// kind is what a column holds, the same on both dialects.
type kind int

const (
	kindText kind = iota
	kindInteger
	kindReal
	kindBoolean
	kindTime
)

// kinds are the databases' names of types.
var kinds = map[string]kind{
	"TEXT": kindText, "INTEGER": kindInteger, "INT4": kindInteger, "INT8": kindInteger, "BIGINT": kindInteger, "REAL": kindReal, "FLOAT8": kindReal,
	"BOOLEAN": kindBoolean, "BOOL": kindBoolean, "TIMESTAMP": kindTime, "TIMESTAMPTZ": kindTime,
}

// column is a column of a table as it is in this database.
type column struct {
	name string
	kind kind
}

func columnsOf(rows *sql.Rows, table string) (list []column, err error) {
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	for _, t := range types {
		k, ok := kinds[strings.ToUpper(t.DatabaseTypeName())]
		if !ok {
			return nil, fmt.Errorf("column %s.%s is of type %s, which no backup knows", table, t.Name(), t.DatabaseTypeName())
		}
		list = append(list, column{t.Name(), k})
	}
	return list, nil
}

// dump writes a table: a line with its columns, then a line for each row.
func dump(ctx context.Context, tx bun.IDB, table string, w io.Writer) (n int64, err error) {
	rows, err := tx.QueryContext(ctx, "SELECT * FROM ?", bun.Ident(table))
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	columns, err := columnsOf(rows, table)
	if err != nil {
		return 0, err
	}
	names := make([]string, len(columns))
	values := make([]any, len(columns))
	into := make([]any, len(columns))
	for i, c := range columns {
		names[i], into[i] = c.name, &values[i]
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(names); err != nil {
		return 0, err
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return n, err
		}
		for i, c := range columns {
			values[i] = c.portable(values[i])
		}
		if err := enc.Encode(values); err != nil {
			return n, err
		}
		n++
	}
	return n, rows.Err()
}

// portable is a value as both dialects understand it.
func (c column) portable(v any) any {
	switch v := v.(type) {
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano)
	case []byte:
		return string(v)
	case int64:
		if c.kind == kindBoolean {
			return v != 0
		}
	}
	return v
}

// value is a portable value as this database takes it.
func (c column) value(v any) (any, error) {
	switch v := v.(type) {
	case json.Number:
		if c.kind == kindReal {
			return v.Float64()
		}
		return strconv.ParseInt(v.String(), 10, 64)
	case string:
		if c.kind == kindTime {
			return time.Parse(time.RFC3339Nano, v)
		}
	}
	return v, nil
}

// batch is how many rows go into one statement.
const batch = 100

// fill writes the rows of a table. Columns that this version has and the archive has not get their defaults.
func fill(ctx context.Context, tx bun.Tx, table string, r io.Reader) (n int64, err error) {
	dec := json.NewDecoder(r)
	dec.UseNumber()
	var names []string
	if err := dec.Decode(&names); err != nil {
		return 0, fmt.Errorf("columns: %w", err)
	}
	columns, err := targets(ctx, tx, table, names)
	if err != nil {
		return 0, err
	}
	var pending [][]any
	for dec.More() {
		row, err := decodeRow(dec, columns)
		if err != nil {
			return n, fmt.Errorf("row %d: %w", n+1, err)
		}
		pending = append(pending, row)
		n++
		if len(pending) == batch {
			if err := insert(ctx, tx, table, names, pending); err != nil {
				return n, err
			}
			pending = pending[:0]
		}
	}
	return n, insert(ctx, tx, table, names, pending)
}

func decodeRow(dec *json.Decoder, columns []column) ([]any, error) {
	var row []any
	if err := dec.Decode(&row); err != nil {
		return nil, err
	}
	if len(row) != len(columns) {
		return nil, fmt.Errorf("has %d values for %d columns", len(row), len(columns))
	}
	for i, c := range columns {
		v, err := c.value(row[i])
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", c.name, err)
		}
		row[i] = v
	}
	return row, nil
}

// targets finds the archive's columns in this database.
func targets(ctx context.Context, tx bun.Tx, table string, names []string) ([]column, error) {
	rows, err := tx.QueryContext(ctx, "SELECT * FROM ? LIMIT 0", bun.Ident(table))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	have, err := columnsOf(rows, table)
	if err != nil {
		return nil, err
	}
	byName := map[string]column{}
	for _, c := range have {
		byName[c.name] = c
	}
	list := make([]column, len(names))
	for i, name := range names {
		c, ok := byName[name]
		if !ok {
			return nil, fmt.Errorf("this version has no column %s.%s", table, name)
		}
		list[i] = c
	}
	return list, rows.Err()
}

func insert(ctx context.Context, tx bun.Tx, table string, names []string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	idents := make([]bun.Ident, len(names))
	for i, name := range names {
		idents[i] = bun.Ident(name)
	}
	tuples := make([]string, len(rows))
	args := []any{bun.Ident(table), bun.List(idents)}
	one := "(" + strings.TrimSuffix(strings.Repeat("?, ", len(names)), ", ") + ")"
	for i, row := range rows {
		tuples[i] = one
		args = append(args, row...)
	}
	_, err := tx.ExecContext(ctx, "INSERT INTO ? (?) VALUES "+strings.Join(tuples, ", "), args...)
	return db.Classify(err)
}
