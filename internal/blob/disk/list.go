package disk

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aanpak/aanpak/internal/blob"
)

// List calls f for every key with the prefix. Keys are collected and sorted first: folders do not give their order.
func (s *Store) List(ctx context.Context, prefix string, f func(blob.Info) error) error {
	var found []blob.Info
	root := os.DirFS(s.dir)
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if d.IsDir() {
			if d.Name() == filepath.Base(s.newDir()) {
				return fs.SkipDir
			}
			return nil
		}
		key := keyOf(path)
		if !strings.HasPrefix(key, prefix) {
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return nil //nolint:nilerr // deleted since the folder was read
		}
		found = append(found, blob.Info{Key: key, Size: info.Size(), Modified: info.ModTime()})
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortFunc(found, func(a, b blob.Info) int { return strings.Compare(a.Key, b.Key) })
	for _, i := range found {
		if err := f(i); err != nil {
			return err
		}
	}
	return nil
}

// keyOf undoes path: it drops the shard before the last part.
func keyOf(path string) string {
	parts := strings.Split(path, "/")
	n := len(parts)
	if n >= 2 && strings.HasPrefix(parts[n-2], "=") {
		parts = append(parts[:n-2], parts[n-1])
	}
	return strings.Join(parts, "/")
}
