package audit_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/db/dbtest"
	"github.com/aanpak/aanpak/internal/errs"
)

var (
	ada = auth.Viewer{UserID: "ada", Role: auth.RoleAdmin, Address: "192.0.2.1", Via: auth.ViaBrowser}
	tom = auth.Viewer{UserID: "tom", Role: auth.RoleManager, Address: "192.0.2.2", Via: auth.ViaToken}
)

func each(t *testing.T, f func(t *testing.T, d *db.DB, trail *audit.Trail)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(t, d, audit.NewTrail(d)) })
}

func log(t *testing.T, d *db.DB, v auth.Viewer, action, object, detail string) {
	t.Helper()
	if err := d.InTx(t.Context(), func(ctx context.Context, tx bun.Tx) error { return audit.Log(ctx, tx, v, action, object, detail) }); err != nil {
		t.Fatal(err)
	}
}

// old writes an entry of some days ago.
func old(t *testing.T, d *db.DB, id string, days int) {
	t.Helper()
	e := &audit.Entry{ID: id, At: db.Now().AddDate(0, 0, -days), UserID: "tom", Action: "document.purge", Object: "document:" + id}
	if err := d.InTx(t.Context(), func(ctx context.Context, tx bun.Tx) error { _, err := tx.NewInsert().Model(e).Exec(ctx); return err }); err != nil {
		t.Fatal(err)
	}
}

// TestTheTrailIsNotChanged: the database itself refuses to change an entry, or to delete one that is not old.
func TestTheTrailIsNotChanged(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, _ *audit.Trail) {
		log(t, d, tom, "document.purge", "document:1", "")
		old(t, d, "2", 89)
		old(t, d, "3", 91)
		for _, statement := range []string{
			"UPDATE audit SET detail = 'x'", "UPDATE audit SET user_id = 'eve' WHERE id = '3'", "DELETE FROM audit WHERE object = 'document:1'", "DELETE FROM audit WHERE id = '2'", "DELETE FROM audit",
		} {
			if _, err := d.SQL().ExecContext(t.Context(), statement); err == nil {
				t.Errorf("the database did: %s", statement)
			}
		}
		if _, err := d.SQL().ExecContext(t.Context(), "DELETE FROM audit WHERE id = '3'"); err != nil {
			t.Errorf("what is old: %v", err)
		}
	})
}

// TestWhoAndFromWhere is written with every entry, and found again.
func TestWhoAndFromWhere(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, trail *audit.Trail) {
		log(t, d, tom, "document.download", "document:1", "=1+1")
		log(t, d, auth.System(), "document.infected", "document:2", "")
		log(t, d, auth.Viewer{UserID: "eve"}, "user.create", "user:x", "")
		if _, _, err := trail.List(t.Context(), tom, audit.Filter{Limit: 9}); errs.KindOf(err) != errs.KindForbidden {
			t.Errorf("a manager looks: %v", err)
		}
		if err := trail.Export(t.Context(), tom, audit.Filter{}, &bytes.Buffer{}); errs.KindOf(err) != errs.KindForbidden {
			t.Errorf("a manager exports: %v", err)
		}
		for name, c := range map[string]struct {
			f    audit.Filter
			want string
		}{
			"person": {audit.Filter{Person: "tom"}, "document.download 192.0.2.2 token"}, "action": {audit.Filter{Action: "document.infected"}, "document.infected  system"},
			"object": {audit.Filter{Object: "user:x"}, "user.create  command"}, "before": {audit.Filter{To: db.Now().AddDate(0, 0, -1)}, ""},
			"after": {audit.Filter{From: db.Now().AddDate(0, 0, -1), Object: "document:1"}, "document.download 192.0.2.2 token"},
		} {
			c.f.Limit = 9
			list, total, err := trail.List(t.Context(), ada, c.f)
			var got []string
			for _, l := range list {
				got = append(got, l.Action+" "+l.Address+" "+l.Via)
			}
			if err != nil || strings.Join(got, ", ") != c.want || total != len(list) {
				t.Errorf("%s: %q of %d, %v", name, got, total, err)
			}
		}
		looked, n, err := trail.List(t.Context(), ada, audit.Filter{Action: "audit.view", Limit: 2})
		if err != nil || n != 6 || len(looked) != 2 || looked[1].Address != ada.Address || !strings.Contains(looked[0].Detail, "action=audit.view") {
			t.Errorf("looking is not written down: %d, %+v, %v", n, looked, err)
		}
		var b bytes.Buffer
		if err := trail.Export(t.Context(), ada, audit.Filter{Person: "tom"}, &b); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&b).ReadAll()
		if err != nil || len(rows) != 2 || rows[1][6] != "'=1+1" {
			t.Errorf("export: %q, %v", rows, err)
		}
	})
}

// TestOldEntriesAreForgotten after as long as an administrator says, and that is written down.
func TestOldEntriesAreForgotten(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, trail *audit.Trail) {
		old(t, d, "1", 729)
		old(t, d, "2", 731)
		old(t, d, "3", 100)
		for _, want := range []int64{1, 0} {
			if n, err := trail.Forget(t.Context()); err != nil || n != want {
				t.Errorf("%d forgotten, want %d, %v", n, want, err)
			}
		}
		if err := trail.SetKeep(t.Context(), ada, audit.MinDays-1); errs.KindOf(err) != errs.KindInvalid {
			t.Errorf("too short: %v", err)
		}
		if err := trail.SetKeep(t.Context(), tom, 365); errs.KindOf(err) != errs.KindForbidden {
			t.Errorf("by a manager: %v", err)
		}
		if err := trail.SetKeep(t.Context(), ada, 365); err != nil {
			t.Fatal(err)
		}
		if n, err := trail.Forget(t.Context()); err != nil || n != 1 {
			t.Errorf("%d forgotten, %v", n, err)
		}
		list, n, err := trail.List(t.Context(), ada, audit.Filter{Action: "audit.forget", Limit: 1})
		if err != nil || n != 2 || list[0].Via != "system" || !strings.HasPrefix(list[0].Detail, "1 before "+db.Now().AddDate(0, 0, -365).Format(time.DateOnly)) {
			t.Errorf("%d, %+v, %v", n, list, err)
		}
	})
}
