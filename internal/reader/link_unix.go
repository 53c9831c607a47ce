//go:build unix

package reader

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// The link between parent and child is a pair of Unix sockets: a document travels as its descriptor, so that the
// child opens nothing by name and a warm child takes any file.

// childFD is the child's end: the first of exec.Cmd.ExtraFiles.
const childFD = 3

// parentLink is the parent's end.
type parentLink struct{ conn *net.UnixConn }

// newLink makes both ends and hands the child's to cmd. Call started once the command has started or failed to.
func newLink(cmd *exec.Cmd) (link *parentLink, started func(), err error) {
	syscall.ForkLock.RLock()
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err == nil {
		unix.CloseOnExec(fds[0])
		unix.CloseOnExec(fds[1])
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil, nil, fmt.Errorf("socket pair: %w", err)
	}
	theirs := os.NewFile(uintptr(fds[1]), "reader child")
	conn, err := unixConn(fds[0])
	if err != nil {
		_ = theirs.Close()
		return nil, nil, err
	}
	cmd.ExtraFiles = []*os.File{theirs}
	return &parentLink{conn: conn}, func() { _ = theirs.Close() }, nil
}

func unixConn(fd int) (*net.UnixConn, error) {
	f := os.NewFile(uintptr(fd), "reader link")
	defer f.Close() // FileConn works on a duplicate
	c, err := net.FileConn(f)
	if err != nil {
		return nil, fmt.Errorf("link: %w", err)
	}
	conn, ok := c.(*net.UnixConn)
	if !ok {
		_ = c.Close()
		return nil, errors.New("link: not a unix socket")
	}
	return conn, nil
}

func (l *parentLink) Read(b []byte) (int, error) { return l.conn.Read(b) }

func (l *parentLink) Close() error { return l.conn.Close() }

// send passes a request with the descriptor of its document.
func (l *parentLink) send(req request, f File) error {
	b, err := json.Marshal(req)
	if err != nil {
		return fmt.Errorf("request: %w", err)
	}
	msg := make([]byte, 5, 5+len(b))
	msg[0] = byte(frameRequest)
	binary.BigEndian.PutUint32(msg[1:], uint32(len(b)))
	n, _, err := l.conn.WriteMsgUnix(append(msg, b...), unix.UnixRights(int(f.Fd())), nil)
	runtime.KeepAlive(f)
	if err == nil && n < 5+len(b) {
		_, err = l.conn.Write(append(msg, b...)[n:])
	}
	return err
}

// childLink is the child's end.
type childLink struct{ conn *net.UnixConn }

func childSide() (*childLink, error) {
	unix.CloseOnExec(childFD) // not for tesseract
	conn, err := unixConn(childFD)
	if err != nil {
		return nil, fmt.Errorf("this program was started as a reader without a parent: %w", err)
	}
	return &childLink{conn: conn}, nil
}

func (l *childLink) Write(b []byte) (int, error) { return l.conn.Write(b) }

// receive waits for a request; io.EOF means that the parent has no more.
func (l *childLink) receive() (request, *os.File, error) {
	head, oob := make([]byte, 5), make([]byte, unix.CmsgSpace(4))
	n, oobn, _, _, err := l.conn.ReadMsgUnix(head, oob)
	if err != nil || n == 0 {
		return request{}, nil, io.EOF
	}
	doc, err := received(oob[:oobn])
	if err != nil {
		return request{}, nil, err
	}
	f, err := readFrame(io.MultiReader(bytes.NewReader(head[:n]), l.conn))
	if err != nil {
		return request{}, nil, err
	}
	var req request
	if err := json.Unmarshal(f.payload, &req); err != nil {
		return request{}, nil, fmt.Errorf("request: %w", err)
	}
	return req, doc, nil
}

func received(oob []byte) (*os.File, error) {
	msgs, err := unix.ParseSocketControlMessage(oob)
	if err != nil || len(msgs) != 1 {
		return nil, fmt.Errorf("a request without a document (%v)", err)
	}
	fds, err := unix.ParseUnixRights(&msgs[0])
	if err != nil || len(fds) != 1 {
		return nil, fmt.Errorf("a request without a document (%v)", err)
	}
	unix.CloseOnExec(fds[0])
	return os.NewFile(uintptr(fds[0]), "document"), nil
}
