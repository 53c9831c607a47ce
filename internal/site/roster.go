package site

import (
	"errors"
	"io"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/templates/admin"
	"github.com/aanpak/aanpak/templates/part"
)

func (s *Site) rosterForm(c *fiber.Ctx) error { return s.showRoster(c, "", refusal{}) }

func (s *Site) showRoster(c *fiber.Ctx, pasted string, r refusal) error {
	l := s.localizer(c)
	return render(c, l, admin.RosterFormPage(admin.RosterForm{
		Page: s.page(c, l, "admin", l.T("admin.roster.title")), Example: l.T("admin.roster.example_lines"), Message: r.message, Errors: r.list,
		File: part.Field{Name: "file", Label: l.T("admin.roster.file"), Type: "file", Error: r.fields["file"]},
		List: part.Field{Name: "list", Label: l.T("admin.roster.paste"), Value: pasted, Rows: 6, Error: r.fields["list"]},
	}))
}

// rosterLook shows the fate of every row; nothing is written yet.
func (s *Site) rosterLook(c *fiber.Ctx) error {
	l := s.localizer(c)
	text, rows, err := s.roster(c)
	if err == nil {
		err = s.People.Check(c.UserContext(), httpd.Viewer(c), rows)
	}
	if r, ok := s.refused(l, err); ok {
		c.Status(status(err))
		return s.showRoster(c, text, r)
	}
	if err != nil {
		return err
	}
	p := admin.RosterPreview{Page: s.page(c, l, "admin", l.T("admin.roster.preview")), List: text}
	for _, r := range rows {
		p.Rows = append(p.Rows, rosterRow(l, r))
		switch r.Fate {
		case people.FateNew:
			p.New++
		case people.FateKnown:
			p.Known++
		default:
			p.Wrong++
		}
	}
	return render(c, l, admin.RosterPreviewPage(p))
}

func rosterRow(l *i18n.Localizer, r *people.RosterRow) admin.RosterRow {
	out := admin.RosterRow{Line: r.Line, Name: r.Name, Branch: r.Branch, Fate: string(r.Fate), Login: login(r.Email, r.PersonnelNumber)}
	if r.Role.Valid() {
		out.Role = l.T("role." + string(r.Role))
	}
	for _, w := range r.Wrong {
		note := l.Message(w.Message)
		if label := "field." + w.Field; l.Has(label) { // "fill this in" alone says nothing of what
			note = l.T("admin.roster.note", "Field", l.T(label), "What", note)
		}
		out.Notes = append(out.Notes, note)
	}
	if r.KnownAs != "" {
		out.Notes = append(out.Notes, l.T("admin.roster.known_as", "Name", r.KnownAs))
	}
	return out
}

// login is what somebody signs in by: the mail address, the personnel number or either.
func login(email, number string) string {
	if email != "" && number != "" {
		return email + " · " + number
	}
	return email + number
}

// rosterAdd adds everybody who is new, and shows their ways in.
func (s *Site) rosterAdd(c *fiber.Ctx) error {
	l := s.localizer(c)
	text, rows, err := s.roster(c)
	var made []people.Issued
	if err == nil {
		made, err = s.People.Enrol(c.UserContext(), httpd.Viewer(c), rows)
	}
	if r, ok := s.refused(l, err); ok {
		c.Status(status(err))
		return s.showRoster(c, text, r)
	}
	if err != nil {
		return err
	}
	s.Indexer.Wake()
	p := admin.RosterDone{Page: s.page(c, l, "admin", l.T("admin.roster.title"))}
	var letters []people.Issued
	for _, w := range made {
		if w.Email == "" && len(letters) < people.MaxLetters {
			letters = append(letters, w)
		}
		p.People = append(p.People, admin.WayIn{
			Name: w.Name, Login: login(w.Email, w.PersonnelNumber), Branch: w.BranchName, URL: s.base(c) + "/invite/" + w.Link, Code: auth.ShowCode(w.Code),
		})
	}
	if p.Letters, err = s.letterOf(c, l, letters); err != nil {
		return err
	}
	return render(c, l, admin.RosterDonePage(p))
}

// roster reads the list of a form: the file, else what was pasted. The text comes back as it is understood.
func (s *Site) roster(c *fiber.Ctx) (text string, rows []*people.RosterRow, err error) {
	form, err := httpd.ReadForm(c)
	if err != nil {
		return "", nil, err
	}
	form.Most = people.MaxRosterBytes
	data, err := rosterFile(form)
	if err != nil {
		return "", nil, err
	}
	if len(data) == 0 {
		pasted, _ := form.Value("list")
		data = []byte(pasted)
	}
	text = people.RosterText(data)
	rows, err = people.ParseRoster(text, roleCalled)
	return text, rows, err
}

func rosterFile(form *httpd.Form) (data []byte, err error) {
	for {
		_, body, err := form.NextFile()
		if httpd.IsEnd(err) {
			return data, nil
		}
		if err != nil {
			return nil, err
		}
		if data, err = io.ReadAll(io.LimitReader(body, people.MaxRosterBytes+1)); err != nil {
			return nil, errs.Invalid("error.upload_broken").Because(err)
		}
		if len(data) > people.MaxRosterBytes {
			return nil, errs.New(errs.KindTooLarge, "error.body_too_large").Because(errors.New("a list of people"))
		}
	}
}

// roleCalled finds a role by its key or its name in any language of ours.
func roleCalled(name string) auth.Role {
	for _, r := range auth.Roles {
		if fold.Key(name) == string(r) {
			return r
		}
		for _, lang := range i18n.Languages {
			if fold.Key(name) == fold.Key(i18n.For(lang).T("role."+string(r))) {
				return r
			}
		}
	}
	return auth.Role(name)
}
