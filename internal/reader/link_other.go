//go:build !unix

package reader

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
)

// Without Unix sockets the document itself travels over the pipe, and the child keeps it in a temporary file.

// parentLink is the parent's end.
type parentLink struct {
	in  io.WriteCloser
	out io.ReadCloser
}

// newLink makes both ends and hands the child's to cmd. Call started once the command has started or failed to.
func newLink(cmd *exec.Cmd) (link *parentLink, started func(), err error) {
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, nil, fmt.Errorf("pipe: %w", err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, nil, fmt.Errorf("pipe: %w", err)
	}
	return &parentLink{in: in, out: out}, func() {}, nil
}

func (l *parentLink) Read(b []byte) (int, error) { return l.out.Read(b) }

func (l *parentLink) Close() error { return errors.Join(l.in.Close(), l.out.Close()) }

// send passes a request, then the bytes of its document, then an empty frame.
func (l *parentLink) send(req request, f File) error {
	if err := writeJSON(l.in, frameRequest, req); err != nil {
		return err
	}
	s := &sender{w: l.in}
	if _, err := io.Copy(s, io.NewSectionReader(f, 0, 1<<62)); err != nil {
		return err
	}
	return writeFrame(l.in, frameData, nil)
}

// childLink is the child's end.
type childLink struct {
	in  io.Reader
	out io.Writer
}

func childSide() (*childLink, error) {
	return &childLink{in: os.Stdin, out: os.Stdout}, nil
}

func (l *childLink) Write(b []byte) (int, error) { return l.out.Write(b) }

// receive waits for a request; io.EOF means that the parent has no more.
func (l *childLink) receive() (request, *os.File, error) {
	var req request
	f, err := readFrame(l.in)
	if err != nil {
		return req, nil, err
	}
	if err := json.Unmarshal(f.payload, &req); err != nil {
		return req, nil, fmt.Errorf("request: %w", err)
	}
	doc, err := os.CreateTemp("", "document-")
	if err != nil {
		return req, nil, fmt.Errorf("keep the document: %w", err)
	}
	return req, doc, l.spool(doc)
}

func (l *childLink) spool(doc *os.File) error {
	for {
		f, err := readFrame(l.in)
		if err != nil || len(f.payload) == 0 {
			return err
		}
		if _, err := doc.Write(f.payload); err != nil {
			return fmt.Errorf("keep the document: %w", err)
		}
	}
}
