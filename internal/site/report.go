package site

import (
	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/markdown"
	domain "github.com/aanpak/aanpak/internal/social"
	"github.com/aanpak/aanpak/templates/part"
	"github.com/aanpak/aanpak/templates/social"
)

// reported is something that somebody reports: the post or comment, and where they come from.
type reported struct {
	target         domain.Target
	author, body   string
	authorID, back string
	post           *domain.Post
}

func (s *Site) reportedPost(c *fiber.Ctx) (r reported, err error) {
	p, err := s.Social.Get(c.UserContext(), httpd.Viewer(c), c.Params("id"))
	if err != nil {
		return r, err
	}
	return reported{p.Target(), p.AuthorName, p.Body, p.AuthorID, postURL(p.ID), p}, nil
}

func (s *Site) reportedComment(c *fiber.Ctx) (r reported, err error) {
	x, err := s.Social.Comment(c.UserContext(), httpd.Viewer(c), c.Params("id"))
	if err != nil {
		return r, err
	}
	p, err := s.Social.Get(c.UserContext(), httpd.Viewer(c), x.PostID)
	return reported{x.Target(), x.AuthorName, x.Body, x.AuthorID, postURL(x.PostID) + "#comment-" + x.ID, p}, err
}

func (s *Site) postReportForm(c *fiber.Ctx) error {
	x, err := s.reportedPost(c)
	if err != nil {
		return err
	}
	return s.showReport(c, x, domain.Complaint{}, refusal{})
}

func (s *Site) commentReportForm(c *fiber.Ctx) error {
	x, err := s.reportedComment(c)
	if err != nil {
		return err
	}
	return s.showReport(c, x, domain.Complaint{}, refusal{})
}

func (s *Site) postReport(c *fiber.Ctx) error {
	x, err := s.reportedPost(c)
	if err != nil {
		return err
	}
	return s.takeReport(c, x)
}

func (s *Site) commentReport(c *fiber.Ctx) error {
	x, err := s.reportedComment(c)
	if err != nil {
		return err
	}
	return s.takeReport(c, x)
}

func (s *Site) takeReport(c *fiber.Ctx, x reported) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	n, v := domain.Complaint{Reason: domain.Reason(typed.Get("reason")), Note: typed.Get("note")}, httpd.Viewer(c)
	if x.target.Kind() == domain.OfComment {
		err = s.Social.ReportComment(c.UserContext(), v, x.target.ID(), n)
	} else {
		err = s.Social.ReportPost(c.UserContext(), v, x.target.ID(), n)
	}
	if r, ok := s.refused(s.localizer(c), err); ok && len(r.fields) > 0 {
		c.Status(status(err))
		return s.showReport(c, x, n, r)
	}
	if err != nil {
		return err
	}
	return s.done(c, x.back, flash{Key: "toast.reported"})
}

// showReport asks why something is reported, or says that the viewer did so.
func (s *Site) showReport(c *fiber.Ctx, x reported, n domain.Complaint, r refusal) error {
	l, v := s.localizer(c), httpd.Viewer(c)
	if err := domain.CanReport(v, x.post, x.authorID); err != nil {
		return err
	}
	done, err := s.Social.Reported(c.UserContext(), v, x.target)
	if err != nil {
		return err
	}
	names, err := s.Social.Names(c.UserContext(), v, x.body)
	if err != nil {
		return err
	}
	p := social.Report{
		Page: s.page(c, l, "home", l.T("report.title")), Action: c.Path(), BackURL: x.back, Done: done[x.target], Author: x.author, HTML: markdown.HTML(x.body, names), Errors: r.list,
		Reason: part.Field{Name: "reason", Label: l.T("report.reason"), Error: r.fields["reason"]},
		Note:   part.Field{Name: "note", Label: l.T("report.note"), Hint: l.T("report.note_hint"), Value: n.Note, Error: r.fields["note"]},
	}
	for _, k := range domain.Reasons {
		p.Reason.Options = append(p.Reason.Options, part.Option{Value: string(k), Label: l.T("report.reason." + string(k)), Selected: k == n.Reason})
	}
	return render(c, l, social.ReportPage(p))
}
