package insight

import (
	"cmp"
	"context"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/internal/jobs"
	"github.com/aanpak/aanpak/internal/mail"
	"github.com/aanpak/aanpak/internal/notify"
)

// letterArgs name whom to write to, and of which day.
type letterArgs struct {
	User string `json:"user"`
	Day  string `json:"day"`
}

// enqueueLetters has every manager of a branch written to, on Mondays.
func (s *Service) enqueueLetters(ctx context.Context, _ jobs.Run, _ struct{}) error {
	today := s.Now().In(s.Zone)
	if today.Weekday() != time.Monday || !s.Notify.HasMail() {
		return nil
	}
	var ids []string
	err := s.DB.Reader().NewSelect().TableExpr("users").Column("id").Where("role = ?", auth.RoleManager).Where("deactivated_at IS NULL").Where("email <> ''").Scan(ctx, &ids)
	if err != nil {
		return scan("whom to write to", err)
	}
	return db.Classify(s.DB.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		for _, id := range ids {
			if err := letterJob.Enqueue(ctx, s.Jobs, tx, letterArgs{id, today.Format(time.DateOnly)}); err != nil {
				return err
			}
		}
		return nil
	}))
}

// sendLetter writes to a manager what there is to do, as they may see it now. Where there is nothing no mail goes out.
func (s *Service) sendLetter(ctx context.Context, _ jobs.Run, a letterArgs) error {
	v, err := s.People.Acting(ctx, a.User)
	if errs.Is(err, errs.KindUnauthorized) { // who left since
		return nil
	}
	if err != nil || CanDirect(v) != nil {
		return err
	}
	list, err := s.Tips(ctx, v)
	if err != nil || len(list) == 0 {
		return err
	}
	l := i18n.For(cmp.Or(v.Language, "nl"))
	return s.Notify.Letter(ctx, a.User, notify.Director, s.letter(l, list), "director-"+a.User+"-"+a.Day)
}

// letter words the tips. Each leads to where it is done. Titles alone are told, and of what is for fewer than a branch not even these, nor a
// link that has words of it: mail lies about on phones.
func (s *Service) letter(l *i18n.Localizer, list []*Tip) mail.Message {
	m := mail.Message{
		Subject: l.N("director.mail.subject", len(list)) + " – Aanpak", Lines: []string{l.N("director.mail.text", len(list))},
		Button: l.T("director.mail.button"), Link: s.URL + "/director",
	}
	for _, t := range list {
		item := mail.Item{Lines: []string{t.Sentence(l)}, Link: m.Link}
		if t.Wide {
			item.Lines, item.Link = append(item.Lines, t.Title), s.URL+t.Path(l)
		}
		m.Items = append(m.Items, item)
	}
	return m
}
