package library_test

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/app"
	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/clamav/clamavtest"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/people"
)

// scanned is a program whose files a virus scanner looks at.
func scanned(t *testing.T, clamd *clamavtest.Clamd) *apptest.App {
	t.Helper()
	cfg := apptest.Config(t, db.SQLite)
	cfg.ClamAVURL = clamd.Unix
	return apptest.NewWith(t, cfg)
}

// bytesOf tries every way in which somebody gets at the bytes of the newest version, and returns the errors.
func bytesOf(t *testing.T, a *apptest.App, u *people.User, id string) []error {
	t.Helper()
	_, ver, err := a.Library.Version(t.Context(), u.Viewer(), id, 0)
	if err != nil {
		t.Fatal(err)
	}
	f, opened := a.Library.Open(t.Context(), ver)
	if opened == nil {
		f.Close()
	}
	_, drawn := a.Library.PageImage(t.Context(), ver, 1, 200)
	_, words := a.Library.PageWords(t.Context(), ver, 1)
	return []error{opened, drawn, words}
}

func wantAll(t *testing.T, what string, list []error, kind errs.Kind) {
	t.Helper()
	for i, err := range list {
		if !errs.Is(err, kind) {
			t.Errorf("%s: way %d: %v, want %v", what, i, err, kind)
		}
	}
}

func trail(t *testing.T, a *apptest.App, action string) (lines []string) {
	t.Helper()
	if err := a.DB.Reader().NewRaw("SELECT object || ' ' || detail FROM audit WHERE action = ?", action).Scan(t.Context(), &lines); err != nil {
		t.Fatal(err)
	}
	return lines
}

// Malware is kept from everybody, administrators too, and from the reader; the uploader and the trail are told. What lies in an archive
// or a mail is found as well, and clean files go on as always.
func TestMalwareIsKeptAway(t *testing.T) {
	a := scanned(t, clamavtest.Start(t))
	malware := []byte("tekst " + clamavtest.Malware)
	mail := "From: a@b.nl\r\nTo: c@d.nl\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhallo\r\n" +
		"--b\r\nContent-Disposition: attachment; filename=x.txt\r\nContent-Type: text/plain\r\n\r\n" + clamavtest.Malware + "\r\n--b--\r\n"
	for name, content := range map[string][]byte{
		"kwaad.txt": malware, "kwaad.zip": zipped(t, "kwaad.txt", malware), "diep.zip": zipped(t, "in.zip", zipped(t, "kwaad.txt", malware)), "kwaad.eml": []byte(mail),
	} {
		d := a.Upload(t, a.Sanne, name, content, library.Meta{})
		if d.Status != library.StatusFailed || d.Failure != "infected" || d.FailureDetail != clamavtest.Name || d.Pages != 0 {
			t.Errorf("%s: %s %s (%s), %d pages", name, d.Status, d.Failure, d.FailureDetail, d.Pages)
		}
		for _, u := range []*people.User{a.Sanne, a.Admin} {
			wantAll(t, name+" for "+u.Name, bytesOf(t, a, u, d.ID), errs.KindForbidden)
		}
		if members, err := a.Library.Members(t.Context(), auth.System(), d.ID); err != nil || len(members) != 0 {
			t.Errorf("%s: %d members came out, %v", name, len(members), err)
		}
	}
	lines := trail(t, a, "document.infected")
	if len(lines) != 4 || !strings.Contains(strings.Join(lines, "\n"), "kwaad.zip, version 1 by user:"+a.Sanne.ID+": "+clamavtest.Name) {
		t.Errorf("the trail has %q", lines)
	}
	if got := search(t, a, a.Sanne, "tekst"); len(got.Hits) != 0 {
		t.Errorf("the text of malware is found: %v", got.Hits)
	}
	clean := a.Upload(t, a.Sanne, "goed.pdf", apptest.PDF("een leesbare bladzijde"), library.Meta{})
	if clean.Status != library.StatusReady {
		t.Errorf("a clean file is %s %s", clean.Status, clean.Failure)
	}
	for i, err := range bytesOf(t, a, a.Sanne, clean.ID) {
		if err != nil {
			t.Errorf("clean: way %d: %v", i, err)
		}
	}
}

// A new version with malware leaves the older one as it was.
func TestMalwareAsANewVersion(t *testing.T) {
	a := scanned(t, clamavtest.Start(t))
	d := a.Upload(t, a.Sanne, "plan.txt", []byte("een goed plan"), library.Meta{})
	bad := clamavtest.Malware
	if _, err := a.Library.AddVersion(t.Context(), a.Sanne.Viewer(), d.ID, library.File{Name: "plan.txt", Size: int64(len(bad)), Body: strings.NewReader(bad)}); err != nil {
		t.Fatal(err)
	}
	a.Settle(t)
	_, ver, err := a.Library.Version(t.Context(), a.Tom.Viewer(), d.ID, -1)
	if err != nil || ver.Number != 1 || a.Library.Openable(ver) != nil {
		t.Errorf("the readable version is %v, %v", ver, err)
	}
	wantAll(t, "new version", bytesOf(t, a, a.Tom, d.ID), errs.KindForbidden)
}

// A file that the scanner does not take is not opened, and says why.
func TestFileTooLargeForTheScanner(t *testing.T) {
	a := scanned(t, clamavtest.Start(t))
	d := a.Upload(t, a.Sanne, "groot.txt", bytes.Repeat([]byte("grote tekst\n"), clamavtest.MaxSize/6), library.Meta{})
	if d.Status != library.StatusFailed || d.Failure != "unscanned" {
		t.Errorf("it is %s %s", d.Status, d.Failure)
	}
	wantAll(t, "large", bytesOf(t, a, a.Sanne, d.ID), errs.KindForbidden)
}

// While the scanner is away, files wait, say so, and are not opened; when it is back they are read.
func TestScannerThatIsAway(t *testing.T) {
	clamd := clamavtest.Start(t)
	a := scanned(t, clamd)
	clamd.Kill()
	body := "een plan dat wacht"
	d, err := a.Library.Upload(t.Context(), a.Sanne.Viewer(), library.File{Name: "wacht.txt", Size: int64(len(body)), Body: strings.NewReader(body)}, library.Meta{})
	if err != nil {
		t.Fatal(err)
	}
	waitFor(t, func() bool {
		d, err = a.Library.Get(t.Context(), a.Sanne.Viewer(), d.ID)
		return err == nil && d.Failure == library.ReasonScanner
	})
	if d.Status != library.StatusReceived || d.Failure != library.ReasonScanner {
		t.Fatalf("it is %s %q", d.Status, d.Failure)
	}
	wantAll(t, "waiting", bytesOf(t, a, a.Sanne, d.ID), errs.KindConflict)
	clamd.Start()
	a.Settle(t)
	d, err = a.Library.Get(t.Context(), a.Sanne.Viewer(), d.ID)
	if err != nil || d.Status != library.StatusReady || d.Failure != "" {
		t.Errorf("after the scanner came back it is %s %q, %v", d.Status, d.Failure, err)
	}
}

// What was found stays away when the scanner is taken out, and only a scanner can find that it was wrong.
func TestMalwareOutlivesTheScanner(t *testing.T) {
	clamd := clamavtest.Start(t)
	cfg := apptest.Config(t, db.SQLite)
	cfg.ClamAVURL = clamd.Unix
	ctx, end := context.WithTimeout(t.Context(), time.Minute)
	defer end()
	var id string
	t.Run("with", func(t *testing.T) {
		a := apptest.NewWith(t, cfg)
		id = a.Upload(t, a.Sanne, "kwaad.txt", []byte(clamavtest.Malware), library.Meta{}).ID
	})
	cfg.ClamAVURL = ""
	t.Run("without", func(t *testing.T) {
		a := apptest.Open(t, cfg, app.Parts{Search: true})
		_, ver, err := a.Library.Version(ctx, auth.System(), id, 0)
		if err != nil {
			t.Fatal(err)
		}
		if f, err := a.Library.Open(ctx, ver); !errs.Is(err, errs.KindForbidden) {
			b, _ := io.ReadAll(f)
			t.Errorf("it opens: %q, %v", b, err)
		}
		if err := a.Library.TryAgain(ctx, auth.System(), id); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("trying again: %v", err)
		}
	})
}
