// Package mail sends messages through the company's mail server.
//
// A Message is worded by who sends it, in the reader's language; this package knows the server, the two forms of a message (plain text and
// a small page without pictures or script) and what an error means: whether another try makes sense. It knows no people. Nothing of a message
// is logged: what is sent are ways in.
package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// Settings name the server.
type Settings struct {
	URL  string // smtp://user:password@host:587, smtps://host; "?starttls=false" for a server without, "?from=address"
	CA   string // certificates to trust beside the system's, PEM
	Host string // of our public address, for the sender's address where none is named
}

// Server sends messages. It is safe for concurrent use.
type Server struct {
	host    string
	from    string
	options []gomail.Option
}

// timeout is how long the server may take for one step.
const timeout = 20 * time.Second

// Open checks the settings; the server need not be there yet.
func Open(s Settings) (*Server, error) {
	u, err := url.Parse(s.URL)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, errors.New("AANPAK_SMTP_URL must be like smtp://user:password@mail.example.com:587") // not the value: it has a password
	}
	m := &Server{host: u.Hostname(), from: sender(u, s.Host)}
	conf, err := tlsConfig(m.host, s.CA)
	if err != nil {
		return nil, err
	}
	m.options = []gomail.Option{gomail.WithTimeout(timeout), gomail.WithTLSConfig(conf)}
	if err := m.secure(u); err != nil {
		return nil, err
	}
	if p := u.Port(); p != "" {
		n, err := strconv.Atoi(p)
		if err != nil {
			return nil, errors.New("AANPAK_SMTP_URL: the port must be a number")
		}
		m.options = append(m.options, gomail.WithPort(n))
	}
	if password, ok := u.User.Password(); ok {
		m.options = append(m.options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(u.User.Username()), gomail.WithPassword(password))
	}
	if err := gomail.NewMsg().From(m.from); err != nil {
		return nil, errors.New("AANPAK_SMTP_URL: from must be a mail address")
	}
	return m, nil
}

// secure says how the way to the server is kept secret. Only an operator who writes starttls=false has it in the open.
func (m *Server) secure(u *url.URL) error {
	switch tlsless := u.Query().Get("starttls"); {
	case tlsless != "" && tlsless != "true" && tlsless != "false":
		return errors.New("AANPAK_SMTP_URL: starttls must be true or false")
	case u.Scheme == "smtps":
		m.options = append(m.options, gomail.WithSSL(), gomail.WithPort(465))
	case tlsless == "false":
		m.options = append(m.options, gomail.WithTLSPolicy(gomail.NoTLS), gomail.WithPort(25))
	default:
		m.options = append(m.options, gomail.WithTLSPolicy(gomail.TLSMandatory), gomail.WithPort(587))
	}
	return nil
}

// sender is the address that messages come from: the one that is named, the user's where it is one, else one at our own host.
func sender(u *url.URL, host string) string {
	if from := u.Query().Get("from"); from != "" {
		return from
	}
	if name := u.User.Username(); gomail.NewMsg().From(name) == nil {
		return name
	}
	if host == "" || net.ParseIP(host) != nil {
		host = "localhost"
	}
	return "aanpak@" + host
}

func tlsConfig(host, ca string) (*tls.Config, error) {
	c := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
	if ca == "" {
		return c, nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM([]byte(ca)) {
		return nil, errors.New("AANPAK_SMTP_CA has no certificate in PEM")
	}
	c.RootCAs = pool
	return c, nil
}

// Host is the server's name, From the address that messages come from.
func (m *Server) Host() string { return m.host }

// From is the address that messages come from.
func (m *Server) From() string { return m.from }

// Ping connects, signs in and leaves.
func (m *Server) Ping(ctx context.Context) error {
	c, err := gomail.NewClient(m.host, m.options...)
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	if err := c.DialWithContext(ctx); err != nil {
		return fmt.Errorf("mail server: %w", err)
	}
	return c.Close()
}

// ErrRefused is a message that the server will not take, however often it is tried.
var ErrRefused = errors.New("the mail server refused the message for good")

// Send sends a message.
func (m *Server) Send(ctx context.Context, msg Message) error {
	out, err := msg.build(m.from)
	if err != nil {
		return err
	}
	c, err := gomail.NewClient(m.host, m.options...)
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	err = c.DialAndSendWithContext(ctx, out)
	var refused *gomail.SendError
	if errors.As(err, &refused) && refused.ErrorCode() >= 500 {
		return fmt.Errorf("%w (%d)", ErrRefused, refused.ErrorCode()) // without the text, which repeats addresses
	}
	if err != nil {
		return fmt.Errorf("mail server: %w", err)
	}
	return nil
}
