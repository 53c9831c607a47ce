package people

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-vcard"

	"github.com/aanpak/aanpak/internal/auth"
)

// WriteCards writes people, as a viewer may see them, as vCards of version 4.0. With photos each has its face in it: for one person, where
// that is no burden.
func (s *Service) WriteCards(ctx context.Context, w io.Writer, v auth.Viewer, list []*User, site string, photos bool) error {
	for _, u := range list {
		s.veil(v, u) // whoever gave the list
		card := u.vcard(site)
		if photos && u.Photo != "" {
			s.addPhoto(ctx, card, u)
		}
		var b bytes.Buffer
		err := vcard.NewEncoder(&b).Encode(card)
		if err == nil {
			_, err = w.Write(folded(b.Bytes()))
		}
		if err != nil {
			return fmt.Errorf("write vcard of %s: %w", u.ID, err)
		}
	}
	return nil
}

// folded brings lines to at most 75 bytes, between letters, as RFC 6350 asks. The encoder also puts a backslash before the comma of an
// address of data, which is no list of values.
func folded(card []byte) []byte {
	card = bytes.Replace(card, []byte(`;base64\,`), []byte(";base64,"), 1)
	var out bytes.Buffer
	used := 0
	for len(card) > 0 {
		r, n := utf8.DecodeRune(card)
		if used+n > 75 && r != '\r' && r != '\n' {
			out.WriteString("\r\n ")
			used = 1
		}
		out.Write(card[:n])
		if used += n; r == '\n' {
			used = 0
		}
		card = card[n:]
	}
	return out.Bytes()
}

func (u *User) vcard(site string) vcard.Card {
	c := vcard.Card{}
	c.SetValue(vcard.FieldVersion, "4.0")
	c.SetValue(vcard.FieldUID, "urn:aanpak:user:"+u.ID)
	c.SetValue(vcard.FieldFormattedName, u.Name)
	given, family, _ := strings.Cut(u.Name, " ")
	c.SetName(&vcard.Name{GivenName: given, FamilyName: family})
	c.SetValue(vcard.FieldOrganization, escapeComponent(u.BranchName))
	add := func(field, value string, types ...string) {
		if value == "" {
			return
		}
		f := &vcard.Field{Value: value}
		if len(types) > 0 {
			f.Params = vcard.Params{vcard.ParamType: types}
		}
		c.Add(field, f)
	}
	add(vcard.FieldTitle, u.Function)
	add(vcard.FieldEmail, u.Email, vcard.TypeWork)
	add(vcard.FieldTelephone, u.Phone, vcard.TypeWork, vcard.TypeVoice)
	add(vcard.FieldTelephone, u.Mobile, vcard.TypeCell)
	for _, tag := range u.Speaks() {
		add(vcard.FieldLanguage, tag)
	}
	if site != "" {
		add(vcard.FieldURL, site+"/people/"+u.ID)
	}
	c.SetRevision(u.UpdatedAt.UTC())
	return c
}

// escapeComponent keeps a value of several parts from being taken apart.
func escapeComponent(s string) string { return strings.ReplaceAll(s, ";", ",") }

// addPhoto puts the face into a card. One without is better than none where the store is away.
func (s *Service) addPhoto(ctx context.Context, c vcard.Card, u *User) {
	b, err := s.openPhoto(ctx, u, PhotoSizes[0])
	if err != nil {
		return
	}
	defer b.Close()
	data, err := io.ReadAll(b)
	if err != nil {
		return
	}
	c.SetValue(vcard.FieldPhoto, "data:image/jpeg;base64,"+base64.StdEncoding.EncodeToString(data))
}
