package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/people"
)

// User is a colleague.
type User struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Email    string `json:"email"`
	Role     string `json:"role"`
	Branch   Ref    `json:"branch"`
	Function string `json:"function"`
	Phone    string `json:"phone"`
	About    string `json:"about"`

	Calculator  bool       `json:"calculator" doc:"Whether they read the calculations of their branch."`
	Active      bool       `json:"active" doc:"Whether they still work here."`
	Mobile      string     `json:"mobile" doc:"Empty also where it is for the own branch only, and that is not the caller's."`
	Languages   []string   `json:"languages" doc:"That they speak, as BCP-47 tags."`
	WorkingOn   string     `json:"working_on" doc:"One line; it fades after six weeks."`
	WorkingOnAt *time.Time `json:"working_on_at"`
	Expertise   []Skill    `json:"expertise"`
	Photo       string     `json:"photo" doc:"Address of the photo; empty where there is none."`
}

// Skill is what a colleague knows, and who endorses that.
type Skill struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	EndorsedBy []Ref  `json:"endorsed_by"`
}

func userOf(u *people.User) User {
	out := User{
		ID: u.ID, Name: u.Name, Email: u.Email, Role: string(u.Role), Branch: Ref{u.BranchID, u.BranchName}, Function: u.Function, Phone: u.Phone, About: u.About,
		Calculator: u.Calculator, Active: u.Active(), Mobile: u.Mobile, Languages: u.Speaks(), WorkingOn: u.WorkingOn, Expertise: []Skill{},
	}
	if u.WorkingOn != "" {
		at := u.WorkingOnAt.UTC()
		out.WorkingOnAt = &at
	}
	for _, k := range u.Expertise {
		skill := Skill{ID: k.ID, Name: k.Name, EndorsedBy: []Ref{}}
		for _, e := range k.By {
			skill.EndorsedBy = append(skill.EndorsedBy, Ref{e.ID, e.Name})
		}
		out.Expertise = append(out.Expertise, skill)
	}
	if u.Photo != "" {
		out.Photo = base + "/users/" + u.ID + "/photo"
	}
	return out
}

// ProfileInput is what people say of themselves; what is left out stays.
type ProfileInput struct {
	Name         *string   `json:"name,omitempty"`
	Function     *string   `json:"function,omitempty"`
	Phone        *string   `json:"phone,omitempty"`
	Mobile       *string   `json:"mobile,omitempty"`
	MobileHidden *bool     `json:"mobile_hidden,omitempty" doc:"Only the own branch sees the mobile number."`
	About        *string   `json:"about,omitempty"`
	Languages    *[]string `json:"languages,omitempty" doc:"BCP-47 tags."`
	WorkingOn    *string   `json:"working_on,omitempty"`
	Expertise    *[]string `json:"expertise,omitempty" doc:"All of it, by name. Names that are not on the shared list are put there."`
}

func (n ProfileInput) over(p people.Profile) people.Profile {
	set(&p.Name, n.Name)
	set(&p.Function, n.Function)
	set(&p.Phone, n.Phone)
	set(&p.Mobile, n.Mobile)
	set(&p.MobileHidden, n.MobileHidden)
	set(&p.About, n.About)
	set(&p.Languages, n.Languages)
	set(&p.WorkingOn, n.WorkingOn)
	set(&p.Expertise, n.Expertise)
	return p
}

// Expertise is a subject on the shared list.
type Expertise struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	People int    `json:"people" doc:"How many colleagues have it."`
}

// SkillID names what a colleague knows.
type SkillID struct {
	DocumentID
	Expertise string `path:"expertise" doc:"Id of the expertise."`
}

// profiles declares what people say of themselves and of each other.
func (a *API) profiles() {
	tags := []string{"People"}
	register(a, huma.Operation{OperationID: "update-me", Method: http.MethodPatch, Path: "/me", Summary: "Change one's own profile", Tags: tags}, a.updateMe)
	register(a, huma.Operation{OperationID: "list-expertise", Method: http.MethodGet, Path: "/expertise", Summary: "List what colleagues know", Tags: tags}, a.listExpertise)
	register(a, huma.Operation{OperationID: "endorse", Method: http.MethodPut, Path: "/users/{id}/expertise/{expertise}/endorsement", Summary: "Endorse what a colleague knows", Tags: tags},
		func(ctx context.Context, in *SkillID) (*Body[User], error) {
			if err := a.People.Endorse(ctx, viewer(ctx), in.ID, in.Expertise); err != nil {
				return nil, err
			}
			return a.user(ctx, in.ID)
		})
	register(a, huma.Operation{
		OperationID: "unendorse", Method: http.MethodDelete, Path: "/users/{id}/expertise/{expertise}/endorsement", Summary: "Take an endorsement back", Tags: tags, DefaultStatus: 204,
	}, func(ctx context.Context, in *SkillID) (*struct{}, error) {
		return nil, a.People.Unendorse(ctx, viewer(ctx), in.ID, in.Expertise)
	})
	register(a, huma.Operation{OperationID: "delete-photo", Method: http.MethodDelete, Path: "/me/photo", Summary: "Take one's own photo away", Tags: tags, DefaultStatus: 204},
		func(ctx context.Context, _ *struct{}) (*struct{}, error) {
			return nil, a.People.RemovePhoto(ctx, viewer(ctx))
		})
}

// user reads a colleague again, as the caller sees them.
func (a *API) user(ctx context.Context, id string) (*Body[User], error) {
	u, err := a.People.User(ctx, viewer(ctx), id)
	if err != nil {
		return nil, err
	}
	return &Body[User]{userOf(u)}, nil
}

func (a *API) updateMe(ctx context.Context, in *struct{ Body ProfileInput }) (*Body[User], error) {
	u, err := a.People.User(ctx, viewer(ctx), viewer(ctx).UserID)
	if err != nil {
		return nil, err
	}
	if err := a.People.UpdateProfile(ctx, viewer(ctx), in.Body.over(u.Profile())); err != nil {
		return nil, err
	}
	return a.user(ctx, u.ID)
}

func (a *API) listExpertise(ctx context.Context, _ *struct{}) (*Body[List[Expertise]], error) {
	list, err := a.People.ExpertiseList(ctx, viewer(ctx))
	if err != nil {
		return nil, err
	}
	out := List[Expertise]{Items: []Expertise{}}
	for _, e := range list {
		out.Items = append(out.Items, Expertise{e.ID, e.Name, e.People})
	}
	return &Body[List[Expertise]]{out}, nil
}

// putPhoto takes a picture as a stream, with the square of it before.
func (a *API) putPhoto(c *fiber.Ctx) error {
	form, err := httpd.ReadForm(c)
	if err != nil {
		return err
	}
	_, body, err := form.NextFile()
	if httpd.IsEnd(err) {
		return errs.Invalid("error.invalid").Field("photo", "error.field.file")
	}
	if err != nil {
		return err
	}
	var crop people.Crop
	for name, to := range map[string]*float64{"x": &crop.X, "y": &crop.Y, "side": &crop.Side} {
		if text, ok := form.Value(name); ok {
			if *to, err = strconv.ParseFloat(text, 64); err != nil {
				return errs.Invalid("error.invalid").Field(name, "error.field.number")
			}
		}
	}
	if err := a.People.SetPhoto(a.Server.Unbounded(c), httpd.Viewer(c), body, crop); err != nil {
		return err
	}
	return c.SendStatus(fiber.StatusNoContent)
}

// photo sends somebody's photo. Its address names the person only, so it is asked for again each time.
func (a *API) photo(c *fiber.Ctx) error {
	size, err := intQuery(c, "size")
	if err != nil {
		return err
	}
	if size == 0 {
		size = people.PhotoSizes[0]
	}
	b, sum, err := a.People.Photo(c.UserContext(), httpd.Viewer(c), c.Params("id"), size)
	if err != nil {
		return err
	}
	return httpd.SendPhoto(c, b, sum+"-"+strconv.Itoa(people.PhotoSize(size)), false)
}
