package site

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/httpd"
)

// groupJoin lets the viewer in, or asks the owners to.
func (s *Site) groupJoin(c *fiber.Ctx) error {
	ctx, v, id := c.UserContext(), httpd.Viewer(c), c.Params("id")
	state, err := s.Groups.Join(ctx, v, id)
	if err != nil {
		return err
	}
	g, err := s.Groups.Get(ctx, v, id)
	if err != nil {
		return err
	}
	key := "toast.group_joined"
	if state == groups.StateAsked {
		key = "toast.group_asked"
	}
	return s.done(c, groupURL(id), flash{Key: key, Name: g.Name})
}

// groupLeave takes the viewer out, takes a request back or turns an invitation down. Of a hidden group nothing can be shown after it.
func (s *Site) groupLeave(c *fiber.Ctx) error {
	ctx, v, id := c.UserContext(), httpd.Viewer(c), c.Params("id")
	g, err := s.Groups.Get(ctx, v, id)
	if err != nil {
		return err
	}
	if err := s.Groups.Leave(ctx, v, id); err != nil {
		return err
	}
	key := "toast.group_left"
	switch g.State {
	case groups.StateInvited:
		key = "toast.group_declined"
	case groups.StateAsked:
		key = "toast.group_withdrawn"
	}
	to := groupURL(id)
	if g.Kind == groups.KindHidden || g.State == groups.StateInvited {
		to = "/groups"
	}
	return s.done(c, to, flash{Key: key, Name: g.Name})
}

// groupAdd lets in who asked, and invites anybody else.
func (s *Site) groupAdd(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	v, id, user := httpd.Viewer(c), c.Params("id"), f.Get("user")
	err = s.Groups.Add(c.UserContext(), v, id, user)
	if r, ok := s.refused(s.localizer(c), err); ok && errs.Is(err, errs.KindInvalid) {
		c.Status(status(err))
		return s.showGroup(c, r.fields["user"])
	}
	if err != nil {
		return err
	}
	invited, err := s.invited(c, id, user)
	if err != nil {
		return err
	}
	if invited {
		return s.done(c, groupURL(id)+"#members", flash{Key: "toast.group_invited", Name: s.nameOf(c, user)})
	}
	return s.done(c, groupURL(id), flash{Key: "toast.group_let_in", Name: s.nameOf(c, user)})
}

// invited tells whether somebody has yet to answer.
func (s *Site) invited(c *fiber.Ctx, id, user string) (bool, error) {
	g, err := s.Groups.Get(c.UserContext(), httpd.Viewer(c), id)
	if err != nil {
		return false, err
	}
	list, err := s.Groups.Members(c.UserContext(), httpd.Viewer(c), g)
	return slices.ContainsFunc(list, func(m *groups.Member) bool { return m.UserID == user && m.State == groups.StateInvited }), err
}

// groupRemove takes somebody out, or says no to somebody who asked or was invited.
func (s *Site) groupRemove(c *fiber.Ctx) error {
	id, user := c.Params("id"), c.Params("user")
	if err := s.Groups.Remove(c.UserContext(), httpd.Viewer(c), id, user); err != nil {
		return err
	}
	return s.done(c, groupURL(id)+"#members", flash{Key: "toast.group_removed", Name: s.nameOf(c, user)})
}

// groupOwner makes a member an owner, or an owner a plain member. Who gives up managing the group sees it as a member does.
func (s *Site) groupOwner(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	id, user := c.Params("id"), c.Params("user")
	key := "toast.group_member"
	owner := f.Get("owner") == "true"
	if owner {
		key = "toast.group_owner"
	}
	if err := s.Groups.SetOwner(c.UserContext(), httpd.Viewer(c), id, user, owner); err != nil {
		return err
	}
	return s.done(c, groupURL(id)+"#members", flash{Key: key, Name: s.nameOf(c, user)})
}
