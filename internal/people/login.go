package people

import (
	"context"
	"strings"
	"unicode"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
)

// maxNumber is the longest personnel number, in runes.
const maxNumber = 40

// checkLogin wants a mail address or a personnel number: one of them is what people sign in by.
func checkLogin(e *errs.Error, email, number string) {
	switch {
	case email == "" && number == "":
		e.Field("email", "error.field.email_or_number")
	case email != "" && !validEmail(email):
		e.Field("email", "error.field.email")
	}
	if number != "" && !validNumber(number) {
		e.Field("personnel_number", "error.field.personnel_number")
	}
}

// validNumber takes letters, digits and a few marks. An @ would make it a mail address.
func validNumber(s string) bool {
	return len([]rune(s)) <= maxNumber && !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(" -./_", r)
	})
}

// emailKey is the folded mail address, or for who has none a key that no address can be.
func emailKey(email, id string) string {
	if email == "" {
		return "-" + id
	}
	return fold.Key(email)
}

// userByLogin returns a person by what is typed to sign in: the mail address or the personnel number.
func (s *Service) userByLogin(ctx context.Context, login string) (*User, error) {
	if strings.Contains(login, "@") {
		return s.UserByEmail(ctx, login)
	}
	number := strings.ToLower(fold.Line(login))
	if number == "" {
		return nil, errs.NotFound("user")
	}
	u, err := s.userWhere(ctx, "lower(u.personnel_number) = ?", number)
	if err != nil {
		return nil, err
	}
	return u, s.withGroups(ctx, u)
}

// Login is what the person signs in by.
func (u *User) Login() string {
	if u.Email != "" {
		return u.Email
	}
	return u.PersonnelNumber
}

// taken words a clash of a mail address or personnel number with somebody else's.
func taken(err error, email string) error {
	if strings.Contains(err.Error(), "users_by_personnel_number") {
		return errs.Conflict("error.number_exists").Field("personnel_number", "error.field.number_taken")
	}
	return errs.Conflict("error.user_exists", "Email", email).Field("email", "error.field.email_taken")
}
