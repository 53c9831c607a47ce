package apptest

import (
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/share"
	"github.com/aanpak/aanpak/internal/social"
	"github.com/aanpak/aanpak/internal/tenders"
)

// Company is a library with a document for every audience, all of Sanne's of Zwolle, and everybody who may ask for them: nobody, somebody of
// every role in the branch of the documents and in another one, and the one outsider whom each audience lets in.
type Company struct {
	*App
	Askers []*Asker
	Papers []*Paper
	Group  *groups.Group // hidden, with Sanne and an outsider in it
	Tender *tenders.Tender
}

// Asker is somebody, or nobody, and what they are let in by beside their role.
type Asker struct {
	Name string
	User *people.User // nil = nobody
	Lets string       // the audiences that let them in, where it is not role or branch
}

// Paper is a document for an audience. Its title and its text have the word geheim in them.
type Paper struct {
	For string // company, branch, elsewhere (the other branch), group, tender, calculators or people
	*library.Document
	Post    *social.Post    // the owner's, about the document
	Comment *social.Comment // the owner's, on the post
}

// NewCompany fills a program.
func NewCompany(tb testing.TB, a *App) *Company {
	tb.Helper()
	c := &Company{App: a}
	v, err := a.Sanne.Viewer(), error(nil)
	must := func(err error) {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
	}
	c.Tender, err = a.Tenders.Create(tb.Context(), v, tenders.Input{Reference: "Z-1", Title: "Kade", Client: "Gemeente", Year: 2026})
	must(err)
	c.Group, err = a.Groups.Create(tb.Context(), v, groups.Input{Name: "Verborgen kring", Kind: groups.KindHidden})
	must(err)
	must(a.Share.SetRule(tb.Context(), a.Admin.Viewer(), share.Rule{BranchID: a.Zwolle.ID, MostDays: 14, Calculations: true}))
	c.cast(tb)
	owner, err := a.People.UserByEmail(tb.Context(), a.Sanne.Email) // as who is in the group and the team now
	must(err)
	for _, audience := range []string{"company", "branch", "branch:" + a.Eindhoven.ID, "group:" + c.Group.ID, "tender", "calculators", "people:" + c.Asker("people").User.ID} {
		kind, _, _ := strings.Cut(audience, ":")
		if audience != "branch" && kind == "branch" {
			kind = "elsewhere"
		}
		d := a.Upload(tb, owner, "Geheimplan "+kind+".pdf", PDF("De geheimtaal van "+kind+"."), library.Meta{Audience: &audience, TenderID: &c.Tender.ID})
		p := &Paper{For: kind, Document: d}
		c.Papers = append(c.Papers, p)
		c.Talk(tb, p)
	}
	return c
}

// Talk has the owner of a document ask something about it, and say more.
func (c *Company) Talk(tb testing.TB, p *Paper) {
	tb.Helper()
	owner, err := c.People.UserByEmail(tb.Context(), c.Sanne.Email)
	if err != nil {
		tb.Fatal(err)
	}
	v, about := owner.Viewer(), social.About{Target: social.DocumentTarget(p.ID), Page: 1, Quote: "geheimtaal"}
	if p.Post, err = c.Social.Create(tb.Context(), v, social.Input{Kind: social.KindQuestion, Body: "Hoort dit geheim te zijn?", About: about}); err != nil {
		tb.Fatal(err)
	}
	if p.Comment, err = c.Social.AddComment(tb.Context(), v, p.Post.ID, "", "Ja, geheim."); err != nil {
		tb.Fatal(err)
	}
}

// cast makes everybody who asks.
func (c *Company) cast(tb testing.TB) {
	tb.Helper()
	add := func(name, lets string, u *people.User) { c.Askers = append(c.Askers, &Asker{name, u, lets}) }
	add("nobody", "", nil)
	add("the owner", "group tender", c.Sanne) // who made both
	for _, role := range auth.Roles {
		for _, branch := range []string{"Zwolle", "Eindhoven"} {
			add(string(role)+" of "+branch, "", c.Person(tb, "Een "+string(role)+" "+branch, branch, role))
		}
	}
	for _, lets := range []string{"group", "tender", "calculators", "people"} {
		add("outsider by "+lets, lets, c.Person(tb, "Buiten "+lets, "Eindhoven", auth.RoleMember))
	}
	letIn := func(err error) {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
	}
	letIn(c.Groups.Add(tb.Context(), c.Sanne.Viewer(), c.Group.ID, c.Asker("group").User.ID))
	_, err := c.Groups.Join(tb.Context(), c.Asker("group").User.Viewer(), c.Group.ID)
	letIn(err)
	letIn(c.Tenders.AddMember(tb.Context(), c.Manager.Viewer(), c.Tender.ID, c.Asker("tender").User.ID))
	calculator := c.Asker("calculators").User
	letIn(c.People.SetAccount(tb.Context(), auth.System(), calculator.ID, people.Account{
		Name: calculator.Name, Email: calculator.Email, Role: auth.RoleMember, BranchID: c.Zwolle.ID, Calculator: true,
	}))
	calculator.BranchID = c.Zwolle.ID
}

// Asker returns the outsider whom an audience lets in.
func (c *Company) Asker(lets string) *Asker {
	for _, p := range c.Askers {
		if p.Lets == lets {
			return p
		}
	}
	panic("nobody is let in by " + lets)
}

// Sees is the rule of who sees a document, said once more as simply as can be.
func (p *Asker) Sees(d *Paper) bool {
	switch {
	case p.User == nil:
		return false
	case p.User.ID == d.OwnerID, d.For == "company":
		return true
	case d.For == "branch":
		return p.User.BranchID == d.BranchID
	case d.For == "elsewhere":
		return p.User.BranchID != d.BranchID
	case d.For == "calculators":
		return p.Lets == "calculators" || strings.Contains(p.Lets, "tender") // the team of its tender too
	}
	return strings.Contains(p.Lets, d.For)
}

// Edits is the rule of who changes what they see.
func (p *Asker) Edits(d *Paper) bool {
	u := p.User
	return u != nil && (u.ID == d.OwnerID || u.Role == auth.RoleAdmin || u.Role == auth.RoleManager && u.BranchID == d.BranchID)
}
