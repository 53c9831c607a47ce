package site

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"
	"unicode"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/templates/part"
)

// flashCookie carries a short message over the redirect after a change. It holds a key of the catalogue, never markup,
// and is shown to nobody but its own browser.
const flashCookie = "aanpak_flash"

type flash struct {
	Key  string `json:"k"`
	Name string `json:"n,omitempty"` // fills Title and Name
	N    int    `json:"c,omitempty"`
	Undo string `json:"u,omitempty"` // path to post to
	Look string `json:"l,omitempty"` // path of the thing, where one does not arrive at it
}

// done answers a change that worked: back to a page, with a word about it.
func (s *Site) done(c *fiber.Ctx, to string, f flash) error {
	if f.Key != "" {
		b, err := json.Marshal(f)
		if err != nil {
			return err
		}
		s.cookie(c, flashCookie, base64.RawURLEncoding.EncodeToString(b), time.Minute)
	}
	return c.Redirect(to, fiber.StatusSeeOther)
}

// takeFlash returns the message once.
func (s *Site) takeFlash(c *fiber.Ctx, l *i18n.Localizer) *part.Toast {
	value := s.Server.Cookie(c, flashCookie)
	if value == "" {
		return nil
	}
	s.cookie(c, flashCookie, "", -time.Hour)
	b, err := base64.RawURLEncoding.DecodeString(value)
	var f flash
	if err != nil || json.Unmarshal(b, &f) != nil || !strings.HasPrefix(f.Key, "toast.") || !l.Has(f.Key) {
		return nil
	}
	t := &part.Toast{Text: l.N(f.Key, f.N, "Title", f.Name, "Name", f.Name)}
	if f.Undo != "" && localPath(f.Undo) == f.Undo {
		t.UndoURL, t.UndoLabel = f.Undo, l.T("action.undo")
	}
	if f.Look != "" && localPath(f.Look) == f.Look {
		t.LookURL, t.LookLabel = f.Look, l.T("action.look")
	}
	return t
}

// cookie sets a cookie that scripts cannot read; a negative age takes it back.
func (s *Site) cookie(c *fiber.Ctx, name, value string, age time.Duration) {
	s.Server.SetCookie(c, name, value, s.Now().Add(age))
}

// localPath returns a path of ours to go back to, or "/" for anything that could lead elsewhere.
func localPath(p string) string {
	if !strings.HasPrefix(p, "/") || strings.HasPrefix(p, "//") || strings.ContainsFunc(p, leadsAstray) {
		return "/"
	}
	return p
}

// leadsAstray tells what browsers leave out of an address or take for a slash.
func leadsAstray(r rune) bool { return r == '\\' || unicode.IsControl(r) }
