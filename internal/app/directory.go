package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/internal/jobs"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/site"
)

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

// hasDirectory tells whether there is a directory at this moment.
func (a *App) hasDirectory(ctx context.Context) (bool, error) {
	w, err := a.SignIn.Now(ctx)
	return err == nil && w.Directory != nil, err
}

func (a *App) handleDirectory() {
	jobs.Handle(a.Jobs, directoryJob, a.syncDirectory)
	jobs.Nightly(a.Jobs, directoryJob, nightly, syncArgs{}) // also without a directory: an administrator may name one at any time
}

// syncDirectory is the job. A rehearsal, and what an administrator asked for, is not tried again: they see why it failed, and ask again.
func (a *App) syncDirectory(ctx context.Context, _ jobs.Run, args syncArgs) error {
	if ok, err := a.hasDirectory(ctx); err != nil || !ok {
		return err // there is none, or it was taken out of the settings since
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
	if ok, err := a.hasDirectory(ctx); err != nil || !ok {
		return errors.Join(err, errs.NotFound("directory"))
	}
	args := syncArgs{Dry: dry, Force: force, By: v.UserID}
	err := a.DB.InTx(ctx, func(ctx context.Context, tx bun.Tx) error { return directoryJob.Enqueue(ctx, a.Jobs, tx, args) })
	return db.Classify(err)
}

// directoryState tells the administrator's page of the directory; nil where there is none.
func (a *App) directoryState(ctx context.Context) (*site.Directory, error) {
	w, err := a.SignIn.Now(ctx)
	if err != nil || w.Directory == nil {
		return nil, err
	}
	live, err := jobs.Live(ctx, a.Jobs, directoryJob)
	if err != nil {
		return nil, err
	}
	ask, cancel := context.WithTimeout(ctx, pingWait)
	defer cancel()
	problem := w.Directory.Ping(ask)
	if problem != nil {
		a.Log.ErrorContext(ctx, "service does not answer", "service", "directory", "err", problem)
	}
	return &site.Directory{
		Host: w.Directory.Host(), Base: w.Directory.Base(), Problem: problem, Running: len(live) > 0, Nightly: nightly,
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
	ok, err := a.hasDirectory(k.ctx)
	if err != nil {
		return err
	}
	if !ok {
		return usageError{errors.New("there is no directory in the settings: name one at /admin/sign-in or by AANPAK_LDAP_URL, see docs/signing-in.md")}
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
		fmt.Fprintln(k.Stderr, "aanpak: too many would leave at once. Look whether the directory and its filter are right; if they are, run it with --force")
		return exitError(1)
	}
	return nil
}
