package site

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	domain "github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/templates/groups"
	"github.com/aanpak/aanpak/templates/part"
)

func (s *Site) groupNew(c *fiber.Ctx) error {
	return s.showGroupForm(c, nil, domain.Input{Kind: domain.KindOpen}, refusal{})
}

func (s *Site) groupEdit(c *fiber.Ctx) error {
	v := httpd.Viewer(c)
	g, err := s.Groups.Get(c.UserContext(), v, c.Params("id"))
	if err != nil {
		return err
	}
	if err := domain.CanManage(v, g); err != nil {
		return err
	}
	return s.showGroupForm(c, g, g.Input(), refusal{})
}

func (s *Site) groupCreate(c *fiber.Ctx) error { return s.groupStore(c, nil) }

func (s *Site) groupSave(c *fiber.Ctx) error {
	g, err := s.Groups.Get(c.UserContext(), httpd.Viewer(c), c.Params("id"))
	if err != nil {
		return err
	}
	return s.groupStore(c, g)
}

// groupStore begins a group, or changes g. A refused form is shown again as it was typed.
func (s *Site) groupStore(c *fiber.Ctx, g *domain.Group) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	ctx, v, key := c.UserContext(), httpd.Viewer(c), "toast.saved"
	in := groupInput(typed, g, v.IsAdmin())
	made := g
	if g == nil {
		key = "toast.group"
		made, err = s.Groups.Create(ctx, v, in)
	} else {
		if err := domain.CanManage(v, g); err != nil {
			return err
		}
		made, err = s.Groups.Update(ctx, v, g.ID, in)
	}
	if r, ok := s.refused(s.localizer(c), err); ok {
		c.Status(status(err))
		return s.showGroupForm(c, g, in, r)
	}
	if err != nil {
		return err
	}
	return s.done(c, groupURL(made.ID), flash{Key: key, Name: made.Name})
}

// groupInput reads the form. Who is not asked whether the group is official leaves that as it is.
func groupInput(v url.Values, g *domain.Group, admin bool) domain.Input {
	in := domain.Input{Name: v.Get("name"), About: v.Get("about"), Kind: domain.Kind(v.Get("kind"))}
	switch {
	case admin:
		in.Official = v.Get("official") == "true"
	case g != nil:
		in.Official = g.Official
	}
	return in
}

func (s *Site) showGroupForm(c *fiber.Ctx, g *domain.Group, in domain.Input, r refusal) error {
	l := s.localizer(c)
	p := groups.Form{
		Page: s.page(c, l, "groups", l.T("groups.new")), New: g == nil, Action: "/groups", BackURL: "/groups", Back: l.T("groups.title"),
		Message: r.message, Errors: r.list, Name: line(l, "name", in.Name, r, "off"),
		About: part.Field{Name: "about", Label: l.T("field.about"), Hint: l.T("group.about_hint"), Value: in.About, Error: r.fields["about"], Rows: 4},
		Kind:  part.Field{Name: "kind", Label: l.T("group.kind"), Options: groupKinds(l, in.Kind), Error: r.fields["kind"]},
	}
	if g != nil {
		p.Title, p.Action, p.BackURL, p.Back = l.T("group.edit"), groupURL(g.ID), groupURL(g.ID), g.Name
	}
	if httpd.Viewer(c).IsAdmin() {
		p.Official = &part.Field{Name: "official", Label: l.T("group.official"), Hint: l.T("group.official.hint")}
		if in.Official {
			p.Official.Value = "true"
		}
	}
	return render(c, l, groups.FormPage(p))
}

func groupKinds(l *i18n.Localizer, chosen domain.Kind) []part.Option {
	var out []part.Option
	for _, k := range domain.Kinds {
		out = append(out, part.Option{Value: string(k), Label: l.T("group.kind." + string(k)), Hint: l.T("group.kind." + string(k) + ".hint"), Selected: k == chosen})
	}
	return out
}
