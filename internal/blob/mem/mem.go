// Package mem is a blob.Store in memory, for tests and benchmarks.
package mem

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aanpak/aanpak/internal/blob"
)

// Store keeps blobs in a map. The zero value is ready.
type Store struct {
	mu    sync.RWMutex
	blobs map[string]entry
}

type entry struct {
	data     []byte
	modified time.Time
}

// Put reads all of r before anything is stored.
func (s *Store) Put(ctx context.Context, key string, r io.Reader, size int64) error {
	if err := blob.CheckKey(key); err != nil {
		return err
	}
	data, err := io.ReadAll(r)
	if err == nil {
		err = ctx.Err()
	}
	if err == nil && size >= 0 && int64(len(data)) != size {
		err = fmt.Errorf("%d of %d bytes came: %w", len(data), size, io.ErrUnexpectedEOF)
	}
	if err != nil {
		return fmt.Errorf("put %s: %w", key, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.blobs == nil {
		s.blobs = map[string]entry{}
	}
	s.blobs[key] = entry{data, time.Now()}
	return nil
}

func (s *Store) get(key string) (entry, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	e, ok := s.blobs[key]
	if !ok {
		return entry{}, fmt.Errorf("%w: %s", blob.ErrNotFound, key)
	}
	return e, nil
}

type reader struct {
	*bytes.Reader
	info blob.Info
}

func (r reader) Close() error    { return nil }
func (r reader) Info() blob.Info { return r.info }

// Open returns the blob for reading.
func (s *Store) Open(_ context.Context, key string) (blob.Blob, error) {
	e, err := s.get(key)
	if err != nil {
		return nil, err
	}
	return reader{bytes.NewReader(e.data), blob.Info{Key: key, Size: int64(len(e.data)), Modified: e.modified}}, nil
}

// Stat returns the size and time of a blob.
func (s *Store) Stat(_ context.Context, key string) (blob.Info, error) {
	e, err := s.get(key)
	return blob.Info{Key: key, Size: int64(len(e.data)), Modified: e.modified}, err
}

// Delete removes a blob.
func (s *Store) Delete(_ context.Context, key string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.blobs, key)
	return nil
}

// List calls f for every key with the prefix.
func (s *Store) List(_ context.Context, prefix string, f func(blob.Info) error) error {
	s.mu.RLock()
	var found []blob.Info
	for k, e := range s.blobs {
		if strings.HasPrefix(k, prefix) {
			found = append(found, blob.Info{Key: k, Size: int64(len(e.data)), Modified: e.modified})
		}
	}
	s.mu.RUnlock()
	slices.SortFunc(found, func(a, b blob.Info) int { return strings.Compare(a.Key, b.Key) })
	for _, i := range found {
		if err := f(i); err != nil {
			return err
		}
	}
	return nil
}

// Ping always answers.
func (s *Store) Ping(context.Context) error { return nil }
