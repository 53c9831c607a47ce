// Package clamav asks ClamAV's daemon whether a file is malware, by its socket.
//
// It knows the daemon's protocol and nothing of documents. The file is streamed, so that the daemon needs no right to read ours and
// may be on another machine.
package clamav

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"time"
)

// ErrTooLarge says that the daemon takes no file of this size (StreamMaxLength in its clamd.conf): the file was not looked at.
var ErrTooLarge = errors.New("the file is larger than StreamMaxLength of clamd")

// Daemon is a running clamd, or one that may come back. It holds no connection and is safe for use by many.
type Daemon struct{ network, address string }

// Open returns the daemon at unix:///path/of/the/socket or tcp://host:port. It does not ask whether the daemon is there, see Ping.
func Open(address string) (*Daemon, error) {
	u, err := url.Parse(address)
	switch {
	case err != nil: // said below, without the address: people put passwords into them
	case u.Scheme == "unix" && u.Host == "" && strings.HasPrefix(u.Path, "/"):
		return &Daemon{"unix", u.Path}, nil
	case u.Scheme == "tcp" && u.User == nil && u.Hostname() != "" && u.Port() != "" && u.Path == "":
		return &Daemon{"tcp", u.Host}, nil
	}
	return nil, errors.New("address of clamd (AANPAK_CLAMAV_URL) must be like unix:///run/clamav/clamd.ctl or tcp://host:3310")
}

// How long the daemon may take. A scan has as long as its context, but never stands still for longer than idle.
const (
	dialTime = 5 * time.Second
	idleTime = 3 * time.Minute // clamd gives a file up after two
)

// Ping tells whether the daemon answers.
func (d *Daemon) Ping(ctx context.Context) error {
	said, err := d.ask(ctx, "PING", nil)
	if err == nil && said != "PONG" {
		err = fmt.Errorf("clamd: it answers %q", said)
	}
	return err
}

// Version is the daemon's, with that of its signatures and their date.
func (d *Daemon) Version(ctx context.Context) (string, error) { return d.ask(ctx, "VERSION", nil) }

// Scan reads r to its end and returns the name of what the daemon found in it, "" for nothing. Any error but ErrTooLarge means that the
// daemon could not look, and that another try may succeed.
func (d *Daemon) Scan(ctx context.Context, r io.Reader) (found string, err error) {
	said, err := d.ask(ctx, "INSTREAM", r)
	if err != nil {
		return "", err
	}
	verdict := strings.TrimPrefix(said, "stream: ")
	switch {
	case verdict == "OK":
		return "", nil
	case strings.HasSuffix(verdict, " FOUND"):
		return strings.TrimSuffix(verdict, " FOUND"), nil
	case strings.Contains(said, "size limit exceeded"):
		return "", ErrTooLarge
	}
	return "", fmt.Errorf("clamd: it answers %q", said)
}

// ask sends a command, with a stream after it where there is one, and returns the answer.
func (d *Daemon) ask(ctx context.Context, command string, stream io.Reader) (string, error) {
	dialer := net.Dialer{Timeout: dialTime}
	conn, err := dialer.DialContext(ctx, d.network, d.address)
	if err != nil {
		return "", fmt.Errorf("clamd: %w", err)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })()
	return converse(ctx, conn, command, stream)
}

func converse(ctx context.Context, conn net.Conn, command string, stream io.Reader) (string, error) {
	patient := &patient{ctx, conn}
	_, err := fmt.Fprintf(patient, "z%s\x00", command)
	var source *sourceError
	if err == nil && stream != nil {
		err = send(patient, stream)
	}
	if errors.As(err, &source) {
		return "", source.error
	}
	// A daemon that refuses a stream says why and closes: the answer counts for more than the failed write.
	said, readErr := bufio.NewReader(io.LimitReader(patient, 4096)).ReadString(0)
	if readErr != nil {
		return "", fmt.Errorf("clamd: %w", errors.Join(context.Cause(ctx), err, readErr))
	}
	return strings.TrimRight(said, "\x00\n"), nil
}

// sourceError is a failure of the file, not of the daemon.
type sourceError struct{ error }

// send writes r as the daemon wants it: pieces with their length before them, and an empty one at the end.
func send(w io.Writer, r io.Reader) error {
	piece := make([]byte, 4+64<<10)
	for {
		n, err := io.ReadFull(r, piece[4:])
		if n > 0 {
			binary.BigEndian.PutUint32(piece, uint32(n))
			if _, err := w.Write(piece[:4+n]); err != nil {
				return err
			}
		}
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			_, err := w.Write([]byte{0, 0, 0, 0})
			return err
		case err != nil:
			return &sourceError{fmt.Errorf("read the file to be scanned: %w", err)}
		}
	}
}

// patient gives every read and write some time of its own, while its context lasts.
type patient struct {
	ctx  context.Context
	conn net.Conn
}

func (p *patient) Read(b []byte) (int, error)  { p.extend(); return p.conn.Read(b) }
func (p *patient) Write(b []byte) (int, error) { p.extend(); return p.conn.Write(b) }

func (p *patient) extend() {
	if p.ctx.Err() == nil {
		_ = p.conn.SetDeadline(time.Now().Add(idleTime))
	}
}
