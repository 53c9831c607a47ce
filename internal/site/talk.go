package site

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/httpd"
	domain "github.com/aanpak/aanpak/internal/social"
	"github.com/aanpak/aanpak/templates/part"
	"github.com/aanpak/aanpak/templates/social"
)

// commentAdd takes a comment. A script gets the talk back with it; without one the viewer comes to it on the post's own page.
func (s *Site) commentAdd(c *fiber.Ctx) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	id, l := c.Params("id"), s.localizer(c)
	x, err := s.Social.AddComment(c.UserContext(), httpd.Viewer(c), id, typed.Get("parent"), typed.Get("body"))
	if r, ok := s.refused(l, err); ok && c.Get("HX-Request") == "" && !errs.Is(err, errs.KindNotFound) {
		p, it, err2 := s.wholePost(c, l, id)
		if err2 != nil {
			return err2
		}
		c.Status(status(err))
		wrong := r.message
		if len(r.list) > 0 {
			wrong = r.list[0].Error
		}
		p.Typed = typed.Get("body")
		return render(c, l, social.ShowPage(social.Show{Page: s.page(c, l, postSection(it), it.Heading(it.Names)), Post: p, Wrong: wrong}))
	}
	if err != nil {
		return err
	}
	if c.Get("HX-Request") == "" {
		return s.done(c, postURL(id)+"#comment-"+x.ID, flash{})
	}
	p, err := s.talk(c, id, typed.Get("alone") == "true")
	if err != nil {
		return err
	}
	return render(c, s.localizer(c), part.Talk(p, typed.Get("alone") == "true"))
}

// postTalk tells a page on which a post is open what is said under it now.
func (s *Site) postTalk(c *fiber.Ctx) error {
	alone := c.Query("alone") == "true"
	p, err := s.talk(c, c.Params("id"), alone)
	if err != nil {
		return err
	}
	return render(c, s.localizer(c), part.TalkNow(p, alone))
}

// talk is a post with what was said under it: all where it stands alone, as in a feed else.
func (s *Site) talk(c *fiber.Ctx, id string, alone bool) (part.Post, error) {
	l := s.localizer(c)
	if alone {
		p, _, err := s.wholePost(c, l, id)
		return p, err
	}
	it, err := s.Social.Item(c.UserContext(), httpd.Viewer(c), id)
	if err != nil {
		return part.Post{}, err
	}
	list, err := s.shownPosts(c, l, []*domain.Item{it})
	if err != nil {
		return part.Post{}, err
	}
	return list[0], nil
}

func (s *Site) commentForm(c *fiber.Ctx) error {
	x, err := s.ownComment(c)
	if err != nil {
		return err
	}
	typed, err := s.Social.Typed(c.UserContext(), httpd.Viewer(c), x.Body)
	if err != nil {
		return err
	}
	return s.showCommentForm(c, x, typed, refusal{})
}

// ownComment is a comment that the viewer may change.
func (s *Site) ownComment(c *fiber.Ctx) (*domain.Comment, error) {
	v := httpd.Viewer(c)
	x, err := s.Social.Comment(c.UserContext(), v, c.Params("id"))
	if err != nil {
		return nil, err
	}
	return x, domain.CanEditComment(v, x)
}

func (s *Site) showCommentForm(c *fiber.Ctx, x *domain.Comment, typed string, r refusal) error {
	l := s.localizer(c)
	p := social.Reword{
		Page: s.page(c, l, "home", l.T("comment.edit")), Action: "/comments/" + x.ID, BackURL: postURL(x.PostID) + "#comment-" + x.ID,
		Body: part.Field{Name: "body", Label: l.T("comment.text"), Value: typed, Error: r.fields["body"], Rows: 5, Required: true},
	}
	return render(c, l, social.RewordPage(p))
}

func (s *Site) commentSave(c *fiber.Ctx) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	x, err := s.ownComment(c)
	if err != nil {
		return err
	}
	_, err = s.Social.EditComment(c.UserContext(), httpd.Viewer(c), x.ID, typed.Get("body"))
	if r, ok := s.refused(s.localizer(c), err); ok {
		c.Status(status(err))
		return s.showCommentForm(c, x, typed.Get("body"), r)
	}
	if err != nil {
		return err
	}
	return s.done(c, postURL(x.PostID)+"#comment-"+x.ID, flash{Key: "toast.saved"})
}

func (s *Site) commentDelete(c *fiber.Ctx) error {
	x, err := s.Social.Comment(c.UserContext(), httpd.Viewer(c), c.Params("id"))
	if err != nil {
		return err
	}
	if err := s.Social.DeleteComment(c.UserContext(), httpd.Viewer(c), x.ID); err != nil {
		return err
	}
	return s.done(c, s.back(c, postURL(x.PostID)), flash{Key: "toast.comment_deleted"})
}

// reactSave takes a reaction. A script gets the row of reactions back.
func (s *Site) reactSave(c *fiber.Ctx) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	ctx, v, t := c.UserContext(), httpd.Viewer(c), domain.Target(typed.Get("target"))
	if err := s.Social.React(ctx, v, t, domain.ReactionKind(typed.Get("kind"))); err != nil {
		return err
	}
	back := localPath(typed.Get("back"))
	if c.Get("HX-Request") == "" {
		var said flash
		if typed.Get("kind") != "" {
			said.Key = "toast.reacted" // the page may show no button any more, as that of the director's tips
		}
		return s.done(c, s.back(c, back), said)
	}
	r, err := s.Social.ReactionsOf(ctx, v, []domain.Target{t})
	if err != nil {
		return err
	}
	l := s.localizer(c)
	return render(c, l, part.ReactBar(s.shownReact(l, t, r[t], back, true)))
}

// reactWho shows who reacted to a thing.
func (s *Site) reactWho(c *fiber.Ctx) error {
	l := s.localizer(c)
	list, err := s.Social.WhoReacted(c.UserContext(), httpd.Viewer(c), domain.Target(c.Query("target")))
	if err != nil {
		return err
	}
	p := social.Who{Page: s.page(c, l, "home", l.N("react.who", len(list))), BackURL: localPath(c.Query("back"))}
	for _, r := range list {
		x := social.Reacted{Person: face(r.UserID, r.Name, r.Photo), Icon: reactIcons[r.Kind], Label: l.T("react." + string(r.Kind))}
		x.Branch = r.BranchName
		p.People = append(p.People, x)
	}
	return render(c, l, social.WhoPage(p))
}

// followSave makes the viewer follow a thing, or no longer. A script gets the button back.
func (s *Site) followSave(target func(id string) domain.Target, page func(id string) string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		typed, err := form(c)
		if err != nil {
			return err
		}
		id, err := url.PathUnescape(c.Params("id"))
		if err != nil {
			return errs.NotFound("page")
		}
		on := typed.Get("on") == "true"
		if err := s.Social.SetFollow(c.UserContext(), httpd.Viewer(c), target(id), on); err != nil {
			return err
		}
		if c.Get("HX-Request") == "" {
			return s.done(c, s.back(c, page(id)), flash{})
		}
		return render(c, s.localizer(c), part.Follow(following(target(id), page(id), on)))
	}
}

// following is the button by which one follows a thing.
func following(t domain.Target, page string, on bool) part.Following {
	id := t.Kind()
	if id == domain.OfPost {
		id = t.ID()
	}
	return part.Following{ID: "follow-" + id, URL: page + "/follow", On: on, Quiet: t.Kind() == domain.OfPost}
}
