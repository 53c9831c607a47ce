package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/reader"
)

type doctorCmd struct{}

// Run checks everything and says of each what it found.
func (doctorCmd) Run(k *call) error {
	cfg, err := k.config()
	if err != nil {
		return err
	}
	fmt.Fprintln(k.Stdout, "ok    settings")
	bad := 0
	a, err := New(k.ctx, cfg, k.logger(cfg), Parts{Search: true})
	locked := isLocked(err)
	if locked {
		a, err = New(k.ctx, cfg, k.logger(cfg), Parts{})
	}
	if err != nil {
		fmt.Fprintf(k.Stdout, "FAIL  start: %s\n", sentence(err))
		return exitError(1)
	}
	defer a.Close()
	for _, s := range append(a.services(), a.helpers(k.ctx)...) {
		if err := s.check(k.ctx); err != nil {
			bad++
			fmt.Fprintf(k.Stdout, "FAIL  %s: %v; %s\n", s.name, err, s.mend)
			continue
		}
		fmt.Fprintf(k.Stdout, "ok    %s\n", s.name)
	}
	if locked {
		fmt.Fprintln(k.Stdout, "ok    search: open in the serving process")
	}
	switch {
	case a.Mail == nil:
		fmt.Fprintln(k.Stdout, "note  mail: nothing is mailed; set AANPAK_SMTP_URL for invitations and forgotten passwords by mail")
	case !a.People.HasMail():
		fmt.Fprintln(k.Stdout, "note  mail: set AANPAK_URL too, for the links in messages")
	}
	if a.Scanner == nil {
		fmt.Fprintln(k.Stdout, "note  antivirus: files are not scanned; set AANPAK_CLAMAV_URL to have clamd look at them")
	}
	a.checkWayIn(k)
	checkReader(k)
	bad += a.checkOCR(k) + a.checkRights(k) + a.checkIndex(k)
	if bad > 0 {
		return exitError(1)
	}
	return nil
}

// check looks at a service for the administrator: more closely than for a request, where there is more to look at.
func (s service) check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, checkWait)
	defer cancel()
	if err := s.ping(ctx); err != nil || s.closely == nil {
		return err
	}
	return s.closely(ctx)
}

// checkWait is how long a service may take to be looked at.
const checkWait = 30 * time.Second

// checkWayIn tells when no administrator could sign in. Settings of the page never come to that; the environment, or who left, may.
func (a *App) checkWayIn(k *call) {
	if nobody, err := a.SignIn.NobodyIn(k.ctx, auth.System()); err == nil && nobody {
		fmt.Fprintln(k.Stdout, "note  sign-in: no administrator can sign in by the ways that are set up; aanpak user create --role admin makes somebody who can, AANPAK_SIGN_IN_DIRECTORY=all lets the directory's passwords in")
	}
}

// checkRights tells what the key of the search server may not do and has to. The embedded index has none.
func (a *App) checkRights(k *call) int {
	x, ok := a.Index.(interface {
		MissingRights(ctx context.Context) ([]string, error)
	})
	if !ok || a.Index.Ping(k.ctx) != nil {
		return 0 // said already
	}
	missing, err := x.MissingRights(k.ctx)
	switch {
	case err != nil:
		fmt.Fprintf(k.Stdout, "FAIL  search key: %v\n", err)
		return 1
	case len(missing) > 0:
		fmt.Fprintf(k.Stdout, "FAIL  search key: it lacks %s; give AANPAK_SEARCH_URL a key with these, or one that may make keys\n", strings.Join(missing, ", "))
		return 1
	}
	fmt.Fprintln(k.Stdout, "ok    search key")
	return 0
}

func (a *App) checkIndex(k *call) int {
	s, err := a.Indexer.State(k.ctx)
	switch {
	case err != nil:
		fmt.Fprintf(k.Stdout, "FAIL  index queue: %v\n", err)
		return 1
	case s.Failing > 0:
		fmt.Fprintf(k.Stdout, "FAIL  index queue: %d of %d things fail: %s; run aanpak reindex\n", s.Failing, s.Waiting, s.Failure)
		return 1
	}
	fmt.Fprintf(k.Stdout, "ok    index queue: %d waiting\n", s.Waiting)
	return 0
}

// checkReader tells what keeps a reading child that a hostile file took over from the rest of the machine. Less than all is no failure:
// any of them keeps it from the network or the files.
func checkReader(k *call) {
	has, lacks := reader.Enclosure()
	if len(lacks) > 0 {
		fmt.Fprintf(k.Stdout, "note  reader: this kernel or container does not allow %s; see docs/security.md\n", strings.Join(lacks, ", "))
	}
	if len(has) > 0 {
		fmt.Fprintf(k.Stdout, "ok    reader: children are held by %s\n", strings.Join(has, ", "))
	}
}

// checkOCR tells whether scans can be read. It is no failure: everything else works without.
func (a *App) checkOCR(k *call) int {
	langs := strings.Join(ocrLanguages(k.ctx), ", ")
	if langs == "" {
		fmt.Fprintln(k.Stdout, "note  ocr: tesseract is not installed, so scans are kept but not read; install tesseract-ocr and tesseract-ocr-nld")
		return 0
	}
	fmt.Fprintf(k.Stdout, "ok    ocr: tesseract (%s)\n", langs)
	return 0
}
