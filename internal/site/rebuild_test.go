package site_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/index"
)

// The administrator asks for a new index, and sees how far it is, whichever process makes it.
func TestRebuild(t *testing.T) {
	s := serve(t)
	b := s.browser(t, s.Admin)
	b.get("/admin/system").want(200, "#rebuild", "Index opnieuw opbouwen")
	if a := b.post("/admin/system/reindex", nil); a.status != http.StatusSeeOther {
		t.Fatalf("asking for a rebuild answers %d", a.status)
	}
	for end := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		over := strings.Contains(b.get("/admin/system").doc().Find("#rebuild").Text(), "Index opnieuw opbouwen")
		if at, err := s.Indexer.RebuiltAt(t.Context()); over && err == nil && !at.IsZero() {
			break
		}
		if time.Now().After(end) {
			t.Fatal("the index is not rebuilt")
		}
	}
	progress, err := json.Marshal(index.Progress{Done: 1200, Total: 3400, Seen: db.Now()})
	if err != nil {
		t.Fatal(err)
	}
	err = s.DB.InTx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw("UPDATE settings SET value = ? WHERE name = 'index.rebuilding'", string(progress)).Exec(ctx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	a := b.get("/admin/system").want(200, "#rebuild", "1.200 van 3.400")
	bar := a.doc().Find("#rebuild progress")
	if v, _ := bar.Attr("value"); v != "1200" {
		t.Errorf("the bar stands at %q", v)
	}
	if every, _ := a.doc().Find("#rebuild").Attr("hx-trigger"); !strings.HasPrefix(every, "every ") {
		t.Errorf("the page does not ask again: %q", every)
	}
}
