package site

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/templates/admin"
	"github.com/aanpak/aanpak/templates/part"
)

func (s *Site) members(c *fiber.Ctx) error { return s.showMembers(c, nil) }

func (s *Site) showMembers(c *fiber.Ctx, link *admin.InviteLink) error {
	l, v := s.localizer(c), httpd.Viewer(c)
	a := list{"/admin/people", query(c)}
	name, state := strings.TrimSpace(a.query.Get("name")), people.State(a.query.Get("state"))
	if !slices.Contains(people.States, state) {
		state = ""
	}
	users, err := s.People.Users(c.UserContext(), v, people.UserFilter{Query: name, Inactive: true, State: state})
	if err != nil {
		return err
	}
	shown, pager := pageOfUsers(a, users)
	p := admin.People{Page: s.page(c, l, "admin", l.T("admin.tab.people")), Total: len(users), Text: name, Pager: pager, Link: link, State: string(state)}
	p.Letter = state == people.StateNew && len(users) > 0
	p.States = []part.Tab{{Label: l.T("admin.people.state.all"), URL: a.with("state", ""), Count: -1, On: state == ""}}
	for _, x := range people.States {
		p.States = append(p.States, part.Tab{Label: l.T("admin.people.state." + string(x)), URL: a.with("state", string(x)), Count: -1, On: x == state})
	}
	for _, u := range shown {
		m := admin.Member{
			Person: person(u), Email: u.Email, Number: u.PersonnelNumber, RoleName: l.T("role." + string(u.Role)), Disabled: !u.Active(),
			Invited: u.SeenAt.IsZero() && u.Source.SignsInHere(), Seen: u.SeenAt.Time, EditURL: "/admin/people/" + u.ID,
		}
		if u.Source != people.SourceLocal {
			m.Source = l.T("admin.people.source." + string(u.Source))
		}
		if u.Active() && u.Source.SignsInHere() {
			m.InviteURL = m.EditURL + "/invite"
		}
		p.People = append(p.People, m)
	}
	return render(c, l, admin.PeoplePage(p))
}

func (s *Site) memberNew(c *fiber.Ctx) error {
	return s.showMember(c, nil, people.NewUser{Branch: httpd.Viewer(c).BranchID, Role: auth.RoleMember}, refusal{})
}

// memberCreate adds a colleague and shows the link with which they choose a password.
func (s *Site) memberCreate(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	n := people.NewUser{
		Name: f.Get("name"), Email: f.Get("email"), PersonnelNumber: f.Get("personnel_number"), Function: f.Get("function"), Branch: f.Get("branch"), Role: auth.Role(f.Get("role")),
		Calculator: f.Get("calculator") == "true",
	}
	u, err := s.People.Create(c.UserContext(), httpd.Viewer(c), n)
	if r, ok := s.refused(s.localizer(c), err); ok {
		c.Status(status(err))
		return s.showMember(c, nil, n, r)
	}
	if err != nil {
		return err
	}
	return s.showLink(c, u)
}

// memberInvite makes a new link, also for who has forgotten their password.
func (s *Site) memberInvite(c *fiber.Ctx) error {
	u, err := s.People.User(c.UserContext(), httpd.Viewer(c), c.Params("id"))
	if err != nil {
		return err
	}
	return s.showLink(c, u)
}

// showLink shows the link in the answer itself: it is a secret, and must not stand in a cookie or an address.
func (s *Site) showLink(c *fiber.Ctx, u *people.User) error {
	secret, err := s.People.Invite(c.UserContext(), httpd.Viewer(c), u.ID)
	if err != nil {
		return err
	}
	return s.showMembers(c, &admin.InviteLink{Name: u.Name, URL: s.base(c) + "/invite/" + secret})
}

// base is the public address, without a slash at the end.
func (s *Site) base(c *fiber.Ctx) string {
	if s.URL != "" {
		return s.URL
	}
	return c.BaseURL()
}

func (s *Site) memberEdit(c *fiber.Ctx) error {
	u, err := s.People.User(c.UserContext(), httpd.Viewer(c), c.Params("id"))
	if err != nil {
		return err
	}
	return s.showMember(c, u, people.NewUser{Name: u.Name, Email: u.Email, PersonnelNumber: u.PersonnelNumber, Branch: u.BranchID, Role: u.Role, Calculator: u.Calculator}, refusal{})
}

func (s *Site) memberSave(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	v := httpd.Viewer(c)
	u, err := s.People.User(c.UserContext(), v, c.Params("id"))
	if err != nil {
		return err
	}
	n := people.NewUser{
		Name: f.Get("name"), Email: f.Get("email"), PersonnelNumber: f.Get("personnel_number"), Branch: f.Get("branch"), Role: auth.Role(f.Get("role")),
		Calculator: f.Get("calculator") == "true",
	}
	err = s.People.SetAccount(c.UserContext(), v, u.ID, people.Account{
		Name: n.Name, Email: n.Email, PersonnelNumber: n.PersonnelNumber, Role: n.Role, BranchID: n.Branch, Calculator: n.Calculator,
	})
	if r, ok := s.refused(s.localizer(c), err); ok {
		c.Status(status(err))
		return s.showMember(c, u, n, r)
	}
	if err != nil {
		return err
	}
	return s.done(c, "/admin/people", flash{Key: "toast.saved"})
}

func (s *Site) showMember(c *fiber.Ctx, u *people.User, n people.NewUser, r refusal) error {
	l := s.localizer(c)
	branches, err := s.branchOptions(c, n.Branch, func(string) error { return nil })
	if err != nil {
		return err
	}
	p := admin.MemberForm{
		Page: s.page(c, l, "admin", l.T("admin.people.new")), New: u == nil, Action: "/admin/people", Message: r.message, Errors: r.list,
		Name: line(l, "name", n.Name, r, "off"), Email: email(l, n.Email, r), Number: optional(l, "personnel_number", n.PersonnelNumber, r), Function: optional(l, "function", n.Function, r),
		Branch:     part.Field{Name: "branch", Label: l.T("field.branch"), Options: branches, Error: r.fields["branch"]},
		Role:       part.Field{Name: "role", Label: l.T("field.role"), Options: roles(l, n.Role), Error: r.fields["role"]},
		Calculator: part.Field{Name: "calculator", Label: l.T("field.calculator"), Hint: l.T("field.calculator_hint"), Value: strconv.FormatBool(n.Calculator)},
	}
	p.Email.Required, p.Number.Autocomplete = false, "off"
	p.Number.Hint = l.T("field.personnel_number_hint")
	if u != nil {
		factor, err := s.People.FactorOf(c.UserContext(), httpd.Viewer(c), u.ID)
		if err != nil {
			return err
		}
		if factor.On {
			p.FactorURL = "/admin/people/" + u.ID + "/second-factor/reset"
		}
		keys, err := s.People.PasskeysOf(c.UserContext(), httpd.Viewer(c), u.ID)
		if err != nil {
			return err
		}
		for _, k := range keys {
			p.Keys, p.KeysURL = append(p.Keys, k.Name), "/admin/people/"+u.ID+"/passkeys/reset"
		}
		p.MergeURL, p.AccessURL = "/admin/people/"+u.ID+"/merge", "/admin/access?kind=person&what="+u.ID
		if !u.Erased() {
			p.EraseURL = "/admin/people/" + u.ID + "/erase"
		}
		p.Title, p.Action, p.PersonName = u.Name, "/admin/people/"+u.ID, u.Name
		p.Email.Autocomplete = "off"
		if u.Source != people.SourceLocal {
			p.Source = l.T("admin.people.source_text." + string(u.Source))
		}
		if u.Active() {
			p.DisableURL, p.LetterURL, p.EndURL = p.Action+"/disable", p.Action+"/letter", p.Action+"/sessions/end"
		} else {
			p.EnableURL = p.Action + "/enable"
		}
	}
	return render(c, l, admin.MemberFormPage(p))
}

func roles(l *i18n.Localizer, chosen auth.Role) []part.Option {
	var out []part.Option
	for _, r := range auth.Roles {
		out = append(out, part.Option{
			Value: string(r), Label: l.T("role." + string(r)), Hint: l.T("role." + string(r) + ".hint"), Selected: r == chosen,
		})
	}
	return out
}

func (s *Site) memberDisable(c *fiber.Ctx) error { return s.setActive(c, false, "toast.disabled") }

func (s *Site) memberEnable(c *fiber.Ctx) error { return s.setActive(c, true, "toast.enabled") }

func (s *Site) setActive(c *fiber.Ctx, active bool, key string) error {
	v, id := httpd.Viewer(c), c.Params("id")
	u, err := s.People.User(c.UserContext(), v, id)
	if err != nil {
		return err
	}
	if err := s.People.SetActive(c.UserContext(), v, id, active); err != nil {
		return err
	}
	return s.done(c, "/admin/people", flash{Key: key, Name: u.Name})
}
