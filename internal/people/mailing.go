package people

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/internal/jobs"
	"github.com/aanpak/aanpak/internal/mail"
)

const (
	forgotFor = time.Hour       // a link to choose another password
	forgotGap = 5 * time.Minute // in which nobody gets a second one
)

// mailing is how messages go out; without a server none do.
type mailing struct {
	jobs   *jobs.Runner
	server *mail.Server
	url    string // public address, for links
}

// mailKind is what a message is about.
type mailKind string

const (
	mailInvite mailKind = "invite"
	mailForgot mailKind = "forgot"
	mailMoved  mailKind = "moved" // to the address that was somebody's until now
)

// mailArgs say what to write to whom. A way in is made by the job itself, so that no secret waits in the database; a second attempt makes
// another, and the first one ends.
type mailArgs struct {
	Kind  mailKind `json:"kind"`
	User  string   `json:"user,omitempty"`
	Email string   `json:"email,omitempty"` // as somebody who forgot a password typed it, whether there is such an account or not
	From  string   `json:"from,omitempty"`  // where that came from
}

// mailJob is tried for some hours where the server is away.
var mailJob = jobs.Job[mailArgs]{Name: "people.mail", Timeout: time.Minute, Attempts: 20}

// UseMail lets messages go out by a server, with links to the public address; the server may be nil. Jobs must not have been opened.
func (s *Service) UseMail(r *jobs.Runner, m *mail.Server, url string) {
	s.mailing = mailing{jobs: r, server: m, url: url}
	jobs.Handle(r, mailJob, s.sendMail)
}

// HasMail tells whether messages can be sent.
func (s *Service) HasMail() bool { return s.mailing.server != nil && s.mailing.url != "" }

func (s *Service) wantMail() error {
	if !s.HasMail() {
		return errs.Conflict("error.mail_off")
	}
	return nil
}

// InviteByMail sends somebody a link and a code to choose a password with; earlier ones end.
func (s *Service) InviteByMail(ctx context.Context, v auth.Viewer, userID string) error {
	if err := errors.Join(CanAdminister(v), s.wantMail()); err != nil {
		return err
	}
	u, err := s.userWhere(ctx, "u.id = ? AND u.deactivated_at IS NULL", userID)
	if err != nil {
		return err
	}
	if err := u.ownPassword(); err != nil {
		return err
	}
	if u.Email == "" {
		return errs.Conflict("error.mail_none")
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := mailJob.Enqueue(ctx, s.mailing.jobs, tx, mailArgs{Kind: mailInvite, User: u.ID}); err != nil {
			return err
		}
		return audit.Log(ctx, tx, v, "user.invite", "user:"+u.ID, "mail")
	})
	if err != nil {
		return fmt.Errorf("invite by mail: %w", db.Classify(err))
	}
	return nil
}

// ForgotPassword has a link sent to whom an address is of. Nothing is looked up before the answer: it is the same, and comes as soon, whether there
// is such an account or not. How often somebody may ask is counted by address and by client.
func (s *Service) ForgotPassword(ctx context.Context, email string, c Client) error {
	if err := s.wantMail(); err != nil {
		return err
	}
	email = fold.Line(email)
	if !validEmail(email) || len([]rune(email)) > maxLine {
		return errs.Invalid("error.invalid").Field("email", "error.field.email")
	}
	keys := []string{"forgot:" + fold.Key(email), "forgot-from:" + c.Address}
	if err := s.throttled(ctx, keys); err != nil {
		return err
	}
	if err := s.countFailure(ctx, keys); err != nil {
		return err
	}
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		return mailJob.Enqueue(ctx, s.mailing.jobs, tx, mailArgs{Kind: mailForgot, Email: fold.Key(email), From: c.Address})
	})
	if err != nil {
		return fmt.Errorf("forgot password: %w", db.Classify(err))
	}
	return nil
}

// sendMail is the job.
func (s *Service) sendMail(ctx context.Context, run jobs.Run, a mailArgs) error {
	if !s.HasMail() {
		return jobs.GiveUp(errors.New("mail is not set up any more"))
	}
	u, err := s.addressee(ctx, a)
	if errs.Is(err, errs.KindNotFound) {
		return nil // nobody, or gone since
	}
	if err != nil {
		return err
	}
	msg, err := s.message(ctx, run, a, u)
	if err != nil || msg == nil {
		return err
	}
	err = s.mailing.server.Send(ctx, *msg)
	if errors.Is(err, mail.ErrRefused) {
		return jobs.GiveUp(err)
	}
	return err
}

// tellMoved tells somebody that what they sign in by changed, also by mail to the address that they had: the new one may be another's.
func (s *Service) tellMoved(ctx context.Context, tx bun.Tx, v auth.Viewer, userID, old string) error {
	if err := s.tellWay(ctx, tx, v, userID, WayEmail); err != nil || old == "" || !s.HasMail() {
		return err
	}
	return mailJob.Enqueue(ctx, s.mailing.jobs, tx, mailArgs{Kind: mailMoved, User: userID, Email: old})
}

func (s *Service) addressee(ctx context.Context, a mailArgs) (*User, error) {
	if a.Kind == mailMoved {
		u, err := s.userWhere(ctx, "u.id = ?", a.User)
		if err == nil {
			u.Email = a.Email
		}
		return u, err
	}
	if a.Kind == mailInvite {
		return s.userWhere(ctx, "u.id = ? AND u.deactivated_at IS NULL AND u.email <> ''", a.User)
	}
	return s.userWhere(ctx, "u.email_folded = ? AND u.deactivated_at IS NULL", a.Email)
}

// message makes the way in and words it; nil where there is nothing to say.
func (s *Service) message(ctx context.Context, run jobs.Run, a mailArgs, u *User) (*mail.Message, error) {
	switch {
	case a.Kind == mailMoved:
		return wordMail(u, "moved", "", nil), nil
	case a.Kind == mailInvite && !u.Source.SignsInHere():
		return nil, nil // belongs to a directory or provider since
	case a.Kind == mailInvite:
		return s.inviteMessage(ctx, u)
	case !u.Source.SignsInHere():
		return wordMail(u, "elsewhere", "", nil), nil
	}
	return s.forgotMessage(ctx, run, a, u)
}

func (s *Service) inviteMessage(ctx context.Context, u *User) (*mail.Message, error) {
	sealer, err := s.sealer(ctx)
	if err != nil {
		return nil, err
	}
	var made []Issued
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		made, err = s.issue(ctx, tx, []*User{u}, sealer)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("invitation to mail: %w", db.Classify(err))
	}
	code := []any{"Code", made[0].Code, "URL", s.mailing.url + "/code", "Days", int(letterFor.Hours() / 24)}
	return wordMail(u, "invite", s.mailing.url+"/invite/"+made[0].Link, code), nil
}

// forgotMessage makes a link that ends earlier ones, but not the code of a letter: a stranger who knows an address must not end that.
func (s *Service) forgotMessage(ctx context.Context, run jobs.Run, a mailArgs, u *User) (*mail.Message, error) {
	link, soon := auth.NewSecret(""), false
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := s.db.Turn(ctx, tx, "people.forgot:"+u.ID); err != nil { // two that ask at the same time would each see no link
			return err
		}
		if soon, err = tx.NewSelect().Model((*invitation)(nil)).Where("user_id = ?", u.ID).Where("code_hash = ''").Where("created_at > ?", s.Now().Add(-forgotGap)).Exists(ctx); err != nil || soon && run.Attempt == 1 {
			return err
		}
		soon = false
		if _, err := tx.NewDelete().Model((*invitation)(nil)).Where("user_id = ?", u.ID).Where("code_hash = ''").Exec(ctx); err != nil {
			return err
		}
		row := &invitation{SecretHash: auth.HashSecret(link), UserID: u.ID, CreatedAt: s.Now(), ExpiresAt: s.Now().Add(forgotFor)}
		if _, err := tx.NewInsert().Model(row).Exec(ctx); err != nil {
			return err
		}
		v := auth.System()
		v.Address = a.From
		return audit.Log(ctx, tx, v, "user.forgot", "user:"+u.ID, "")
	})
	if err != nil || soon {
		return nil, db.Classify(err)
	}
	return wordMail(u, "forgot", s.mailing.url+"/invite/"+link, nil), nil
}

// wordMail words a message in the reader's language.
func wordMail(u *User, key, link string, code []any) *mail.Message {
	l := i18n.For(cmp.Or(u.Language, "nl"))
	m := &mail.Message{
		To: u.Email, Name: u.Name, Language: l.Lang(), Subject: l.T("mail." + key + ".subject"), Link: link,
		Lines: []string{l.T("mail.hello", "Name", u.Name), l.T("mail."+key+".text", "Email", u.Email)},
	}
	if link != "" {
		m.Button = l.T("mail." + key + ".button")
		m.After = append(m.After, l.T("mail."+key+".after", code...))
	}
	m.After = append(m.After, l.T("mail.why"))
	return m
}
