// Package disk is a blob.Store in a folder: each blob is a file, written beside its place, flushed and renamed.
package disk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aanpak/aanpak/internal/blob"
)

// Store keeps blobs below a folder. Files being written live in ".new" of the same file system.
type Store struct {
	dir string
}

// abandoned is how long a file being written may lie untouched before its writer counts as dead. Another process, such
// as an import, may be writing while this one starts.
const abandoned = time.Hour

// Open returns the store in dir, made where it does not exist. Half-written files of a killed process are removed.
func Open(dir string) (*Store, error) {
	s := &Store{dir: dir}
	if err := os.MkdirAll(s.newDir(), 0o750); err != nil {
		return nil, fmt.Errorf("blob folder: %w", err)
	}
	return s, s.sweepNew()
}

func (s *Store) sweepNew() error {
	left, err := os.ReadDir(s.newDir())
	if err != nil {
		return fmt.Errorf("blob folder: %w", err)
	}
	for _, e := range left {
		if i, err := e.Info(); err == nil && time.Since(i.ModTime()) > abandoned {
			if err := os.Remove(filepath.Join(s.newDir(), e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("blob folder: %w", err)
			}
		}
	}
	return nil
}

func (s *Store) newDir() string { return filepath.Join(s.dir, ".new") }

// path spreads keys over folders by the first two letters of their last part.
func (s *Store) path(key string) (string, error) {
	if err := blob.CheckKey(key); err != nil {
		return "", err
	}
	head, name := "", key
	if i := strings.LastIndexByte(key, '/'); i >= 0 {
		head, name = key[:i], key[i+1:]
	}
	return filepath.Join(s.dir, filepath.FromSlash(head), shard(name), name), nil
}

// shard has a fixed "=" so that List can tell it from a part of the key.
func shard(name string) string { return "=" + name[:min(2, len(name))] }

// Put writes, flushes, renames and flushes the folder: after a power cut the blob is whole or not there.
func (s *Store) Put(ctx context.Context, key string, r io.Reader, size int64) (err error) {
	path, err := s.path(key)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(s.newDir(), "put-*")
	if err != nil {
		return fmt.Errorf("put %s: %w", key, err)
	}
	defer func() {
		if err != nil {
			f.Close()
			_ = os.Remove(f.Name())
			err = fmt.Errorf("put %s: %w", key, err)
		}
	}()
	n, err := io.Copy(f, &contextReader{ctx, r})
	if err != nil {
		return err
	}
	if size >= 0 && n != size {
		return fmt.Errorf("%d of %d bytes came: %w", n, size, io.ErrUnexpectedEOF)
	}
	if err = f.Sync(); err != nil {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	if err = os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// OpenFile returns the blob's own file, for those who need a local one.
func (s *Store) OpenFile(key string) (*os.File, error) {
	path, err := s.path(key)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s", blob.ErrNotFound, key)
	}
	return f, err
}

// Open returns the blob for reading.
func (s *Store) Open(_ context.Context, key string) (blob.Blob, error) {
	f, err := s.OpenFile(key)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, err
	}
	return &file{File: f, info: blob.Info{Key: key, Size: info.Size(), Modified: info.ModTime()}}, nil
}

type file struct {
	*os.File
	info blob.Info
}

func (f *file) Info() blob.Info { return f.info }

// Stat returns the size and time of a blob.
func (s *Store) Stat(_ context.Context, key string) (blob.Info, error) {
	path, err := s.path(key)
	if err != nil {
		return blob.Info{}, err
	}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return blob.Info{}, fmt.Errorf("%w: %s", blob.ErrNotFound, key)
	}
	if err != nil {
		return blob.Info{}, err
	}
	return blob.Info{Key: key, Size: info.Size(), Modified: info.ModTime()}, nil
}

// Delete removes a blob.
func (s *Store) Delete(_ context.Context, key string) error {
	path, err := s.path(key)
	if err != nil {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Ping writes and removes a small file.
func (s *Store) Ping(context.Context) error {
	f, err := os.CreateTemp(s.newDir(), "ping-*")
	if err != nil {
		return err
	}
	_, err = f.WriteString("ping")
	return errors.Join(err, f.Close(), os.Remove(f.Name()))
}

// contextReader ends a copy when the context ends.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c *contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
