package site

import (
	"io"
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/internal/markdown"
	"github.com/aanpak/aanpak/internal/people"
	domain "github.com/aanpak/aanpak/internal/social"
	"github.com/aanpak/aanpak/templates/part"
	"github.com/aanpak/aanpak/templates/social"
)

func tenderURL(id string) string { return "/tenders/" + id }

func (s *Site) postShow(c *fiber.Ctx) error {
	l := s.localizer(c)
	p, it, err := s.wholePost(c, l, c.Params("id"))
	if err != nil {
		return err
	}
	if err := s.Social.Saw(c.UserContext(), httpd.Viewer(c), it.Post); err != nil {
		return err
	}
	show := social.Show{Page: s.page(c, l, postSection(it), it.Heading(it.Names)), Post: p}
	if show.Reach, err = s.shownReach(c, l, it); err != nil {
		return err
	}
	return render(c, l, social.ShowPage(show))
}

// postSection is the place that a post belongs to.
func postSection(it *domain.Item) string {
	if it.Kind == domain.KindNews {
		return "news"
	}
	return "home"
}

// wholePost is a post with all its comments.
func (s *Site) wholePost(c *fiber.Ctx, l *i18n.Localizer, id string) (p part.Post, it *domain.Item, err error) {
	ctx, v := c.UserContext(), httpd.Viewer(c)
	if it, err = s.Social.Item(ctx, v, id); err != nil {
		return p, nil, err
	}
	if err := s.Social.Threads(ctx, v, []*domain.Item{it}); err != nil {
		return p, nil, err
	}
	list, err := s.shownPosts(c, l, []*domain.Item{it})
	if err != nil {
		return p, nil, err
	}
	p = list[0]
	for i, x := range it.Latest {
		s.commentActions(&p.Talk[i], v, it.Post, x)
	}
	return p, it, nil
}

// commentActions offers what the viewer may do with a comment.
func (s *Site) commentActions(out *part.Comment, v auth.Viewer, p *domain.Post, x *domain.Comment) {
	if x.State != domain.StatePublished {
		return
	}
	if domain.CanComment(v, p) == nil {
		out.ReplyTo = x.ID
	}
	if domain.CanEditComment(v, x) == nil {
		out.EditURL = "/comments/" + x.ID + "/edit"
	}
	if domain.CanDeleteComment(v, p, x) == nil {
		out.DeleteURL = "/comments/" + x.ID + "/delete"
	}
	if domain.CanAccept(v, p) != nil {
		return
	}
	if out.Answer {
		out.UnacceptURL = postURL(p.ID) + "/answer"
	} else {
		out.AcceptURL = postURL(p.ID) + "/answer"
	}
}

// postDo answers a button of a post's menu: f does it, and the viewer comes back to where they were.
func (s *Site) postDo(toast string, f func(c *fiber.Ctx, v auth.Viewer, id string, form url.Values) error) fiber.Handler {
	return func(c *fiber.Ctx) error {
		typed, err := form(c)
		if err != nil {
			return err
		}
		if err := f(c, httpd.Viewer(c), c.Params("id"), typed); err != nil {
			return err
		}
		return s.done(c, s.back(c, postURL(c.Params("id"))), flash{Key: toast})
	}
}

// back is the page of ours from which a form was sent, or another.
func (s *Site) back(c *fiber.Ctx, other string) string {
	u, err := url.Parse(c.Get(fiber.HeaderReferer))
	if err != nil || u.Host != c.Hostname() || u.Path == "" {
		return other
	}
	return localPath(u.RequestURI())
}

func (s *Site) postPin(c *fiber.Ctx, v auth.Viewer, id string, typed url.Values) error {
	return s.Social.SetPinned(c.UserContext(), v, id, typed.Get("on") == "true")
}

func (s *Site) postClose(c *fiber.Ctx, v auth.Viewer, id string, typed url.Values) error {
	return s.Social.SetClosed(c.UserContext(), v, id, typed.Get("on") == "true")
}

func (s *Site) postAnswer(c *fiber.Ctx, v auth.Viewer, id string, typed url.Values) error {
	return s.Social.Accept(c.UserContext(), v, id, typed.Get("comment"))
}

func (s *Site) postDelete(c *fiber.Ctx) error {
	if err := s.Social.Delete(c.UserContext(), httpd.Viewer(c), c.Params("id")); err != nil {
		return err
	}
	to := s.back(c, "/")
	if to == postURL(c.Params("id")) || to == postURL(c.Params("id"))+"/edit" {
		to = "/"
	}
	return s.done(c, to, flash{Key: "toast.post_deleted"})
}

// draftDrop throws a draft away, with those of its files that were ticked.
func (s *Site) draftDrop(c *fiber.Ctx) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	if err := s.Social.Drop(c.UserContext(), httpd.Viewer(c), c.Params("id"), typed["file"]...); err != nil {
		return err
	}
	return s.done(c, "/drafts", flash{Key: "toast.dropped"})
}

// dropping is the question before a draft is thrown away; files are those that were uploaded for it.
func dropping(id string, files []domain.DraftFile) social.Drop {
	out := social.Drop{ID: "drop-" + id, URL: "/drafts/" + id + "/drop"}
	for _, f := range files {
		out.Files = append(out.Files, social.DropFile{ID: f.ID, Title: f.Title, Unused: f.Unused})
	}
	return out
}

func (s *Site) postHistory(c *fiber.Ctx) error {
	ctx, v, l := c.UserContext(), httpd.Viewer(c), s.localizer(c)
	p, err := s.Social.Get(ctx, v, c.Params("id"))
	if err != nil {
		return err
	}
	list, err := s.Social.Revisions(ctx, v, p.ID)
	if err != nil {
		return err
	}
	return s.showHistory(c, l, postURL(p.ID), social.Said{Title: p.Title, HTML: p.Body, At: p.EditedAt.Time}, list)
}

func (s *Site) commentHistory(c *fiber.Ctx) error {
	ctx, v, l := c.UserContext(), httpd.Viewer(c), s.localizer(c)
	x, err := s.Social.Comment(ctx, v, c.Params("id"))
	if err != nil {
		return err
	}
	list, err := s.Social.CommentRevisions(ctx, v, x.ID)
	if err != nil {
		return err
	}
	return s.showHistory(c, l, postURL(x.PostID)+"#comment-"+x.ID, social.Said{HTML: x.Body, At: x.EditedAt.Time}, list)
}

// showHistory shows what something said; the texts come as Markdown.
func (s *Site) showHistory(c *fiber.Ctx, l *i18n.Localizer, back string, now social.Said, before []*domain.Revision) error {
	bodies := []string{now.HTML}
	for _, r := range before {
		bodies = append(bodies, r.Body)
	}
	names, err := s.Social.Names(c.UserContext(), httpd.Viewer(c), bodies...)
	if err != nil {
		return err
	}
	p := social.History{Page: s.page(c, l, "home", l.T("post.history")), BackURL: back, Now: now}
	p.Now.HTML = markdown.HTML(now.HTML, names)
	for _, r := range before {
		p.Before = append(p.Before, social.Said{Title: r.Title, HTML: markdown.HTML(r.Body, names), At: r.WrittenAt})
	}
	return render(c, l, social.HistoryPage(p))
}

// postPhoto answers with a picture of a post.
func (s *Site) postPhoto(c *fiber.Ctx) error {
	n, err := strconv.Atoi(c.Params("n"))
	if err != nil {
		return errs.NotFound("photo")
	}
	width := number(c.Query("width"), domain.PhotoWidths[0])
	b, row, err := s.Social.OpenPhoto(c.UserContext(), httpd.Viewer(c), c.Params("id"), n, width)
	if err != nil {
		return err
	}
	fixed := len(c.Query("of")) >= 16 && row.Sum[:16] == c.Query("of")[:16]
	return httpd.SendPhoto(c, b, row.Sum[:32]+"-"+num(width), fixed)
}

// postPhotoAdd takes a picture for a post of the viewer's. A script gets it back to show; without one the form is shown again.
func (s *Site) postPhotoAdd(c *fiber.Ctx) error {
	f, err := httpd.ReadForm(c)
	if err != nil {
		return err
	}
	_, body, err := f.NextFile()
	if err == io.EOF {
		return errs.Invalid("error.invalid").Field("photo", "error.field.required")
	}
	if err != nil {
		return err
	}
	id := c.Params("id")
	if _, err := s.Social.AddPhoto(c.UserContext(), httpd.Viewer(c), id, io.LimitReader(body, people.MaxPhoto+1), ""); err != nil {
		return err
	}
	return s.writtenPhotos(c, id)
}

// writtenPhotos answers with the photos of a post that is being written.
func (s *Site) writtenPhotos(c *fiber.Ctx, id string) error {
	if c.Get("HX-Request") == "" {
		return s.done(c, postURL(id)+"/edit", flash{})
	}
	it, err := s.Social.Item(c.UserContext(), httpd.Viewer(c), id)
	if err != nil {
		return err
	}
	return render(c, s.localizer(c), part.Gallery(shownPhotos(it, true)))
}

func (s *Site) postPhotoRemove(c *fiber.Ctx) error {
	n, err := strconv.Atoi(c.Params("n"))
	if err != nil {
		return errs.NotFound("photo")
	}
	if err := s.Social.RemovePhoto(c.UserContext(), httpd.Viewer(c), c.Params("id"), n); err != nil {
		return err
	}
	return s.writtenPhotos(c, c.Params("id"))
}

// postVote takes a vote. A script gets the poll back as it stands.
func (s *Site) postVote(c *fiber.Ctx) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	var chosen []int
	for _, o := range typed["option"] {
		chosen = append(chosen, number(o, -1))
	}
	id := c.Params("id")
	if err := s.Social.Vote(c.UserContext(), httpd.Viewer(c), id, chosen); err != nil {
		return err
	}
	if c.Get("HX-Request") == "" {
		return s.done(c, s.back(c, postURL(id)), flash{})
	}
	it, err := s.Social.Item(c.UserContext(), httpd.Viewer(c), id)
	if err != nil {
		return err
	}
	return render(c, s.localizer(c), part.PollView(id, shownPoll(httpd.Viewer(c), it, s.Now())))
}
