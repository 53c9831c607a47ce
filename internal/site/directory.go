package site

import (
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/templates/admin"
)

// Directory is the company's directory as the administrator sees it.
type Directory struct {
	Host, Base string
	Problem    error // why it does not answer; nil where it does
	Running    bool  // accounts are being compared, or about to be
	Nightly    time.Duration
}

// mostLines bounds the lines of a report on the page; the command prints all.
const mostLines = 300

// directory shows the company's directory, and what the last comparison with it did.
func (s *Site) directory(c *fiber.Ctx) error {
	l, ctx := s.localizer(c), c.UserContext()
	p := admin.Directory{Page: s.page(c, l, "admin", l.T("admin.tab.directory"))}
	d, err := s.Directory(ctx)
	if err != nil {
		return err
	}
	if d == nil {
		return render(c, l, admin.DirectoryPage(p))
	}
	p.Host, p.Base, p.OK, p.Running, p.On = d.Host, d.Base, d.Problem == nil, d.Running, true
	if d.Problem != nil {
		p.Problem = d.Problem.Error()
	}
	p.Nightly = l.T("admin.directory.nightly", "At", time.Time{}.Add(d.Nightly).Format("15:04"))
	run, err := s.People.LastRun(ctx, httpd.Viewer(c), false)
	if err != nil {
		return err
	}
	if run != nil {
		p.Run = s.run(c, l, run)
	}
	return render(c, l, admin.DirectoryPage(p))
}

// directorySync asks for a comparison: a rehearsal, a real one, or one that lets as many leave as have left.
func (s *Site) directorySync(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	how := f.Get("how")
	if err := s.Sync(c.UserContext(), httpd.Viewer(c), how != "real" && how != "force", how == "force"); err != nil {
		return err
	}
	return s.done(c, "/admin/directory", flash{Key: "toast.directory"})
}

// run words a comparison.
func (s *Site) run(c *fiber.Ctx, l *i18n.Localizer, r *people.Run) *admin.Run {
	out := &admin.Run{At: r.StartedAt, Dry: r.Dry, Failure: r.Failure, By: s.runBy(c, l, r), Held: r.Report.Count[people.ChangeHeld]}
	out.Counts = []admin.Count{{Label: l.T("admin.directory.found"), N: r.Report.Found}, {Label: l.T("admin.directory.same"), N: r.Report.Same}}
	for _, change := range people.Changes {
		n := r.Report.Count[change]
		bad := change == people.ChangeHeld || change == people.ChangeSkipped
		if n > 0 {
			out.Counts = append(out.Counts, admin.Count{Label: l.T("admin.directory.count." + string(change)), N: n, Bad: bad})
		}
	}
	out.Lines = admin.Table{
		ID: "directory-lines", Title: l.T("admin.directory.lines"), Empty: l.T("admin.directory.no_lines"),
		Head: []string{l.T("field.name"), l.T("admin.directory.what"), l.T("admin.directory.detail")},
	}
	if more := len(r.Report.Lines) - mostLines; more > 0 {
		out.Lines.Note = l.N("admin.directory.more", more)
	}
	for _, line := range r.Report.Lines[:min(len(r.Report.Lines), mostLines)] {
		who := admin.Cell{Text: line.Name + " · " + line.Email}
		if line.UserID != "" && !(r.Dry && line.Change == people.ChangeAdded) {
			who.URL = "/people/" + line.UserID
		}
		bad := line.Change == people.ChangeHeld || line.Change == people.ChangeSkipped
		out.Lines.Rows = append(out.Lines.Rows, []admin.Cell{
			who, {Text: l.T("admin.directory.change." + string(line.Change)), Bad: bad}, {Text: strings.TrimPrefix(LineDetail(l, line), ": ")},
		})
	}
	return out
}

// runBy names who asked for a comparison.
func (s *Site) runBy(c *fiber.Ctx, l *i18n.Localizer, r *people.Run) string {
	if r.AskedBy == "" {
		return l.T("admin.directory.by_itself")
	}
	u, err := s.People.User(c.UserContext(), httpd.Viewer(c), r.AskedBy)
	if errs.Is(err, errs.KindNotFound) || u == nil {
		return l.T("admin.directory.by_itself")
	}
	return u.Name
}

// LineDetail words what a line of a report says beside the name, beginning with a colon; "" where there is nothing to say.
func LineDetail(l *i18n.Localizer, line people.Line) string {
	var parts []string
	if line.Reason != "" {
		parts = append(parts, l.T("directory.reason."+string(line.Reason)))
	}
	if line.Failure != "" {
		parts = append(parts, line.Failure)
	}
	for _, d := range line.Differences {
		if line.Change == people.ChangeSkipped || line.Change == people.ChangeAdded && (d.Field == "name" || d.Field == "email") {
			continue // not done, or said by the line itself
		}
		from, to := d.From, d.To
		if d.Field == "role" {
			from, to = roleName(l, from), roleName(l, to)
		}
		name := l.T("field." + d.Field)
		if from == "" {
			parts = append(parts, name+" "+to)
		} else {
			parts = append(parts, name+" "+from+" → "+to)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return ": " + strings.Join(parts, "; ")
}

func roleName(l *i18n.Localizer, role string) string {
	if role == "" {
		return ""
	}
	return l.T("role." + role)
}

// refusedSignIn words a sign-in that was refused, and sets its status. That the directory is away is said beside the form: who has a
// password of our own can go on.
func (s *Site) refusedSignIn(c *fiber.Ctx, err error) (string, bool) {
	l := s.localizer(c)
	var e *errs.Error
	if asAway(err, &e) {
		httpd.Report(c, err)
		c.Status(fiber.StatusServiceUnavailable)
		return l.Message(e.Message), true
	}
	r, ok := s.refused(l, err)
	if ok {
		httpd.Report(c, err)
		c.Status(status(err))
	}
	return firstOf(r), ok
}
