package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/go-pdf/fpdf"

	"github.com/aanpak/aanpak/internal/app"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/config"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/search/searchbench"
)

const (
	branches    = 12
	pagesOfEach = 33 // of a document
)

// account is somebody who can sign in.
type account struct{ email, password string }

// prepare makes the people, and the documents that are missing.
func prepare(ctx context.Context, p plan) ([]account, error) {
	cfg, err := config.Load(os.LookupEnv)
	if err != nil {
		return nil, err
	}
	a, err := app.New(ctx, cfg, slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})), app.Parts{})
	if err != nil {
		return nil, err
	}
	defer a.Close()
	run := rand.Text()[:8]
	crowd := make([]account, p.people)
	for i := range crowd {
		crowd[i] = account{fmt.Sprintf("%s-%d@load.example", run, i), rand.Text()}
		_, err := a.People.Create(ctx, auth.System(), people.NewUser{
			Email: crowd[i].email, Name: fmt.Sprintf("Load %s %d", run, i), Branch: fmt.Sprintf("Vestiging %d", i%branches), Role: auth.RoleMember, Password: crowd[i].password,
		})
		if err != nil {
			return nil, fmt.Errorf("make a person: %w", err)
		}
	}
	return crowd, fill(ctx, p, crowd[0])
}

// fill uploads the documents that are missing and waits until all are found.
func fill(ctx context.Context, p plan, who account) error {
	one := newPerson(p.addresses[0], who, 0, newReport())
	if err := one.signIn(ctx); err != nil {
		return err
	}
	there, err := one.documents(ctx)
	if err != nil {
		return err
	}
	start := time.Now()
	for n := there; n < p.documents; n++ {
		if err := one.send(ctx, fmt.Sprintf("Document %05d.pdf", n), document(n)); err != nil {
			return fmt.Errorf("upload document %d: %w", n, err)
		}
	}
	for {
		found, err := one.documents(ctx)
		if err != nil {
			return err
		}
		if found >= p.documents {
			fmt.Printf("%d documents are there and found, %d of them added in %v\n", found, max(p.documents-there, 0), time.Since(start).Round(time.Second))
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

// library is the text of all documents.
var library = searchbench.New(10_000, 10_000*pagesOfEach)

// document makes a PDF of the library's pages.
func document(n int) []byte {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetFont("Helvetica", "", 11)
	for i := range pagesOfEach {
		pdf.AddPage()
		pdf.MultiCell(0, 6, library.Prose(n*pagesOfEach+i), "", "", false)
	}
	var b bytes.Buffer
	if err := pdf.Output(&b); err != nil {
		panic(err) // into memory, from text of ours
	}
	return b.Bytes()
}
