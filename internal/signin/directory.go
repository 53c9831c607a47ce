package signin

import (
	"context"
	"slices"

	"github.com/aanpak/aanpak/internal/config"
	"github.com/aanpak/aanpak/internal/directory"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/rules"
)

// Directory is the company's directory with the rules that say what its groups mean here. It implements people.Directory.
type Directory struct {
	*directory.Directory
	rules rules.Rules
}

// openDirectory returns the directory that the settings name, nil where they name none. It is not asked whether it is there.
func openDirectory(c *config.LDAP) (*Directory, error) {
	d, list, err := c.Open()
	if err != nil || d == nil {
		return nil, err
	}
	return &Directory{d, list}, nil
}

// Find returns who goes by a name.
func (d *Directory) Find(ctx context.Context, name string) (*people.External, error) {
	p, err := d.Directory.Find(ctx, name)
	if err != nil {
		return nil, err
	}
	return d.external(p), nil
}

// Check tells whether a password is right.
func (d *Directory) Check(ctx context.Context, x *people.External, password string) error {
	return d.Directory.Check(ctx, x.DN, password)
}

// All returns everybody.
func (d *Directory) All(ctx context.Context) ([]*people.External, error) {
	list, err := d.Directory.All(ctx)
	if err != nil {
		return nil, err
	}
	return d.externals(list), nil
}

// Some returns a handful, and whether there are more.
func (d *Directory) Some(ctx context.Context, most int) ([]*people.External, bool, error) {
	list, more, err := d.Directory.Some(ctx, most)
	if err != nil {
		return nil, false, err
	}
	return d.externals(list), more, nil
}

func (d *Directory) externals(list []directory.Person) []*people.External {
	out := make([]*people.External, len(list))
	for i := range list {
		out[i] = d.external(&list[i])
	}
	return out
}

func (d *Directory) external(p *directory.Person) *people.External {
	gets := d.rules.Decide(func(group string) bool { return slices.Contains(p.Groups, group) })
	return &people.External{
		Source: people.SourceLDAP, ID: p.ID, DN: p.DN, Email: p.Mail, Name: p.Name, Function: p.Function, Phone: p.Phone, Role: gets.Role, Branch: gets.Branch,
		Branches: p.Branches, Disabled: p.Disabled,
	}
}
