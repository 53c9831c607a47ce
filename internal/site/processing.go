package site

import (
	"runtime"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/httpd"
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
		Page: s.page(c, l, "admin", l.T("admin.tab.processing")), Failures: cards(c, l, failed), Pager: a.pager(pageOf(a.query), pageSize, total),
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
	entries, err := s.Jobs.List(ctx, mostJobs, "retryable", "discarded")
	if err != nil {
		return err
	}
	for _, e := range entries {
		p.Jobs = append(p.Jobs, job(e))
	}
	return render(c, l, admin.ProcessingPage(p))
}

func job(e jobs.Entry) admin.Job {
	return admin.Job{
		Name: e.Name, State: e.State, Error: e.Failure, Attempt: e.Attempt, At: e.CreatedAt, RetryURL: "/admin/jobs/" + strconv.FormatInt(e.ID, 10) + "/retry",
	}
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

func (s *Site) system(c *fiber.Ctx) error {
	l, v, ctx := s.localizer(c), httpd.Viewer(c), c.UserContext()
	p := admin.System{Page: s.page(c, l, "admin", l.T("admin.tab.system")), Reindex: "/admin/system/reindex"}
	if s.Checks != nil {
		for _, x := range s.Checks(ctx) {
			p.Services = append(p.Services, admin.Service{Name: label(l, "admin.system", value{value: x.Name}), Detail: x.Detail, OK: x.OK, Took: int(x.Took.Milliseconds())})
		}
	}
	documents, err := s.Library.Count(ctx, v, libdomain.Filter{})
	if err != nil {
		return err
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	p.Facts = []admin.Fact{
		{Name: l.T("admin.system.version"), Value: s.Version},
		{Name: l.T("admin.system.started"), Value: l.DateTime(s.started)},
		{Name: l.T("admin.system.memory"), Value: l.Bytes(int64(m.Sys))}, //nolint:gosec // far below 2^63
		{Name: l.T("admin.system.documents"), Value: l.Number(int64(documents))},
	}
	return render(c, l, admin.SystemPage(p))
}

// reindex marks everything to be indexed anew; searching goes on meanwhile.
func (s *Site) reindex(c *fiber.Ctx) error {
	if err := s.Indexer.MarkAll(c.UserContext()); err != nil {
		return err
	}
	s.Indexer.Wake()
	return s.done(c, "/admin/system", flash{Key: "toast.reindex"})
}
