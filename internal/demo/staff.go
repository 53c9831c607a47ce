package demo

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/BurntSushi/toml"
	"golang.org/x/sync/errgroup"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/people"
)

// domain is that of every mail address; names under .example belong to nobody.
const domain = "hanzeveld.example"

// person is somebody of the company as written in people.toml. Key is the part of the mail address before the @.
type person struct {
	Key, Name, Branch, Function, Phone, About string
	Role                                      auth.Role
	Calculator                                bool
	Days                                      int // how long they are here; 0 = for years
}

// longHere is for how many days most people are in the company.
const longHere = 900

// Email is the address by which the person signs in.
func (p person) email() string { return p.Key + "@" + domain }

// Staff is the people of the company by key.
type Staff map[string]*people.User

// Account is somebody to sign in as.
type Account struct{ Email, Name, Function string }

// Accounts returns who is worth signing in as, with the reason in English.
func Accounts() []Account {
	return []Account{
		{"sanne@" + domain, "Sanne Visser", "tender writer in Zwolle, works on Molenwijk phase 2"},
		{"henk@" + domain, "Henk Driessen", "director of the branch Zwolle"},
		{"marieke@" + domain, "Marieke Kok", "tender manager in Zwolle, ambassador"},
		{"tom@" + domain, "Tom Bakker", "tender writer in Eindhoven, deadline this week"},
		{"dirk@" + domain, "Dirk Hofman", "foreman on site, reads on a phone"},
		{"anouk@" + domain, "Anouk Meijer", "administrator"},
	}
}

// LoadAccounts brings in the branches and those of Accounts, so that somebody can sign in at once. Load does the others.
func LoadAccounts(ctx context.Context, t Target) error {
	first := map[string]bool{}
	for _, a := range Accounts() {
		first[a.Email] = true
	}
	_, err := loadPeople(ctx, t, func(p person) bool { return first[p.email()] })
	return err
}

// loadPeople brings in the branches, and the people that are wanted and not there yet.
func loadPeople(ctx context.Context, t Target, wanted func(person) bool) (Staff, error) {
	var file struct {
		Branch []struct{ Name, Place string }
		Person []person
	}
	if _, err := toml.DecodeFS(content, "content/people.toml", &file); err != nil {
		return nil, fmt.Errorf("demo people: %w", err)
	}
	for _, b := range file.Branch {
		if err := ensureBranch(ctx, t, b.Name, b.Place); err != nil {
			return nil, fmt.Errorf("demo branch %s: %w", b.Name, err)
		}
	}
	staff, lock := Staff{}, sync.Mutex{}
	// Each password costs tens of milliseconds: several at once use every processor.
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(4)
	for _, p := range file.Person {
		if !wanted(p) {
			continue
		}
		g.Go(func() error {
			u, err := ensurePerson(gctx, t, p)
			if err != nil {
				return fmt.Errorf("demo person %s: %w", p.Key, err)
			}
			lock.Lock()
			defer lock.Unlock()
			staff[p.Key] = u
			return nil
		})
	}
	return staff, g.Wait()
}

func ensureBranch(ctx context.Context, t Target, name, place string) error {
	_, err := t.People.Branch(ctx, name)
	if errs.Is(err, errs.KindNotFound) {
		_, err = t.People.CreateBranch(ctx, auth.System(), name, place)
	}
	return err
}

func ensurePerson(ctx context.Context, t Target, p person) (*people.User, error) {
	u, err := t.People.UserByEmail(ctx, p.email())
	if !errs.Is(err, errs.KindNotFound) {
		return u, err
	}
	here := p.Days
	if here == 0 {
		here = longHere
	}
	u, err = t.People.Create(ctx, auth.System(), people.NewUser{
		Since: time.Now().AddDate(0, 0, -here),
		Email: p.email(), Name: p.Name, Branch: p.Branch, Role: p.Role, Calculator: p.Calculator, Function: p.Function, Phone: p.Phone, Password: Password,
	})
	if err != nil || p.About == "" {
		return u, err
	}
	err = t.People.UpdateProfile(ctx, u.Viewer(), people.Profile{Name: p.Name, Function: p.Function, Phone: p.Phone, About: p.About})
	return u, err
}
