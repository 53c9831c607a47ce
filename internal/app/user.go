package app

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/people"
)

type migrateCmd struct{}

func (migrateCmd) Run(k *call) (err error) {
	a, err := k.open(Parts{})
	if err != nil {
		return err
	}
	defer closing(a, &err)
	fmt.Fprintln(k.Stdout, "the database is at this version")
	return nil
}

// closing closes the app and keeps the first error.
func closing(a *App, err *error) { *err = errors.Join(*err, a.Close()) }

type userCmd struct {
	Create userCreateCmd `cmd:"" help:"Add a person; prints the id."`
}

type userCreateCmd struct {
	Email         string `required:"" help:"Mail address, by which the person signs in."`
	Name          string `required:"" help:"Full name."`
	Branch        string `required:"" help:"Branch; a new one is made."`
	Role          string `required:"" help:"member, ambassador, editor, manager, hr or admin."`
	PasswordStdin bool   `help:"Read the password from standard input; without it the person chooses one by an invitation."`
}

// Run adds the person.
func (c *userCreateCmd) Run(k *call) (err error) {
	n := people.NewUser{Email: c.Email, Name: c.Name, Branch: c.Branch, Role: auth.Role(c.Role)}
	if !n.Role.Valid() {
		return usageError{fmt.Errorf("--role must be one of member, ambassador, editor, manager, hr, admin, not %q", c.Role)}
	}
	if c.PasswordStdin {
		line, err := bufio.NewReader(k.Stdin).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if n.Password = strings.TrimRight(line, "\r\n"); n.Password == "" {
			return usageError{errors.New("--password-stdin: standard input is empty")}
		}
	}
	a, err := k.open(Parts{})
	if err != nil {
		return err
	}
	defer closing(a, &err)
	u, err := a.People.Create(k.ctx, auth.System(), n)
	if err != nil {
		return err
	}
	fmt.Fprintln(k.Stdout, u.ID)
	return nil
}

type tokenCmd struct {
	Create tokenCreateCmd `cmd:"" help:"Make a token; prints it alone."`
}

type tokenCreateCmd struct {
	Email string `required:"" help:"Whose token."`
	Name  string `required:"" help:"What it is for."`
}

// Run makes the token.
func (c *tokenCreateCmd) Run(k *call) (err error) {
	a, err := k.open(Parts{})
	if err != nil {
		return err
	}
	defer closing(a, &err)
	u, err := a.People.UserByEmail(k.ctx, c.Email)
	if err != nil {
		return err
	}
	secret, _, err := a.People.CreateToken(k.ctx, u.Viewer(), c.Name)
	if err != nil {
		return err
	}
	fmt.Fprintln(k.Stdout, secret)
	return nil
}
