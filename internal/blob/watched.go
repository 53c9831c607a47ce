package blob

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	"github.com/aanpak/aanpak/internal/trace"
)

// Watch hears what is done with a store. A nil function hears nothing.
type Watch struct {
	Done  func(operation string, took time.Duration, err error) // an operation has ended; one that opens, when it is open
	Moved func(operation string, bytes int64)                   // so much was put, or read of what was opened
}

// Watched returns s with its operations told and, where something is traced, as spans. Keys are not told: they name files.
func Watched(s Store, w Watch) Store {
	out := &watched{Store: s, watch: w}
	if l, ok := s.(opener); ok {
		return &watchedLocal{out, l}
	}
	return out
}

// opener is a store whose blobs are local files.
type opener interface {
	OpenFile(key string) (*os.File, error)
}

type watched struct {
	Store
	watch Watch
}

// begin returns what is to be called at the end of an operation.
func (s *watched) begin(ctx context.Context, operation string) (context.Context, func(error)) {
	start := time.Now()
	ctx, span := trace.Start(ctx, "blob "+operation)
	return ctx, func(err error) {
		if errors.Is(err, ErrNotFound) {
			span.Set(trace.String("outcome", "not_found"))
			span.End(nil)
		} else {
			span.End(err)
		}
		if s.watch.Done != nil {
			s.watch.Done(operation, time.Since(start), err)
		}
	}
}

func (s *watched) moved(operation string, n int64) {
	if s.watch.Moved != nil {
		s.watch.Moved(operation, n)
	}
}

func (s *watched) Put(ctx context.Context, key string, r io.Reader, size int64) error {
	ctx, end := s.begin(ctx, "put")
	c := &counter{Reader: r}
	err := s.Store.Put(ctx, key, c, size)
	s.moved("put", c.n)
	end(err)
	return err
}

func (s *watched) Open(ctx context.Context, key string) (Blob, error) {
	ctx, end := s.begin(ctx, "open")
	b, err := s.Store.Open(ctx, key)
	if end(err); err != nil {
		return nil, err
	}
	return &watchedBlob{Blob: b, store: s}, nil
}

func (s *watched) Stat(ctx context.Context, key string) (Info, error) {
	ctx, end := s.begin(ctx, "stat")
	i, err := s.Store.Stat(ctx, key)
	end(err)
	return i, err
}

func (s *watched) Delete(ctx context.Context, key string) error {
	ctx, end := s.begin(ctx, "delete")
	err := s.Store.Delete(ctx, key)
	end(err)
	return err
}

func (s *watched) List(ctx context.Context, prefix string, f func(Info) error) error {
	ctx, end := s.begin(ctx, "list")
	err := s.Store.List(ctx, prefix, f)
	end(err)
	return err
}

// Link implements Linker for stores that do.
func (s *watched) Link(ctx context.Context, key, filename, mediaType string) (string, error) {
	if l, ok := s.Store.(Linker); ok {
		return l.Link(ctx, key, filename, mediaType)
	}
	return "", ErrNoLinks
}

type watchedLocal struct {
	*watched
	opener
}

func (s *watchedLocal) OpenFile(key string) (*os.File, error) {
	_, end := s.begin(context.Background(), "open")
	f, err := s.opener.OpenFile(key)
	end(err)
	return f, err
}

// counter counts what is read through it.
type counter struct {
	io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += int64(n)
	return n, err
}

// watchedBlob tells what was read of a blob.
type watchedBlob struct {
	Blob
	store *watched
}

func (b *watchedBlob) Read(p []byte) (int, error) {
	n, err := b.Blob.Read(p)
	b.store.moved("open", int64(n))
	return n, err
}

func (b *watchedBlob) ReadAt(p []byte, at int64) (int, error) {
	n, err := b.Blob.ReadAt(p, at)
	b.store.moved("open", int64(n))
	return n, err
}
