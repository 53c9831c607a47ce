package notify

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/internal/jobs"
	"github.com/aanpak/aanpak/internal/mail"
	"github.com/aanpak/aanpak/internal/people"
)

// perMail is of how many threads one message tells; of the rest it gives the number.
const perMail = 15

// sendMail is the job: it tells somebody by mail all that is due, in one message.
func (s *Service) sendMail(ctx context.Context, _ jobs.Run, a userArgs) error {
	list, ids, err := s.due(ctx, a.User, "mail_at")
	if errs.Is(err, errs.KindUnauthorized) { // who left since
		return s.sent(ctx, "mail_at", ids)
	}
	if err != nil {
		return err
	}
	if len(list) > 0 && s.HasMail() {
		if err := s.letter(ctx, a.User, list, ids); err != nil {
			return err
		}
	}
	return s.sent(ctx, "mail_at", ids)
}

func (s *Service) letter(ctx context.Context, userID string, list []*Bundle, ids []string) error {
	u, err := s.People.User(ctx, auth.System(), userID)
	if err != nil || u.Email == "" {
		return err
	}
	l := i18n.For(cmp.Or(u.Language, "nl"))
	return s.post(ctx, u, l, s.word(l, list), kindOf(list), messageKey(ids))
}

// Letter sends somebody a message of its own about a kind, unless they switched its mails off. The key is that of mail.Message.
func (s *Service) Letter(ctx context.Context, userID string, k Kind, m mail.Message, key string) error {
	if !s.HasMail() {
		return nil
	}
	p, err := readPreferences(ctx, s.DB.Reader(), userID)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(p.Kinds, func(x Preference) bool { return x.Kind == k }); i < 0 || p.Kinds[i].Rhythm == InApp {
		return nil
	}
	u, err := s.People.User(ctx, auth.System(), userID)
	if err != nil || u.Email == "" {
		return err
	}
	return s.post(ctx, u, i18n.For(cmp.Or(u.Language, "nl")), m, k, key)
}

// post sends a message, with a way to have no more of its kind; "" has none.
func (s *Service) post(ctx context.Context, u *people.User, l *i18n.Localizer, m mail.Message, k Kind, key string) error {
	sealer, err := s.People.Sealer(ctx)
	if err != nil {
		return err
	}
	m.To, m.Name, m.Language, m.Key = u.Email, u.Name, l.Lang(), key
	if k != "" {
		m.Unsubscribe = s.URL + "/unsubscribe/" + unsubscribeSecret(sealer, u.ID, k)
		m.After = append(m.After, l.T("notify.mail.unsubscribe", "Kind", l.T("notify.kind."+string(k)), "URL", m.Unsubscribe))
	}
	m.After = append(m.After, l.T("notify.mail.why", "URL", s.URL+"/settings/notifications"))
	err = s.Mail.Send(ctx, m)
	if errors.Is(err, mail.ErrRefused) { // for good: trying again would not help, nor would keeping it
		s.Log.WarnContext(ctx, "mail server refused a notification", "user", u.ID, "err", err)
		return nil
	}
	return err
}

// word says what there is to tell. Of what is for fewer than a branch it gives the title alone: mail lies about on phones and in mailboxes
// that others read along.
func (s *Service) word(l *i18n.Localizer, list []*Bundle) mail.Message {
	m := mail.Message{Lines: []string{l.N("notify.mail.text", len(list))}, Button: l.T("notify.mail.button"), Link: s.URL + "/notifications"}
	m.Subject = list[0].Sentences(l)[0] + " – Aanpak"
	if len(list) > 1 {
		m.Subject = l.N("notify.mail.subject", len(list)) + " – Aanpak"
	}
	for _, b := range list[:min(len(list), perMail)] {
		item := mail.Item{Lines: b.Sentences(l), Link: s.URL + b.URL}
		if b.Wide {
			item.Text = b.Text
		}
		m.Items = append(m.Items, item)
	}
	if more := len(list) - perMail; more > 0 {
		m.After = append(m.After, l.N("notify.mail.more", more))
	}
	return m
}

// kindOf is the kind that one press unsubscribes from: the first that can be switched off. A message of the ways in has none.
func kindOf(list []*Bundle) Kind {
	for _, b := range list {
		for _, line := range b.Lines {
			if sort, _ := sortOf(line.Kind); !sort.Fixed {
				return line.Kind
			}
		}
	}
	return ""
}

// messageKey is the same for the same notifications, whichever attempt sends them.
func messageKey(ids []string) string {
	ids = slices.Sorted(slices.Values(ids))
	sum := sha256.Sum256([]byte(strings.Join(ids, " ")))
	return "notify-" + hex.EncodeToString(sum[:12])
}

// unsubscribeSecret is what stands in a link that can switch off the mails of one kind for one person, and do nothing else.
func unsubscribeSecret(sealer *auth.Sealer, userID string, k Kind) string {
	return userID + "." + string(k) + "." + sealer.Hash("notify.unsubscribe", userID+" "+string(k))
}

// Unsubscribable returns the kind that a link switches off, and the language of whom it is of. A link that is none is not found.
func (s *Service) Unsubscribable(ctx context.Context, secret string) (k Kind, language string, err error) {
	_, k, language, err = s.unsubscribed(ctx, secret)
	return k, language, err
}

// Unsubscribe switches the mails of a link's kind off. Doing so twice is no mistake.
func (s *Service) Unsubscribe(ctx context.Context, secret string) error {
	userID, k, _, err := s.unsubscribed(ctx, secret)
	if err != nil {
		return err
	}
	p, err := readPreferences(ctx, s.DB.Reader(), userID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(p.Kinds, func(x Preference) bool { return x.Kind == k })
	p.Kinds[i].Rhythm = InApp
	p.Kinds = p.Kinds[i : i+1]
	if err := s.SetPreferences(ctx, auth.Viewer{UserID: userID}, p); err != nil {
		return fmt.Errorf("unsubscribe: %w", err)
	}
	return nil
}

func (s *Service) unsubscribed(ctx context.Context, secret string) (userID string, k Kind, language string, err error) {
	userID, rest, _ := strings.Cut(secret, ".")
	kind, _, _ := strings.Cut(rest, ".")
	sealer, err := s.People.Sealer(ctx)
	if err != nil {
		return "", "", "", err
	}
	sort, ok := sortOf(Kind(kind))
	if !ok || sort.Fixed || !auth.SameSecret(secret, unsubscribeSecret(sealer, userID, Kind(kind))) {
		return "", "", "", errs.NotFound("link")
	}
	u, err := s.People.User(ctx, auth.System(), userID)
	if errs.Is(err, errs.KindNotFound) {
		return "", "", "", errs.NotFound("link")
	}
	if err != nil {
		return "", "", "", err
	}
	return userID, Kind(kind), u.Language, nil
}
