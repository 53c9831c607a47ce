// Package blob keeps files by key: originals under "doc/<sha256>", made things (page images) under "made/…".
//
// A Store is a folder (disk), any S3 server (s3) or memory (tests); blobtest holds the contract that each passes.
// Stores know nothing of who may read: callers decide before they open.
package blob

import (
	"context"
	"errors"
	"io"
	"os"
	"time"
)

// ErrNotFound is returned, wrapped, for a key that is not there.
var ErrNotFound = errors.New("blob: not found")

// Info is what is known of a stored blob.
type Info struct {
	Key      string
	Size     int64 // bytes
	Modified time.Time
}

// Store keeps immutable blobs. All methods are safe for concurrent use.
type Store interface {
	// Put stores everything r gives under key. The blob is there, whole and durable, when Put returns nil, and not
	// there at all otherwise, also when the process is killed half-way. Putting a key again replaces it atomically.
	// size is the number of bytes or -1 where unknown.
	Put(ctx context.Context, key string, r io.Reader, size int64) error
	// Open returns the blob for reading at any place. The caller closes it.
	Open(ctx context.Context, key string) (Blob, error)
	// Stat returns ErrNotFound, wrapped, for an unknown key.
	Stat(ctx context.Context, key string) (Info, error)
	// Delete removes a key; deleting what is not there is no error.
	Delete(ctx context.Context, key string) error
	// List calls f for every key with the prefix, in lexical order.
	List(ctx context.Context, prefix string, f func(Info) error) error
	// Ping says whether the store can be read and written.
	Ping(ctx context.Context) error
}

// Blob is an open blob.
type Blob interface {
	io.ReadSeekCloser
	io.ReaderAt
	Info() Info
}

// Local returns the blob as an open local file: the file itself on disk, else a temporary copy that is already
// unlinked. The caller closes it.
func Local(ctx context.Context, s Store, key string) (*os.File, error) {
	if l, ok := s.(opener); ok {
		return l.OpenFile(key)
	}
	b, err := s.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	defer b.Close()
	f, err := os.CreateTemp("", "aanpak-blob-*")
	if err != nil {
		return nil, err
	}
	_ = os.Remove(f.Name())
	_, err = io.Copy(f, b)
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}
