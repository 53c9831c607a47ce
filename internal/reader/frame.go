package reader

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// frameKind tells what a frame between parent and child carries.
type frameKind byte

const (
	frameRequest frameKind = 'R' // request; parent to child, with the document's descriptor
	framePage    frameKind = 'P' // Page
	frameWords   frameKind = 'W' // []Word
	frameType    frameKind = 'T' // media type of the data that follows
	frameMember  frameKind = 'M' // Member; its data follows
	frameData    frameKind = 'D' // bytes
	frameStage   frameKind = 'S' // name of a dangerous step that begins; "" when it is over
	frameInfo    frameKind = 'I' // Info; the request is done
	frameFailure frameKind = 'F' // wireFailure; the request is done
)

// maxFrame bounds the payload of a frame: a page of maxPageText in JSON with room for escapes.
const maxFrame = 16 << 20

// errFrame is a frame that is longer than any may be.
var errFrame = errors.New("too long a frame")

// dataChunk is the size of the pieces in which members and images travel.
const dataChunk = 64 << 10

// frame is one message: kind, length in four bytes, payload.
type frame struct {
	kind    frameKind
	payload []byte
}

// writeFrame sends one frame; it refuses a payload that the other side would refuse.
func writeFrame(w io.Writer, kind frameKind, payload []byte) error {
	if len(payload) > maxFrame {
		return fmt.Errorf("write frame %c: %d bytes are more than the %d allowed", kind, len(payload), maxFrame)
	}
	buf := make([]byte, 5, 5+len(payload))
	buf[0] = byte(kind)
	binary.BigEndian.PutUint32(buf[1:], uint32(len(payload)))
	_, err := w.Write(append(buf, payload...))
	return err
}

// writeJSON sends a value as one frame.
func writeJSON(w io.Writer, kind frameKind, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write frame %c: %w", kind, err)
	}
	return writeFrame(w, kind, b)
}

// readFrame receives one frame. It returns io.EOF only between frames.
func readFrame(r io.Reader) (frame, error) {
	var head [5]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return frame{}, err
	}
	n := binary.BigEndian.Uint32(head[1:])
	if n > maxFrame {
		return frame{}, fmt.Errorf("read frame %q: %w: %d bytes, %d are allowed", head[0], errFrame, n, maxFrame)
	}
	payload := make([]byte, n)
	if _, err := io.ReadFull(r, payload); err != nil {
		return frame{}, fmt.Errorf("read frame %q: %w", head[0], io.ErrUnexpectedEOF)
	}
	return frame{kind: frameKind(head[0]), payload: payload}, nil
}

// operation is what a request asks of the child.
type operation string

const (
	opRead   operation = "read"
	opImage  operation = "image"
	opWords  operation = "words"
	opUnpack operation = "unpack"
	opStamp  operation = "stamp"
)

// request is what the parent asks; the document comes beside it.
type request struct {
	Op       operation `json:"op"`
	Name     string    `json:"name"`
	Page     int       `json:"page,omitempty"`
	Width    int       `json:"width,omitempty"`
	Text     string    `json:"text,omitempty"`      // of a stamp
	From     int       `json:"from,omitempty"`      // first page to send, when a reading is taken up again
	NoSecond bool      `json:"no_second,omitempty"` // leave the second PDF reader alone: it killed the last child
	NoOCR    bool      `json:"no_ocr,omitempty"`
	Limits   Limits    `json:"limits"`
}

// wireFailure is an error on its way to the parent. Code is set for the errors that are not a *Failure.
type wireFailure struct {
	Reason Reason `json:"reason,omitempty"`
	Code   string `json:"code,omitempty"` // no_image, no_page
	Detail string `json:"detail"`
}
