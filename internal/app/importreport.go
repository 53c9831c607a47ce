package app

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/internal/library"
)

// wait asks until every document has come to its end, and writes down which.
func (r *importRun) wait() error {
	r.bar.reading()
	for i := range r.rows {
		row := &r.rows[i]
		for row.ID != "" {
			d, err := r.app.Library.GetAny(r.k.ctx, auth.System(), row.ID)
			if err != nil {
				return err
			}
			if d.Status.Final() {
				row.finish(d)
				break
			}
			select {
			case <-r.k.ctx.Done():
				return fmt.Errorf("interrupted: what was imported is kept; run the command again to go on")
			case <-time.After(50 * time.Millisecond):
			}
		}
		r.bar.step(row.Path)
	}
	return r.app.waitIndex(r.k.ctx)
}

func (row *importRow) finish(d *library.Document) {
	row.Pages = d.Pages
	if d.Status == library.StatusFailed {
		row.Result, row.Reason = "failed", i18n.For("en").T("reader.failure."+d.Failure)
	}
}

// waitIndex waits, for a while, until the index knows what was imported.
func (a *App) waitIndex(ctx context.Context) error {
	for end := time.Now().Add(10 * time.Minute); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		s, err := a.Indexer.State(ctx)
		if err != nil || s.Waiting == s.Failing {
			return err
		}
	}
	return errors.New("the search index is not up to date yet: see aanpak doctor")
}

// report writes the CSV and the counts; exit 1 if any failed.
func (r *importRun) report() error {
	f, err := os.Create(r.cmd.Report)
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	defer f.Close()
	w := csv.NewWriter(f)
	_ = w.Write([]string{"path", "result", "reason", "pages", "id"})
	count := map[string]int{}
	for _, row := range r.rows {
		count[row.Result]++
		_ = w.Write([]string{row.Path, row.Result, row.Reason, fmt.Sprint(row.Pages), row.ID})
	}
	w.Flush()
	if err := errors.Join(w.Error(), f.Sync()); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	fmt.Fprintf(r.k.Stdout, "%d imported, %d already imported, %d failed; report in %s\n", count["imported"], count["already imported"], count["failed"], r.cmd.Report)
	if count["failed"] > 0 {
		return exitError(1)
	}
	return nil
}
