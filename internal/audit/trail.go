package audit

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
	"github.com/aanpak/aanpak/internal/settings"
)

// Trail reads what was written down, for administrators only, and forgets it after a while. Looking at it is written down too.
type Trail struct {
	db  *db.DB
	now func() time.Time
}

// NewTrail returns the trail. The nightly rules of retention forget what is too old.
func NewTrail(d *db.DB) *Trail { return &Trail{db: d, now: db.Now} }

// Filter narrows the trail. Empty fields do not filter.
type Filter struct {
	Person string // part of the name, mail address or personnel number of who did it, or the id
	Action string
	Object string // in full
	From   time.Time
	To     time.Time // not included
	Limit  int
	Offset int
}

// String is for the trail itself.
func (f Filter) String() string {
	var parts []string
	for _, p := range [][2]string{{"person", f.Person}, {"action", f.Action}, {"object", f.Object}, {"from", date(f.From)}, {"to", date(f.To)}} {
		if p[1] != "" {
			parts = append(parts, p[0]+"="+p[1])
		}
	}
	return strings.Join(parts, " ")
}

func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// Line is an entry with the names of people in it.
type Line struct {
	Entry      `bun:",extend"`
	Name       string // of who did it
	ObjectName string // of the person it was done to
}

// List returns a page of the trail, the newest first, and how many entries there are in all.
func (t *Trail) List(ctx context.Context, v auth.Viewer, f Filter) (list []*Line, total int, err error) {
	if err := admin(v); err != nil {
		return nil, 0, err
	}
	if err := t.seen(ctx, v, "audit.view", f); err != nil {
		return nil, 0, err
	}
	n, err := t.db.Reader().NewSelect().Model((*Line)(nil)).Apply(f.where).Count(ctx)
	if err != nil {
		return nil, 0, fmt.Errorf("count audit trail: %w", db.Classify(err))
	}
	list, err = t.page(ctx, f)
	return list, int(n), err
}

func (t *Trail) page(ctx context.Context, f Filter) (list []*Line, err error) {
	err = t.db.Reader().NewSelect().Model(&list).ColumnExpr("au.*").ColumnExpr("coalesce(u.name, '') AS name").ColumnExpr("coalesce(o.name, '') AS object_name").
		Join("LEFT JOIN users AS o ON au.object = 'user:' || o.id").Apply(f.where).
		Order("au.at DESC", "au.id DESC").Limit(int64(f.Limit)).Offset(int64(f.Offset)).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("audit trail: %w", db.Classify(err))
	}
	return list, nil
}

func (f Filter) where(q *bun.SelectQuery) *bun.SelectQuery {
	q.Join("LEFT JOIN users AS u ON u.id = au.user_id")
	if f.Person != "" {
		like := "%" + db.EscapeLike(fold.Key(f.Person)) + "%"
		q.Where("(au.user_id = ?0 OR u.name_folded LIKE ?1 ESCAPE '!' OR u.email_folded LIKE ?1 ESCAPE '!' OR lower(u.personnel_number) LIKE ?1 ESCAPE '!')", f.Person, like)
	}
	if f.Action != "" {
		q.Where("au.action = ?", f.Action)
	}
	if f.Object != "" {
		q.Where("au.object = ?", f.Object)
	}
	if !f.From.IsZero() {
		q.Where("au.at >= ?", f.From.UTC())
	}
	if !f.To.IsZero() {
		q.Where("au.at < ?", f.To.UTC())
	}
	return q
}

// Actions returns what was ever done, for a filter.
func (t *Trail) Actions(ctx context.Context, v auth.Viewer) (list []string, err error) {
	if err := admin(v); err != nil {
		return nil, err
	}
	err = t.db.Reader().NewSelect().Model((*Entry)(nil)).Distinct().Column("action").Order("action").Scan(ctx, &list)
	return list, db.Classify(err)
}

// exportAtOnce is how many entries an export reads at once.
const exportAtOnce = 1000

// maxExport bounds an export.
const maxExport = 100_000

// Export writes the entries as CSV. Cells that a spreadsheet would take for a formula are quoted.
func (t *Trail) Export(ctx context.Context, v auth.Viewer, f Filter, w io.Writer) error {
	out := csv.NewWriter(w)
	_ = out.Write([]string{"at", "person_id", "person", "action", "object", "object_name", "detail", "address", "via"})
	err := t.each(ctx, v, f, func(l *Line) error {
		return out.Write([]string{l.At.UTC().Format(time.RFC3339), l.UserID, Cell(l.Name), l.Action, Cell(l.Object), Cell(l.ObjectName), Cell(l.Detail), l.Address, l.Via})
	})
	if err != nil {
		return err
	}
	out.Flush()
	return out.Error()
}

// each gives the entries of an export one by one, and writes down that they were exported.
func (t *Trail) each(ctx context.Context, v auth.Viewer, f Filter, give func(*Line) error) error {
	if err := admin(v); err != nil {
		return err
	}
	if err := t.seen(ctx, v, "audit.export", f); err != nil {
		return err
	}
	f.Limit = exportAtOnce
	for f.Offset = 0; f.Offset < maxExport; f.Offset += f.Limit {
		list, err := t.page(ctx, f)
		if err != nil {
			return err
		}
		for _, l := range list {
			if err := give(l); err != nil {
				return err
			}
		}
		if len(list) < f.Limit {
			break
		}
	}
	return nil
}

// Cell is a text that no spreadsheet takes for a formula.
func Cell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// seen writes down that somebody looks.
func (t *Trail) seen(ctx context.Context, v auth.Viewer, action string, f Filter) error {
	return db.Classify(t.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error { return Log(ctx, tx, v, action, "audit", f.String()) }))
}

func admin(v auth.Viewer) error {
	switch {
	case !v.SignedIn():
		return errs.Unauthorized()
	case !v.IsAdmin():
		return errs.Forbidden("error.admin_only")
	}
	return nil
}

// How long entries are kept: for two years, unless an administrator chose otherwise. The database itself keeps them for MinDays.
const (
	KeepDays = 730
	MinDays  = 90
	maxDays  = 3650
)

// KeepSetting is the row of the settings that has it.
const KeepSetting = "audit.keep_days"

// Keep returns for how many days entries are kept.
func (t *Trail) Keep(ctx context.Context) (int, error) {
	chosen, err := settings.Get(ctx, t.db.Reader(), KeepSetting)
	if err != nil || chosen == "" {
		return KeepDays, err
	}
	days, err := strconv.Atoi(chosen)
	return max(days, MinDays), err
}

// SetKeep says for how many days entries are kept.
func (t *Trail) SetKeep(ctx context.Context, v auth.Viewer, days int) error {
	if err := admin(v); err != nil {
		return err
	}
	if days < MinDays || days > maxDays {
		return errs.Invalid("error.invalid").Field("days", "error.field.range", "Min", MinDays, "Max", maxDays)
	}
	return db.Classify(t.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := settings.Put(ctx, tx, KeepSetting, strconv.Itoa(days)); err != nil {
			return err
		}
		return Log(ctx, tx, v, "settings.audit", "settings", strconv.Itoa(days))
	}))
}

// Forget deletes what is too old, and writes down that it did.
func (t *Trail) Forget(ctx context.Context) (n int64, err error) {
	days, err := t.Keep(ctx)
	if err != nil {
		return 0, err
	}
	gone, err := t.ForgetBefore(ctx, t.now().AddDate(0, 0, -days), false)
	return int64(gone), err
}

// ForgetBefore deletes what is older than a time, and writes down that it did; with dry it only counts that.
func (t *Trail) ForgetBefore(ctx context.Context, before time.Time, dry bool) (int, error) {
	n, err := t.db.Forget(ctx, dry, "audit", "at < ?", before)
	if err != nil || n == 0 || dry {
		return n, err
	}
	err = t.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		return Log(ctx, tx, auth.System(), "audit.forget", "audit", fmt.Sprintf("%d before %s", n, before.Format(time.DateOnly)))
	})
	return n, db.Classify(err)
}

// ExportLines writes the entries as lines of JSON.
func (t *Trail) ExportLines(ctx context.Context, v auth.Viewer, f Filter, w io.Writer) error {
	out := json.NewEncoder(w)
	return t.each(ctx, v, f, func(l *Line) error {
		return out.Encode(line{l.At.UTC(), l.UserID, l.Name, l.Action, l.Object, l.ObjectName, l.Detail, l.Address, l.Via})
	})
}

// line is an entry of an export.
type line struct {
	At         time.Time `json:"at"`
	PersonID   string    `json:"person_id"`
	Person     string    `json:"person"`
	Action     string    `json:"action"`
	Object     string    `json:"object"`
	ObjectName string    `json:"object_name"`
	Detail     string    `json:"detail"`
	Address    string    `json:"address"`
	Via        string    `json:"via"`
}
