package people

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
)

// Profile is what people say of themselves.
type Profile struct {
	Name, Function, Phone, About, Language, Theme string

	Mobile       string
	MobileHidden bool     // only the own branch sees it
	Languages    []string // of Tongues
	WorkingOn    string
	Expertise    []string // by name, new ones are put on the shared list; nil = as it is
}

// workingOnFades is after how long a line of what somebody is working on is not shown any more.
const workingOnFades = 6 * 7 * 24 * time.Hour

// maxAbout is the longest text about oneself, in runes.
const maxAbout = 4000

// Tongues are the languages that people may say they speak, as BCP-47 tags: those of Dutch building sites and of the countries around.
var Tongues = []string{
	"nl", "en", "de", "fr", "ar", "bg", "bs", "cs", "da", "dse", "el", "es", "et", "fa", "fi", "fy", "hr", "hu", "id", "it", "ja", "ku", "li", "lt", "lv",
	"nb", "nds", "pap", "pl", "ps", "pt", "rif", "ro", "ru", "sk", "sl", "so", "sq", "sr", "srn", "sv", "ti", "tr", "uk", "ur", "vi", "zgh", "zh",
}

// Profile returns what the person says of themselves.
func (u *User) Profile() Profile {
	return Profile{
		Name: u.Name, Function: u.Function, Phone: u.Phone, About: u.About, Language: u.Language, Theme: u.Theme,
		Mobile: u.Mobile, MobileHidden: u.MobileHidden, Languages: u.Speaks(), WorkingOn: u.WorkingOn,
	}
}

// Speaks returns the languages that the person speaks, as tags.
func (u *User) Speaks() []string { return strings.Fields(u.Languages) }

// Fixed tells whether the source of the account says a field, so that it is not changed here.
func (u *User) Fixed(field string) bool {
	return u.Source != SourceLocal && slices.Contains(strings.Split(u.Supplied, ","), field)
}

// seesMobile is the one place that says who sees a mobile number: everybody, or only the person's own branch where they said so.
func seesMobile(v auth.Viewer, u *User) bool {
	return !u.MobileHidden || v.UserID == u.ID || v.BranchID == u.BranchID
}

// veil takes out of people what the viewer may not see, and what is too old to be shown. Of who left only the name is told, and what an
// administrator's list needs.
func (s *Service) veil(v auth.Viewer, list ...*User) {
	for _, u := range list {
		if !seesMobile(v, u) {
			u.Mobile = ""
		}
		if !u.Active() {
			u.Photo, u.WorkingOn, u.Phone, u.Mobile, u.About, u.Languages = "", "", "", "", "", ""
		}
		s.fade(u)
	}
}

// fade drops a line of what somebody is working on that nobody has touched for weeks.
func (s *Service) fade(u *User) {
	if s.Now().Sub(u.WorkingOnAt.Time) > workingOnFades {
		u.WorkingOn = ""
	}
}

// clean folds white space and checks the fields.
func (p *Profile) clean() error {
	p.Name, p.Function, p.Phone = fold.Line(p.Name), fold.Line(p.Function), fold.Line(p.Phone)
	p.Mobile, p.WorkingOn = fold.Line(p.Mobile), fold.Line(p.WorkingOn)
	e := errs.Invalid("error.invalid")
	if nameless(p.Name) {
		e.Field("name", "error.field.required")
	}
	if len([]rune(p.About)) > maxAbout {
		e.Field("about", "error.field.too_long", "Max", maxAbout)
	}
	for _, tag := range p.Languages {
		if !slices.Contains(Tongues, tag) {
			e.Field("languages", "error.field.language_unknown", "Tag", fold.Cut(fold.Line(tag), 20))
			break
		}
	}
	slices.SortFunc(p.Languages, func(a, b string) int { return slices.Index(Tongues, a) - slices.Index(Tongues, b) })
	p.Languages = slices.Compact(p.Languages)
	tooLong(e, map[string]string{"name": p.Name, "function": p.Function, "phone": p.Phone, "mobile": p.Mobile, "working_on": p.WorkingOn})
	return e.OrNil()
}

// fixed refuses to change what the directory says.
func (p *Profile) fixed(u *User) error {
	e := errs.Invalid("error.invalid")
	for field, values := range map[string][2]string{"name": {u.Name, p.Name}, "function": {u.Function, p.Function}, "phone": {u.Phone, p.Phone}} {
		if u.Fixed(field) && values[0] != values[1] {
			e.Field(field, "error.field.from_directory")
		}
	}
	return e.OrNil()
}

// UpdateProfile changes the viewer's own profile. What the company's directory says of somebody stays as it is.
func (s *Service) UpdateProfile(ctx context.Context, v auth.Viewer, p Profile) error {
	if v.UserID == "" {
		return errs.Unauthorized()
	}
	p.Languages = slices.Clone(p.Languages)
	if err := p.clean(); err != nil {
		return err
	}
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		before := new(User)
		if err := tx.NewSelect().Model(before).Where("u.id = ?", v.UserID).Scan(ctx); err != nil {
			return notFound(err, "user")
		}
		if err := p.fixed(before); err != nil {
			return err
		}
		if p.Expertise != nil {
			if err := s.setExpertise(ctx, tx, v, p.Expertise); err != nil {
				return err
			}
		}
		u := *before
		changed := s.applyTo(&u, p)
		if len(changed) == 0 {
			return nil
		}
		err := updateUserTx(ctx, tx, &u, "name", "name_folded", "function", "phone", "about", "language", "theme", "mobile", "mobile_hidden",
			"languages", "working_on", "working_on_at", "updated_at")
		if err != nil {
			return err
		}
		return audit.Log(ctx, tx, v, "user.profile", "user:"+u.ID, strings.Join(changed, ", "))
	})
	if err != nil {
		return fmt.Errorf("update profile: %w", db.Classify(err))
	}
	return nil
}

// applyTo writes a profile into an account and names the fields that are other than they were: the trail tells no more.
func (s *Service) applyTo(u *User, p Profile) (changed []string) {
	set := func(field string, to *string, value string) {
		if *to != value {
			*to, changed = value, append(changed, field)
		}
	}
	s.fade(u)
	set("name", &u.Name, p.Name)
	set("function", &u.Function, p.Function)
	set("phone", &u.Phone, p.Phone)
	set("mobile", &u.Mobile, p.Mobile)
	set("about", &u.About, p.About)
	set("languages", &u.Languages, strings.Join(p.Languages, " "))
	set("language", &u.Language, oneOf(p.Language, "nl", "en"))
	set("theme", &u.Theme, oneOf(p.Theme, "light", "dark"))
	if u.MobileHidden != p.MobileHidden {
		u.MobileHidden, changed = p.MobileHidden, append(changed, "mobile_hidden")
	}
	if u.WorkingOn != p.WorkingOn {
		u.WorkingOn, u.WorkingOnAt, changed = p.WorkingOn, bun.NullTime{Time: s.Now()}, append(changed, "working_on")
	}
	u.NameFolded, u.UpdatedAt = fold.Key(u.Name), s.Now()
	return changed
}

// notFound turns the error of no row into that of a thing that is not there.
func notFound(err error, what string) error {
	if db.IsNoRows(err) {
		return errs.NotFound(what)
	}
	return err
}

// Missing names what somebody has not yet said of themselves, in the order in which it helps colleagues most.
func (u *User) Missing() (fields []string) {
	for _, f := range []struct {
		name  string
		there bool
	}{
		{"photo", u.Photo != ""},
		{"function", u.Function != ""},
		{"expertise", len(u.Expertise) > 0},
		{"phone", u.Phone != "" || u.Mobile != ""},
		{"about", u.About != ""},
		{"languages", u.Languages != ""},
		{"working_on", u.WorkingOn != ""},
	} {
		if !f.there {
			fields = append(fields, f.name)
		}
	}
	return fields
}

// SetTheme changes how pages look to the viewer, and nothing else.
func (s *Service) SetTheme(ctx context.Context, v auth.Viewer, theme string) error {
	if v.UserID == "" {
		return errs.Unauthorized()
	}
	return s.updateUser(ctx, &User{ID: v.UserID, Theme: oneOf(theme, "light", "dark"), UpdatedAt: s.Now()}, "theme", "updated_at")
}
