package site

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	libdomain "github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/templates/document"
	"github.com/aanpak/aanpak/templates/part"
)

// audienceOptions offers who may see a document: a group where the viewer is in one, and for many documents first what each has by
// its kind.
func (s *Site) audienceOptions(c *fiber.Ctx, l *i18n.Localizer, out *document.Fields, f described, many bool) error {
	mine, err := s.Groups.List(c.UserContext(), httpd.Viewer(c), groups.Filter{Mine: true})
	if err != nil {
		return err
	}
	out.Group = part.Field{Name: "audience_group", Label: l.T("field.group"), Options: groupOptions(l, mine, f.group)}
	keys := []string{"company", "branch", "branches", "tender", "calculators", "people"}
	if len(out.Group.Options) > 0 {
		keys = []string{"company", "branch", "branches", "group", "tender", "calculators", "people"}
	}
	chosen := f.audience
	switch {
	case many:
		out.Audience.Options = []part.Option{{Label: l.T("audience.by_kind"), Hint: l.T("audience.by_kind.hint"), Selected: chosen == ""}}
	case chosen == "":
		chosen = "company"
	}
	for _, k := range keys {
		label, hint := l.T("audience.choice."+k), l.T("audience.choice."+k+".hint")
		out.Audience.Options = append(out.Audience.Options, part.Option{Value: k, Label: label, Hint: hint, Selected: k == chosen})
	}
	return nil
}

// groupOptions are the groups that the viewer is in and, where the document is shared with another, that one.
func groupOptions(l *i18n.Localizer, mine []*groups.Group, chosen string) (out []part.Option) {
	found := chosen == ""
	for _, g := range mine {
		if g.State == groups.StateMember {
			found = found || g.ID == chosen
			out = append(out, part.Option{Value: g.ID, Label: g.Name, Selected: g.ID == chosen})
		}
	}
	if !found {
		out = append(out, part.Option{Value: chosen, Label: groupsLabel(l, mine, strings.Split(chosen, ",")), Selected: true})
	}
	return out
}

// groupsLabel names several groups, for who is in all of them.
func groupsLabel(l *i18n.Localizer, mine []*groups.Group, ids []string) string {
	var names []string
	for _, g := range mine {
		if g.State == groups.StateMember && slices.Contains(ids, g.ID) {
			names = append(names, g.Name)
		}
	}
	if len(names) < len(ids) {
		return l.T("audience.group_left")
	}
	return l.List(names)
}

// audienceWords says who may see a document.
func (s *Site) audienceWords(c *fiber.Ctx, l *i18n.Localizer, d *libdomain.Document) (string, error) {
	a, err := libdomain.ParseAudience(d.Audience)
	if err != nil {
		return "", err
	}
	switch {
	case a.Kind == "branch" && len(a.IDs) == 0:
		return l.T("audience.branch", "Branch", d.BranchName), nil
	case a.Kind == "branch":
		names, err := s.branchNames(c, a.IDs)
		return l.T("audience.branches_named", "Names", l.List(names)), err
	case a.Kind == "people":
		var names []string
		for _, id := range a.IDs {
			names = append(names, s.nameOf(c, id))
		}
		return l.T("audience.people_named", "Names", l.List(names)), nil
	case a.Kind == "group":
		return s.groupsWords(c, l, a.IDs)
	case a.Kind == "tender":
		return l.T("audience.team_named", "Tender", d.TenderTitle), nil
	case a.Kind == "calculators" && d.TenderID != "":
		return l.T("audience.calculators_and_team", "Tender", d.TenderTitle, "Branch", d.BranchName), nil
	case a.Kind == "calculators":
		return l.T("audience.calculators_named", "Branch", d.BranchName), nil
	}
	return l.T("audience." + a.Kind), nil
}

// groupsWords names the groups with which a document is shared, as far as its reader may know of them.
func (s *Site) groupsWords(c *fiber.Ctx, l *i18n.Localizer, ids []string) (string, error) {
	var all []string
	for _, id := range ids {
		w, err := s.groupWords(c, l, id)
		if err != nil {
			return "", err
		}
		if !slices.Contains(all, w) {
			all = append(all, w)
		}
	}
	return l.List(all), nil
}

// groupWords names the group with which a document is shared, where its reader may know of it: its owner may have left since.
func (s *Site) groupWords(c *fiber.Ctx, l *i18n.Localizer, id string) (string, error) {
	g, err := s.Groups.Get(c.UserContext(), httpd.Viewer(c), id)
	if errs.Is(err, errs.KindNotFound) {
		return l.T("audience.group"), nil
	}
	if err != nil {
		return "", err
	}
	return l.T("audience.group_named", "Group", g.Name), nil
}
