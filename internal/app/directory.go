package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/directory"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/internal/jobs"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/rules"
	"github.com/aanpak/aanpak/internal/site"
)

// company is the directory with the rules that say what its groups mean here. It implements people.Directory.
type company struct {
	*directory.Directory
	rules rules.Rules
}

// openDirectory joins the company's directory to people, where the settings name one.
func (a *App) openDirectory() error {
	if !a.Config.LDAP.On() {
		return nil
	}
	settings, list, err := a.Config.LDAP.Settings()
	if err != nil {
		return err
	}
	d, err := directory.Open(settings)
	if err != nil {
		return err
	}
	a.Directory = d
	a.People.UseDirectory(company{d, list})
	return nil
}

// Find returns who goes by a name.
func (c company) Find(ctx context.Context, name string) (*people.External, error) {
	p, err := c.Directory.Find(ctx, name)
	if err != nil {
		return nil, err
	}
	return c.external(p), nil
}

// Check tells whether a password is right.
func (c company) Check(ctx context.Context, x *people.External, password string) error {
	return c.Directory.Check(ctx, x.DN, password)
}

// All returns everybody.
func (c company) All(ctx context.Context) ([]*people.External, error) {
	list, err := c.Directory.All(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]*people.External, len(list))
	for i := range list {
		out[i] = c.external(&list[i])
	}
	return out, nil
}

func (c company) external(p *directory.Person) *people.External {
	d := c.rules.Decide(func(group string) bool { return slices.Contains(p.Groups, group) })
	return &people.External{
		Source: people.SourceLDAP, ID: p.ID, DN: p.DN, Email: p.Mail, Name: p.Name, Function: p.Function, Phone: p.Phone, Role: d.Role, Branch: d.Branch,
		Branches: p.Branches, Disabled: p.Disabled,
	}
}

// syncArgs are how accounts are to be compared with the directory, and who asked.
type syncArgs struct {
	Dry   bool   `json:"dry,omitempty"`
	Force bool   `json:"force,omitempty"`
	By    string `json:"by,omitempty"` // a person's id
}

// directoryJob compares the accounts with the directory.
var directoryJob = jobs.Job[syncArgs]{Name: "directory.sync", Timeout: 30 * time.Minute, Attempts: 3, Once: true}

// nightly is when accounts are compared by themselves, by the clock of the machine: after midnight, before the first are at work.
const nightly = 3*time.Hour + 10*time.Minute

func (a *App) handleDirectory() {
	jobs.Handle(a.Jobs, directoryJob, a.syncDirectory)
	if a.People.HasDirectory() {
		jobs.Nightly(a.Jobs, directoryJob, nightly, syncArgs{})
	}
}

// syncDirectory is the job. A rehearsal, and what an administrator asked for, is not tried again: they see why it failed, and ask again.
func (a *App) syncDirectory(ctx context.Context, _ jobs.Run, args syncArgs) error {
	if !a.People.HasDirectory() {
		return nil // taken out of the settings since
	}
	v := auth.System()
	v.UserID = args.By
	run, err := a.People.SyncDirectory(ctx, v, people.SyncOptions{Dry: args.Dry, Force: args.Force})
	if err != nil {
		if args.By != "" {
			err = jobs.GiveUp(err)
		}
		return err
	}
	a.Log.InfoContext(ctx, "accounts compared with the directory", "dry", run.Dry, "found", run.Report.Found, "changes", run.Report.Count)
	return nil
}

// askSync has a working process compare the accounts with the directory.
func (a *App) askSync(ctx context.Context, v auth.Viewer, dry, force bool) error {
	if err := people.CanAdminister(v); err != nil {
		return err
	}
	if !a.People.HasDirectory() {
		return errs.NotFound("directory")
	}
	args := syncArgs{Dry: dry, Force: force, By: v.UserID}
	err := a.DB.InTx(ctx, func(ctx context.Context, tx bun.Tx) error { return directoryJob.Enqueue(ctx, a.Jobs, tx, args) })
	return db.Classify(err)
}

// directoryState tells the administrator's page of the directory; nil where there is none.
func (a *App) directoryState(ctx context.Context) (*site.Directory, error) {
	if !a.People.HasDirectory() {
		return nil, nil
	}
	live, err := jobs.Live(ctx, a.Jobs, directoryJob)
	if err != nil {
		return nil, err
	}
	ask, cancel := context.WithTimeout(ctx, pingWait)
	defer cancel()
	problem := a.Directory.Ping(ask)
	if problem != nil {
		a.Log.ErrorContext(ctx, "service does not answer", "service", "directory", "err", problem)
	}
	return &site.Directory{
		Host: a.Directory.Host(), Base: a.Config.LDAP.Base, Problem: problem, Running: len(live) > 0, Nightly: nightly,
	}, nil
}

type directoryCmd struct {
	Sync directorySyncCmd `cmd:"" help:"Bring accounts up to date with the company's directory; prints every change."`
}

type directorySyncCmd struct {
	DryRun bool `help:"Only say what would be done."`
	Force  bool `help:"Deactivate leavers however many they are; without it more than one in five are kept."`
}

// Run compares the accounts with the directory. It works beside a running server.
func (c *directorySyncCmd) Run(k *call) (err error) {
	a, err := k.open(Parts{})
	if err != nil {
		return err
	}
	defer closing(a, &err)
	if !a.People.HasDirectory() {
		return usageError{errors.New("there is no directory in the settings: set AANPAK_LDAP_URL, see docs/signing-in.md")}
	}
	run, err := a.People.SyncDirectory(k.ctx, auth.System(), people.SyncOptions{Dry: c.DryRun, Force: c.Force})
	if err != nil {
		return err
	}
	return printRun(k, run)
}

// printRun prints a line for each change and one with the counts. Held leavers and what the database refused are a failure.
func printRun(k *call, run *people.Run) error {
	l := i18n.For("en")
	for _, line := range run.Report.Lines {
		fmt.Fprintf(k.Stdout, "%-9s %s <%s>%s\n", line.Change, line.Name, line.Email, site.LineDetail(l, line))
	}
	said := "done"
	if run.Dry {
		said = "nothing was changed: this was a dry run"
	}
	n := run.Report.Count
	fmt.Fprintf(k.Stdout, "%d people in the directory, %d up to date, %d added, %d linked, %d returned, %d changed, %d left, %d held, %d skipped; %s\n",
		run.Report.Found, run.Report.Same, n[people.ChangeAdded], n[people.ChangeLinked], n[people.ChangeReturned], n[people.ChangeChanged],
		n[people.ChangeLeft], n[people.ChangeHeld], n[people.ChangeSkipped], said)
	if n[people.ChangeHeld] > 0 {
		fmt.Fprintln(k.Stderr, "aanpak: too many would leave at once. Look whether the directory and AANPAK_LDAP_FILTER are right; if they are, run it with --force")
		return exitError(1)
	}
	return nil
}
