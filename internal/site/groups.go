package site

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/auth"
	domain "github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	libdomain "github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/social"
	"github.com/aanpak/aanpak/templates/groups"
	"github.com/aanpak/aanpak/templates/part"
	templates "github.com/aanpak/aanpak/templates/social"
)

// groupsPerPage is the number of groups to discover on a page, groupDocuments the number of documents on a group's.
const (
	groupsPerPage  = 30
	groupDocuments = 12
)

func groupURL(id string) string { return "/groups/" + id }

// groupsList has the invitations first, then the viewer's own groups, then those to discover.
func (s *Site) groupsList(c *fiber.Ctx) error {
	l, v := s.localizer(c), httpd.Viewer(c)
	a := list{"/groups", query(c)}
	name := strings.TrimSpace(a.query.Get("name"))
	mine, err := s.Groups.List(c.UserContext(), v, domain.Filter{Query: name, Mine: true})
	if err != nil {
		return err
	}
	others, err := s.Groups.List(c.UserContext(), v, domain.Filter{Query: name, Other: true})
	if err != nil {
		return err
	}
	page := pageOf(a.query)
	first := min((page-1)*groupsPerPage, len(others))
	p := groups.List{
		Page: s.page(c, l, "groups", l.T("groups.title")), Text: name, Pager: a.pager(page, groupsPerPage, len(others)),
		Others: groupCards(others[first:min(first+groupsPerPage, len(others))]),
	}
	for _, g := range mine {
		if g.State == domain.StateInvited {
			p.Invited = append(p.Invited, groups.Invitation{Group: groupCard(g), AcceptURL: groupURL(g.ID) + "/join", LeaveURL: groupURL(g.ID) + "/leave"})
		} else {
			p.Mine = append(p.Mine, groupCard(g))
		}
	}
	return render(c, l, groups.ListPage(p))
}

// groupCard is a group as cards show it.
func groupCard(g *domain.Group) part.Group {
	return part.Group{
		ID: g.ID, URL: groupURL(g.ID), Name: g.Name, About: g.About, Kind: string(g.Kind), Official: g.Official, Members: g.Members,
		State: string(g.State), Owner: g.Owner, Asking: g.Asking,
	}
}

func groupCards(list []*domain.Group) []part.Group {
	out := make([]part.Group, len(list))
	for i, g := range list {
		out[i] = groupCard(g)
	}
	return out
}

func (s *Site) groupShow(c *fiber.Ctx) error { return s.showGroup(c, "") }

// showGroup shows a group; wrong is why somebody could not be invited.
func (s *Site) showGroup(c *fiber.Ctx, wrong string) error {
	l, v, ctx := s.localizer(c), httpd.Viewer(c), c.UserContext()
	g, err := s.Groups.Get(ctx, v, c.Params("id"))
	if err != nil {
		return err
	}
	feed, err := s.groupFeed(c, l, g)
	if err != nil {
		return err
	}
	if asksPart(c) {
		return s.feedPart(c, l, feed)
	}
	docs, total, err := s.Library.List(ctx, v, libdomain.Filter{Group: g.ID, Limit: groupDocuments})
	if err != nil {
		return err
	}
	shown, err := s.fullCards(c, l, docs)
	if err != nil {
		return err
	}
	p := groups.Show{
		Page: s.page(c, l, "groups", g.Name), Group: groupCard(g), Begun: g.CreatedAt, Documents: shown, Total: total,
		Join: joining(l, g), Leave: leaving(l, g), Feed: feed,
	}
	p.Modules = append(p.Modules, "js/compose.js")
	if g.State == domain.StateInvited || g.State == domain.StateAsked {
		p.LeaveURL = groupURL(g.ID) + "/leave"
	}
	if g.State == domain.StateMember {
		p.UploadURL = "/upload?group=" + g.ID
		if p.Composer, err = s.smallComposer(c, l, social.ForGroup+":"+g.ID); err != nil {
			return err
		}
		if p.Mute, err = s.groupMute(c, g); err != nil {
			return err
		}
	}
	if total > len(docs) {
		p.AllURL = "/library?group=" + g.ID
	}
	if err := s.groupPeople(c, l, &p, g, wrong); err != nil {
		return err
	}
	return render(c, l, groups.ShowPage(p))
}

func (s *Site) groupMute(c *fiber.Ctx, g *domain.Group) (*groups.Mute, error) {
	key := auth.GroupKey(g.ID)
	muted, err := s.Notify.Muted(c.UserContext(), httpd.Viewer(c), key)
	return &groups.Mute{Key: key, Back: groupURL(g.ID), Muted: muted}, err
}

// groupFeed is what the members of a group say to each other; to others there is none.
func (s *Site) groupFeed(c *fiber.Ctx, l *i18n.Localizer, g *domain.Group) (feed templates.Feed, err error) {
	f := social.Feed{Kind: social.FeedGroup, ID: g.ID, After: c.Query("after")}
	if feed, err = s.feed(c, l, f, groupURL(g.ID)); err != nil {
		return feed, err
	}
	if g.State == domain.StateMember {
		feed.Empty = &templates.Empty{Title: l.T("group.no_posts_title"), Text: l.T("group.no_posts_text")}
	}
	return feed, nil
}

// joining is the way in that a group's kind leaves.
func joining(l *i18n.Localizer, g *domain.Group) *part.Action {
	key := "group.join"
	switch {
	case g.State == domain.StateMember, g.State == domain.StateAsked:
		return nil
	case g.State == domain.StateInvited:
		key = "group.accept"
	case g.Kind == domain.KindClosed:
		key = "group.ask"
	}
	return &part.Action{Label: l.T(key), URL: groupURL(g.ID) + "/join", Primary: true, Post: true}
}

// leaving asks first: the way back may be longer.
func leaving(l *i18n.Localizer, g *domain.Group) *part.Confirm {
	if g.State != domain.StateMember {
		return nil
	}
	return &part.Confirm{
		ID: "leave", Title: l.T("group.leave_title", "Name", g.Name), Text: l.T("group.leave_text." + string(g.Kind)), Button: l.T("group.leave"),
		URL: groupURL(g.ID) + "/leave", OpenLabel: l.T("group.leave"), OpenIcon: "leave", OpenDiscreet: true, Danger: true,
	}
}

// groupPeople fills who is in the group and, for who manages it, who asks and whom to invite.
func (s *Site) groupPeople(c *fiber.Ctx, l *i18n.Localizer, p *groups.Show, g *domain.Group, wrong string) error {
	v := httpd.Viewer(c)
	members, err := s.Groups.Members(c.UserContext(), v, g)
	if err != nil {
		return err
	}
	manages := domain.CanManage(v, g) == nil
	in := map[string]bool{}
	for _, m := range members {
		in[m.UserID] = m.State != domain.StateAsked
		x := groupMember(g.ID, m, manages, m.UserID == v.UserID)
		switch m.State {
		case domain.StateAsked:
			p.Asking = append(p.Asking, x)
		case domain.StateInvited:
			p.Invited = append(p.Invited, x)
		default:
			p.Members = append(p.Members, x)
			if m.Owner {
				p.Owners = append(p.Owners, x.Person)
			}
		}
	}
	if !manages {
		return nil
	}
	if len(p.Owners) == 1 { // one stays: it is no use to offer otherwise
		p.Members[0].MemberURL, p.Members[0].RemoveURL = "", ""
	}
	p.EditURL = groupURL(g.ID) + "/edit"
	p.Invite = &part.Pick{ID: "invite", URL: groupURL(g.ID), PostURL: groupURL(g.ID) + "/members", Label: l.T("group.invite_label"), Button: l.T("group.invite"), Error: wrong}
	return s.pick(c, p.Invite, in)
}

// groupMember is somebody of a group with what may be done about them. To leave oneself is asked elsewhere.
func groupMember(groupID string, m *domain.Member, manages, self bool) groups.Member {
	x := groups.Member{Person: face(m.UserID, m.Name, m.Photo), Owner: m.Owner, Since: m.Since}
	x.Function, x.Branch = m.Function, m.BranchName
	if !manages {
		return x
	}
	base := groupURL(groupID) + "/members"
	switch {
	case m.State == domain.StateAsked:
		x.AddURL = base
	case m.State == domain.StateMember && m.Owner:
		x.MemberURL = base + "/" + m.UserID + "/owner"
	case m.State == domain.StateMember:
		x.OwnerURL = base + "/" + m.UserID + "/owner"
	}
	if !self {
		x.RemoveURL = base + "/" + m.UserID + "/remove"
	}
	return x
}
