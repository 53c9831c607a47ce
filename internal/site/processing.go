package site

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/internal/jobs"
	libdomain "github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/templates/admin"
)

// mostJobs bounds the list of failed jobs.
const mostJobs = 50

// processing shows the queue and what could not be read, as far as the administrator may see the documents; the counts
// and the jobs, which name no document, are of all.
func (s *Site) processing(c *fiber.Ctx) error {
	l, v, ctx := s.localizer(c), httpd.Viewer(c), c.UserContext()
	a := list{"/admin/processing", query(c)}
	failed, total, err := s.Library.List(ctx, v, libdomain.Filter{
		Status: []libdomain.Status{libdomain.StatusFailed}, Limit: pageSize, Offset: (pageOf(a.query) - 1) * pageSize,
	})
	if err != nil {
		return err
	}
	counts, err := s.Jobs.Counts(ctx)
	if err != nil {
		return err
	}
	behind, err := s.Indexer.State(ctx)
	if err != nil {
		return err
	}
	p := admin.Processing{
		Page: s.page(c, l, "admin", l.T("admin.tab.processing")), Failures: s.cards(c, l, failed), Pager: a.pager(pageOf(a.query), pageSize, total),
		Counts: []admin.Count{
			{Label: l.T("admin.processing.waiting"), N: counts["available"] + counts["scheduled"] + counts["pending"]},
			{Label: l.T("admin.processing.running"), N: counts["running"]},
			{Label: l.T("admin.processing.retrying"), N: counts["retryable"]},
			{Label: l.T("admin.processing.to_index"), N: behind.Waiting},
			{Label: l.T("admin.processing.failed_count"), N: total, Bad: true},
		},
	}
	if total > 0 {
		p.RetryAllURL = "/admin/processing/retry"
	}
	lines, err := s.Jobs.Lines(ctx)
	if err != nil {
		return err
	}
	p.Queue = queue(l, lines)
	entries, err := s.Jobs.List(ctx, mostJobs, "retryable", "discarded", "cancelled")
	if err != nil {
		return err
	}
	for _, e := range entries {
		p.Jobs = append(p.Jobs, job(l, e))
	}
	return render(c, l, admin.ProcessingPage(p))
}

// job words a job. One that is tried again by itself says when.
func job(l *i18n.Localizer, e jobs.Entry) admin.Job {
	out := admin.Job{
		Name: label(l, "admin.job", value{value: e.Name}), Error: e.Failure, Attempt: e.Attempt, At: e.CreatedAt, RequestID: e.RequestID,
		RetryURL: "/admin/jobs/" + strconv.FormatInt(e.ID, 10) + "/retry", State: l.T("admin.job_state.given_up"),
	}
	if e.State == "retryable" {
		out.State = l.T("admin.job_state.again", "At", l.DateTime(e.NextAt))
	}
	return out
}

// queue is the jobs by name.
func queue(l *i18n.Localizer, lines []jobs.Line) admin.Table {
	t := admin.Table{ID: "queue-title", Title: l.T("admin.queue.title"), Head: []string{
		l.T("admin.queue.job"), l.T("admin.queue.waiting"), l.T("admin.queue.running"), l.T("admin.queue.retrying"), l.T("admin.queue.failed"), l.T("admin.queue.oldest"),
	}}
	for _, x := range lines {
		oldest := "–"
		if !x.Oldest.IsZero() {
			oldest = l.Ago(x.Oldest)
		}
		t.Rows = append(t.Rows, []admin.Cell{
			{Text: label(l, "admin.job", value{value: x.Name})},
			figure(l, x.Waiting, false), figure(l, x.Running, false), figure(l, x.Retrying, true),
			figure(l, x.Discarded, true),
			{Text: oldest},
		})
	}
	return t
}

// figure is a number; bad ones stand out unless they are zero.
func figure(l *i18n.Localizer, n int, bad bool) admin.Cell {
	return admin.Cell{Text: l.Number(int64(n)), Bad: bad && n > 0}
}

// retryAll reads every unreadable document again that the administrator sees.
func (s *Site) retryAll(c *fiber.Ctx) error {
	ctx, v := c.UserContext(), httpd.Viewer(c)
	list, _, err := s.Library.List(ctx, v, libdomain.Filter{Status: []libdomain.Status{libdomain.StatusFailed}, Limit: 200})
	if err != nil {
		return err
	}
	n := 0
	for _, d := range list {
		switch err := s.Library.TryAgain(ctx, v, d.ID); {
		case err == nil:
			n++
		case !errs.Is(err, errs.KindConflict) && !errs.Is(err, errs.KindNotFound):
			return err
		}
	}
	return s.done(c, "/admin/processing", flash{Key: "toast.retry_all", N: n})
}

func (s *Site) jobRetry(c *fiber.Ctx) error {
	id, err := strconv.ParseInt(c.Params("id"), 10, 64)
	if err != nil {
		return errs.NotFound("job")
	}
	if err := s.Jobs.Retry(c.UserContext(), id); err != nil {
		return err
	}
	return s.done(c, "/admin/processing", flash{Key: "toast.job_retry"})
}

// reindex asks for a new index; searching goes on meanwhile in the old one.
func (s *Site) reindex(c *fiber.Ctx) error {
	if err := s.Reindex(c.UserContext()); err != nil {
		return err
	}
	return s.done(c, "/admin/system", flash{Key: "toast.reindex"})
}
