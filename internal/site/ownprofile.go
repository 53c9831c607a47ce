package site

import (
	"errors"
	"io"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/templates/part"
	"github.com/aanpak/aanpak/templates/settings"
)

// photoSave takes a picture, and the square of it that the person chose where a script let them.
func (s *Site) photoSave(c *fiber.Ctx) error {
	f, err := httpd.ReadForm(c)
	if err != nil {
		return err
	}
	_, body, err := f.NextFile()
	if httpd.IsEnd(err) {
		body, err = noFile{}, nil
	}
	if err != nil {
		return err
	}
	err = s.People.SetPhoto(s.Server.Unbounded(c), httpd.Viewer(c), body, crop(f))
	defer s.Server.Renew(c)()
	if r, ok := s.refused(s.localizer(c), err); ok {
		c.Status(status(err))
		return s.showOwn(c, own{}, r)
	}
	if err != nil {
		return err
	}
	return s.done(c, "/settings", flash{Key: "toast.photo"})
}

// noFile is what a form without a file gives.
type noFile struct{}

func (noFile) Read([]byte) (int, error) { return 0, io.EOF }

// crop reads the chosen square; what is no number is nowhere, and the middle is taken.
func crop(f *httpd.Form) people.Crop {
	read := func(name string) float64 {
		text, _ := f.Value(name)
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return 0
		}
		return n
	}
	return people.Crop{X: read("x"), Y: read("y"), Side: read("side")}
}

func (s *Site) photoRemove(c *fiber.Ctx) error {
	if err := s.People.RemovePhoto(c.UserContext(), httpd.Viewer(c)); err != nil {
		return err
	}
	return s.done(c, "/settings", flash{Key: "toast.photo_removed"})
}

func (s *Site) expertiseAdd(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	name := f.Get("expertise")
	err = s.People.AddExpertise(c.UserContext(), httpd.Viewer(c), name, f.Get("sure") == "true")
	if r, ok := s.refused(s.localizer(c), err); ok {
		c.Status(status(err))
		o := own{expertise: name}
		var near *people.Near
		if errors.As(err, &near) {
			o.near = near.Names
		}
		return s.showOwn(c, o, r)
	}
	if err != nil {
		return err
	}
	return s.done(c, "/settings#expertise-title", flash{Key: "toast.saved"})
}

func (s *Site) expertiseRemove(c *fiber.Ctx) error {
	if err := s.People.RemoveExpertise(c.UserContext(), httpd.Viewer(c), c.Params("skill")); err != nil {
		return err
	}
	return s.done(c, "/settings#expertise-title", flash{Key: "toast.saved"})
}

// own is what was typed into one of the forms about oneself.
type own struct {
	profile   *people.Profile // nil = as it is
	expertise string
	near      []string // names on the list like the one typed
}

// photoPart shows the photo with the way to another.
func photoPart(u *people.User, r refusal) settings.Photo {
	return settings.Photo{Person: portrait(u), Has: u.Photo != "", MaxMB: people.MaxPhoto >> 20, Error: r.fields["photo"]}
}

// expertisePart shows the viewer's expertise, with the shared list to find more on.
func (s *Site) expertisePart(c *fiber.Ctx, u *people.User, o own, r refusal) (settings.Expertise, error) {
	l := s.localizer(c)
	e := settings.Expertise{
		Add: part.Field{
			Name: "expertise", Label: l.T("field.expertise"), Hint: l.T("field.expertise_hint"), Value: o.expertise, Required: true, Error: r.fields["expertise"],
		},
		Near: o.near,
	}
	list, err := s.People.ExpertiseList(c.UserContext(), httpd.Viewer(c))
	if err != nil {
		return e, err
	}
	have := map[string]bool{}
	for _, k := range u.Expertise {
		have[k.ID] = true
		e.Skills = append(e.Skills, settings.Skill{Name: k.Name, Endorsed: len(k.By), RemoveURL: "/settings/expertise/" + k.ID + "/remove"})
	}
	for _, x := range list {
		if !have[x.ID] {
			e.Add.Suggestions = append(e.Add.Suggestions, x.Name)
		}
	}
	return e, nil
}
