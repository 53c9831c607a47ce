package reader

import (
	"context"
	"encoding/json"
	"errors"
	"io"
)

// Unpack implements Documents.
func (p *Pool) Unpack(ctx context.Context, f File, name string, member func(Member, io.Reader) error) (err error) {
	ctx, end := p.begin(ctx, opUnpack)
	defer func() { end(0, err) }()
	u := &unpacking{limits: p.opts.Limits, member: member}
	_, err = p.run(ctx, p.batch, request{Op: opUnpack, Name: name}, f, u.frame)
	return u.finish(err)
}

// unpacking hands what a child sends to the caller: the callback runs beside the loop that receives frames and reads
// from a pipe.
type unpacking struct {
	limits Limits
	member func(Member, io.Reader) error
	count  int
	bytes  int64
	pipe   *io.PipeWriter
	done   chan error
}

func (u *unpacking) frame(fr frame) error {
	switch fr.kind {
	case frameMember:
		if err := u.finish(nil); err != nil {
			return err
		}
		return u.begin(fr.payload)
	case frameData:
		return u.data(fr.payload)
	}
	return failf(ReasonCrashed, "the reader sent a frame %q", fr.kind)
}

// begin starts the callback for the next member, whose name is made harmless again: the child is not trusted.
func (u *unpacking) begin(payload []byte) error {
	var m Member
	if err := json.Unmarshal(payload, &m); err != nil {
		return failf(ReasonCrashed, "the reader sent a member that is none: %v", err)
	}
	m.Name = memberName(m.Name)
	if u.count++; u.count > u.limits.MaxMembers || m.Name == "" {
		return failf(ReasonTooLarge, "more than the %d files allowed inside", u.limits.MaxMembers)
	}
	r, w := io.Pipe()
	u.pipe, u.done = w, make(chan error, 1)
	go func() {
		err := u.member(m, r)
		_ = r.Close() // what the callback left unread is dropped
		u.done <- err
	}()
	return nil
}

func (u *unpacking) data(b []byte) error {
	if u.pipe == nil {
		return failf(ReasonCrashed, "the reader sent bytes of no member")
	}
	if u.bytes += int64(len(b)); u.bytes > u.limits.MaxUnpacked {
		return failf(ReasonTooLarge, "it unpacks to more than the %d bytes allowed", u.limits.MaxUnpacked)
	}
	if _, err := u.pipe.Write(b); err != nil && !errors.Is(err, io.ErrClosedPipe) {
		return err
	}
	return nil
}

// finish ends the member that is being sent: with its end, or with the error that broke it off. It returns the
// callback's error, else the one given.
func (u *unpacking) finish(broken error) error {
	if u.pipe == nil {
		return broken
	}
	_ = u.pipe.CloseWithError(broken) // nil reads as io.EOF
	err := <-u.done
	u.pipe = nil
	if err != nil && broken == nil {
		return err
	}
	return broken
}
