package site

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/lang"
	libdomain "github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/templates/admin"
	"github.com/aanpak/aanpak/templates/part"
)

func (s *Site) branches(c *fiber.Ctx) error { return s.showBranches(c, "", "", refusal{}) }

func (s *Site) branchCreate(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	b, err := s.People.CreateBranch(c.UserContext(), httpd.Viewer(c), f.Get("name"), f.Get("place"))
	if r, ok := s.refused(s.localizer(c), err); ok {
		c.Status(status(err))
		return s.showBranches(c, "", f.Get("name"), r)
	}
	if err != nil {
		return err
	}
	return s.done(c, "/admin/branches", flash{Key: "toast.branch", Name: b.Name})
}

func (s *Site) branchRename(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	b, err := s.People.Branch(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	err = s.People.RenameBranch(c.UserContext(), httpd.Viewer(c), b.ID, f.Get("name"), b.Place)
	if r, ok := s.refused(s.localizer(c), err); ok {
		c.Status(status(err))
		return s.showBranches(c, b.ID, f.Get("name"), r)
	}
	if err != nil {
		return err
	}
	return s.done(c, "/admin/branches", flash{Key: "toast.saved"})
}

// showBranches shows the list; a refused name stands where it was typed: with the branch of the id, or in the new field.
func (s *Site) showBranches(c *fiber.Ctx, id, typed string, r refusal) error {
	l, v := s.localizer(c), httpd.Viewer(c)
	list, err := s.People.CountedBranches(c.UserContext(), v)
	if err != nil {
		return err
	}
	p := admin.Branches{
		Page: s.page(c, l, "admin", l.T("admin.tab.branches")), Message: r.message,
		Name: part.Field{Name: "name", Label: l.T("field.new_branch"), Required: true},
	}
	if id == "" {
		p.Name.Value, p.Name.Error = typed, r.fields["name"]
	}
	counted, err := s.Library.Facets(c.UserContext(), v, libdomain.Filter{})
	if err != nil {
		return err
	}
	for _, b := range list {
		row := admin.Branch{ID: b.ID, Name: b.Name, People: b.People, RenameURL: "/admin/branches/" + b.ID}
		for _, f := range counted["branch"] {
			if f.Value == b.ID {
				row.Documents = f.Count
			}
		}
		if b.ID == id {
			row.Name, row.Error = typed, firstOf(r)
		}
		p.Branches = append(p.Branches, row)
	}
	return render(c, l, admin.BranchesPage(p))
}

func (s *Site) synonyms(c *fiber.Ctx) error { return s.showSynonyms(c, "", refusal{}) }

func (s *Site) synonymsAdd(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	err = s.Synonyms.Add(c.UserContext(), httpd.Viewer(c), words(f.Get("terms")))
	if r, ok := s.refused(s.localizer(c), err); ok {
		c.Status(status(err))
		return s.showSynonyms(c, f.Get("terms"), r)
	}
	if err != nil {
		return err
	}
	return s.done(c, "/admin/synonyms", flash{Key: "toast.saved"})
}

func (s *Site) synonymsRemove(c *fiber.Ctx) error {
	if err := s.Synonyms.Remove(c.UserContext(), httpd.Viewer(c), c.Params("id")); err != nil {
		return err
	}
	return s.done(c, "/admin/synonyms", flash{Key: "toast.saved"})
}

func (s *Site) showSynonyms(c *fiber.Ctx, typed string, r refusal) error {
	l := s.localizer(c)
	groups, err := s.Synonyms.All(c.UserContext(), httpd.Viewer(c))
	if err != nil {
		return err
	}
	p := admin.Synonyms{
		Page: s.page(c, l, "admin", l.T("admin.tab.synonyms")), Message: r.message,
		Terms: part.Field{Name: "terms", Label: l.T("field.synonyms"), Hint: l.T("field.synonyms_hint"), Value: typed, Required: true, Error: r.fields["terms"]},
	}
	for _, g := range groups {
		p.Groups = append(p.Groups, admin.SynonymGroup{Terms: strings.Join(g.List(), ", "), DeleteURL: "/admin/synonyms/" + g.ID + "/remove"})
	}
	for _, g := range lang.DefaultSynonyms() {
		p.BuiltIn = append(p.BuiltIn, strings.Join(g, ", "))
	}
	return render(c, l, admin.SynonymsPage(p))
}
