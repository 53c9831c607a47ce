package site

import (
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	libdomain "github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/tenders"
	"github.com/aanpak/aanpak/templates/document"
	"github.com/aanpak/aanpak/templates/part"
)

// described is what a form says of a document: the values as typed, for showing the form again.
type described struct {
	title, kind, tender, branch, language, tags string
	audience                                    string   // choice: company, branch, branches, group, tender, calculators, people
	branches, people                            []string // ids ticked under that choice
	group                                       string   // id chosen under that choice; of what a post put in several, those
}

// describedBy reads a document as its form shows it.
func describedBy(d *libdomain.Document) described {
	a, _ := libdomain.ParseAudience(d.Audience)
	f := described{
		title: d.Title, kind: string(d.Kind), tender: d.TenderID, branch: d.BranchID, language: d.Language, tags: strings.Join(d.Tags, ", "),
		audience: a.Kind,
	}
	switch {
	case a.Kind == "branch" && len(a.IDs) > 0:
		f.audience, f.branches = "branches", a.IDs
	case a.Kind == "group":
		f.group = strings.Join(a.IDs, ",")
	case a.Kind == "people":
		f.people = a.IDs
	}
	return f
}

// describedIn reads a posted form.
func describedIn(v url.Values) described {
	return described{
		title: v.Get("title"), kind: v.Get("kind"), tender: v.Get("tender_id"), branch: v.Get("branch"), language: v.Get("language"), tags: v.Get("tags"),
		audience: v.Get("audience"), branches: v["audience_branch"], people: v["audience_person"],
		group: v.Get("audience_group"),
	}
}

// meta is the form as the library takes it. An audience that needs a list keeps its colon when the list is empty, so
// that the library refuses it.
func (f described) meta() libdomain.Meta {
	kind, audience, tags := libdomain.Kind(f.kind), f.audience, words(f.tags)
	switch f.audience {
	case "branches":
		audience = "branch:" + strings.Join(f.branches, ",")
	case "group":
		audience = "group:" + f.group
	case "people":
		audience = "people:" + strings.Join(f.people, ",")
	}
	return libdomain.Meta{
		Title: &f.title, Kind: &kind, TenderID: &f.tender, BranchID: &f.branch, Language: &f.language, Tags: &tags, Audience: &audience,
	}
}

// fields makes the form's fields. many leaves kind, tender and branch alone unless one is chosen.
func (s *Site) fields(c *fiber.Ctx, l *i18n.Localizer, f described, r refusal, many bool) (out document.Fields, err error) {
	field := func(name, key string) part.Field {
		return part.Field{Name: name, Label: l.T("field." + key), Error: r.fields[name]}
	}
	out.Title = field("title", "title")
	out.Title.Value, out.Title.Required = f.title, true
	out.Kind = field("kind", "kind")
	out.Kind.Options = kinds(l, f.kind, many)
	out.Language = field("language", "language")
	out.Language.Options = languages(l, f.language)
	out.Tags = field("tags", "tags")
	out.Tags.Value, out.Tags.Hint = f.tags, l.T("field.tags_hint")
	out.Branch = field("branch", "branch")
	out.Audience = field("audience", "audience")
	if err := s.audienceOptions(c, l, &out, f, many); err != nil {
		return out, err
	}
	out.Branches, out.People = field("audience_branch", "branches"), field("audience_person", "people")
	out.Tender = field("tender_id", "tender")
	if out.Tender.Options, err = s.tenderOptions(c, l, f.tender); err != nil {
		return out, err
	}
	if err := s.peopleOptions(c, &out, f); err != nil {
		return out, err
	}
	if many {
		unchanged(l, &out, f)
	}
	return out, nil
}

// unchanged offers to leave tender and branch of many documents as they are, and chooses so unless one was chosen.
func unchanged(l *i18n.Localizer, out *document.Fields, f described) {
	out.Tender.Options[0].Label = l.T("field.unchanged")
	if f.branch == "" {
		for i := range out.Branch.Options {
			out.Branch.Options[i].Selected = false
		}
	}
	keep := part.Option{Label: l.T("field.unchanged"), Selected: f.branch == ""}
	out.Branch.Options = append([]part.Option{keep}, out.Branch.Options...)
}

func kinds(l *i18n.Localizer, chosen string, many bool) []part.Option {
	var out []part.Option
	if many {
		out = append(out, part.Option{Label: l.T("field.unchanged"), Selected: chosen == ""})
	}
	for _, k := range libdomain.Kinds {
		out = append(out, part.Option{Value: string(k), Label: l.T("kind." + string(k)), Selected: string(k) == chosen})
	}
	return out
}

func languages(l *i18n.Localizer, chosen string) []part.Option {
	codes := []string{"nl", "en", "de", "fr"}
	if chosen != "" && !slices.Contains(codes, chosen) {
		codes = append(codes, chosen)
	}
	out := []part.Option{{Label: l.T("language.auto"), Selected: chosen == ""}}
	for _, code := range codes {
		out = append(out, part.Option{Value: code, Label: label(l, "language", value{value: code}), Selected: code == chosen})
	}
	return out
}

// mostTenders bounds the list of a choice; the newest come first.
const mostTenders = 300

func (s *Site) tenderOptions(c *fiber.Ctx, l *i18n.Localizer, chosen string) ([]part.Option, error) {
	list, err := s.Tenders.List(c.UserContext(), httpd.Viewer(c), tenders.Filter{Limit: mostTenders})
	out := []part.Option{{Label: l.T("form.none"), Selected: chosen == ""}}
	for _, t := range list {
		out = append(out, part.Option{Value: t.ID, Label: t.Title + " · " + t.Client, Selected: t.ID == chosen})
	}
	return out, err
}

// peopleOptions fills the choices of branches and colleagues. Who may not upload for another branch is not offered one.
func (s *Site) peopleOptions(c *fiber.Ctx, out *document.Fields, f described) error {
	ctx, v := c.UserContext(), httpd.Viewer(c)
	branches, err := s.People.Branches(ctx, v)
	if err != nil {
		return err
	}
	if f.branch == "" {
		f.branch = v.BranchID
	}
	for _, b := range branches {
		if libdomain.CanUpload(v, b.ID) == nil || b.ID == f.branch {
			out.Branch.Options = append(out.Branch.Options, part.Option{Value: b.ID, Label: b.Name, Selected: b.ID == f.branch})
		}
		out.Branches.Options = append(out.Branches.Options, part.Option{Value: b.ID, Label: b.Name, Selected: slices.Contains(f.branches, b.ID)})
	}
	users, err := s.People.Users(ctx, v, people.UserFilter{})
	for _, u := range users {
		out.People.Options = append(out.People.Options, part.Option{Value: u.ID, Label: u.Name, Hint: u.BranchName, Selected: slices.Contains(f.people, u.ID)})
	}
	return err
}

// branchOptions are all branches; for administrators and for the tenders' form.
func (s *Site) branchOptions(c *fiber.Ctx, chosen string, may func(id string) error) ([]part.Option, error) {
	list, err := s.People.Branches(c.UserContext(), auth.System())
	var out []part.Option
	for _, b := range list {
		if b.ID == chosen || may(b.ID) == nil {
			out = append(out, part.Option{Value: b.ID, Label: b.Name, Selected: b.ID == chosen})
		}
	}
	return out, err
}
