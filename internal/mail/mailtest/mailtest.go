// Package mailtest gives tests a real SMTP server on this machine that keeps what it gets.
package mailtest

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/aanpak/aanpak/internal/directory/directorytest"
)

// User and Password are what the server lets in.
const (
	User     = "aanpak@bouw.nl"
	Password = "geheim-van-de-postbode"
)

// Server is a mail server with STARTTLS.
type Server struct {
	Address, CA string
	mu          sync.Mutex
	messages    []Message
	refuse      error
	ignore      func(Message) bool
	came        chan struct{}
}

// Message is one that came.
type Message struct {
	From, To, Subject, Text, HTML string
	Header                        mail.Header
}

// Start starts a server that ends with the test.
func Start(tb testing.TB) *Server {
	tb.Helper()
	cert, key, ca := directorytest.Certificate(tb)
	pair, err := tls.X509KeyPair([]byte(cert), []byte(key))
	if err != nil {
		tb.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	s := &Server{Address: l.Addr().String(), CA: ca, came: make(chan struct{}, 100)}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{server: s}, nil }))
	server.Domain, server.TLSConfig = "127.0.0.1", &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	go func() { _ = server.Serve(l) }()
	tb.Cleanup(func() { _ = server.Close() })
	return s
}

// URL is the server's, for AANPAK_SMTP_URL.
func (s *Server) URL() string {
	return "smtp://" + strings.ReplaceAll(User, "@", "%40") + ":" + Password + "@" + s.Address
}

// Refuse makes the server answer every message with an error; nil ends it.
func (s *Server) Refuse(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = err
}

// Ignore makes the server take messages that f names and keep none of them: what the program mails by itself while a test waits for another.
func (s *Server) Ignore(f func(Message) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ignore = f
}

// Next waits for the next message.
func (s *Server) Next(tb testing.TB) Message {
	tb.Helper()
	select {
	case <-s.came:
	case <-time.After(time.Minute):
		tb.Fatal("no mail came within a minute")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.messages[0]
	s.messages = s.messages[1:]
	return m
}

// Waiting is how many messages came that nobody asked for yet.
func (s *Server) Waiting() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.messages)
}

type session struct {
	server   *Server
	in       bool
	from, to string
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if s.in = user == User && password == Password; !s.in {
			return smtp.ErrAuthFailed
		}
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if !s.in {
		return smtp.ErrAuthRequired
	}
	s.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error { s.to = to; return nil }
func (s *session) Reset()                                    {}
func (s *session) Logout() error                             { return nil }

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m, err := read(raw)
	if err != nil {
		return err
	}
	m.From, m.To = s.from, s.to
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	if s.server.refuse != nil {
		return s.server.refuse
	}
	if s.server.ignore != nil && s.server.ignore(m) {
		return nil
	}
	s.server.messages = append(s.server.messages, m)
	s.server.came <- struct{}{}
	return nil
}

// read takes a message of two forms apart.
func read(raw []byte) (m Message, err error) {
	got, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return m, err
	}
	m.Header = got.Header
	if m.Subject, err = new(mime.WordDecoder).DecodeHeader(got.Header.Get("Subject")); err != nil {
		return m, err
	}
	_, params, err := mime.ParseMediaType(got.Header.Get("Content-Type"))
	if err != nil {
		return m, err
	}
	parts := multipart.NewReader(got.Body, params["boundary"])
	for {
		p, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return m, nil
		}
		if err != nil {
			return m, err
		}
		body, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil {
			return m, err
		}
		if strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") {
			m.HTML = string(body)
		} else {
			m.Text = strings.ReplaceAll(string(body), "\r\n", "\n")
		}
	}
}
