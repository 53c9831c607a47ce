package mail_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"

	"github.com/aanpak/aanpak/internal/mail"
	"github.com/aanpak/aanpak/internal/mail/mailtest"
)

func open(t *testing.T, s mail.Settings) *mail.Server {
	t.Helper()
	m, err := mail.Open(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

var hello = mail.Message{
	To: "jan@bouw.nl", Name: "Jan <script> Jansen", Language: "nl", Subject: "Kies een wachtwoord – Aanpak", Lines: []string{"Dag Jan & co,"}, Button: "Kies", Link: "https://a.nl/invite/x?a=1&b=2", After: []string{"Groet"},
}

// A message comes over as it was meant, over TLS and signed in, in both forms.
func TestSend(t *testing.T) {
	s := mailtest.Start(t)
	m := open(t, mail.Settings{URL: s.URL(), CA: s.CA})
	if err := m.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := m.Send(t.Context(), hello); err != nil {
		t.Fatal(err)
	}
	got := s.Next(t)
	if got.From != mailtest.User || got.To != "jan@bouw.nl" || got.Subject != hello.Subject {
		t.Errorf("%+v", got)
	}
	if want := "Dag Jan & co,\n\nKies:\nhttps://a.nl/invite/x?a=1&b=2\n\nGroet\n"; got.Text != want {
		t.Errorf("text %q", got.Text)
	}
	for _, want := range []string{`<html lang="nl">`, "Dag Jan &amp; co,", `href="https://a.nl/invite/x?a=1&amp;b=2"`} {
		if !strings.Contains(got.HTML, want) {
			t.Errorf("%s is missing in %s", want, got.HTML)
		}
	}
	if got.Header.Get("Auto-Submitted") == "" || got.Header.Get("Message-Id") == "" || got.Header.Get("Date") == "" {
		t.Errorf("header %v", got.Header)
	}
}

// What the server will never take is told from what may be tried again.
func TestRefused(t *testing.T) {
	s := mailtest.Start(t)
	m := open(t, mail.Settings{URL: s.URL(), CA: s.CA})
	s.Refuse(&smtp.SMTPError{Code: 550, Message: "no such user jan@bouw.nl"})
	if err := m.Send(t.Context(), hello); !errors.Is(err, mail.ErrRefused) || strings.Contains(err.Error(), "jan@") {
		t.Errorf("550: %v", err)
	}
	s.Refuse(&smtp.SMTPError{Code: 451, Message: "later"})
	if err := m.Send(t.Context(), hello); err == nil || errors.Is(err, mail.ErrRefused) {
		t.Errorf("451: %v", err)
	}
	bad := hello
	bad.To = "geen adres"
	if err := m.Send(t.Context(), bad); !errors.Is(err, mail.ErrRefused) {
		t.Errorf("no address: %v", err)
	}
}

// A password goes to nobody whose certificate is not right, and over nothing that others can read.
func TestServerMustBeKnown(t *testing.T) {
	s := mailtest.Start(t)
	if err := open(t, mail.Settings{URL: s.URL()}).Ping(t.Context()); err == nil {
		t.Error("an unknown certificate is taken")
	}
	wrong := strings.Replace(s.URL(), mailtest.Password, "verkeerd", 1)
	if err := open(t, mail.Settings{URL: wrong, CA: s.CA}).Ping(t.Context()); err == nil || strings.Contains(err.Error(), "verkeerd") {
		t.Errorf("a wrong password: %v", err)
	}
	if err := open(t, mail.Settings{URL: s.URL() + "?starttls=false"}).Ping(t.Context()); err == nil {
		t.Error("the server takes a password in the open")
	}
}

func TestSettings(t *testing.T) {
	for url, from := range map[string]string{
		"smtp://mail.bouw.nl":                                  "aanpak@intranet.bouw.nl",
		"smtps://post:x@mail.bouw.nl:4650":                     "aanpak@intranet.bouw.nl",
		"smtp://post%40bouw.nl:x@mail.bouw.nl":                 "post@bouw.nl",
		"smtp://mail.bouw.nl:25?starttls=false&from=a@bouw.nl": "a@bouw.nl",
	} {
		if m, err := mail.Open(mail.Settings{URL: url, Host: "intranet.bouw.nl"}); err != nil || m.From() != from {
			t.Errorf("%s: %v, %v", url, m, err)
		}
	}
	for _, url := range []string{"smtp://", "mail://host", "smtp://h?starttls=misschien", "smtp://h?from=niets", "smtp://u:geheim@h:poort"} {
		if _, err := mail.Open(mail.Settings{URL: url}); err == nil || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: %v", url, err)
		}
	}
	if _, err := mail.Open(mail.Settings{URL: "smtp://h", CA: "geen"}); err == nil {
		t.Error("a CA that is none")
	}
}
