package bleve

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A folder of the index has a file CURRENT, which names the folder of the store in use, a file LOCK, and that store's folder. Other
// stores are left-overs of a rebuild that was cut short, or of an older mapping; they are removed.
const (
	currentFile = "CURRENT"
	lockFile    = "LOCK"
)

func prefix() string { return fmt.Sprintf("v%d-", mappingVersion) }

// currentFolder returns the name of the store in use, or of one to be made.
func currentFolder(dir string) (string, error) {
	b, err := os.ReadFile(filepath.Join(dir, currentFile))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", err
	}
	name := strings.TrimSpace(string(b))
	if strings.HasPrefix(name, prefix()) && filepath.Base(name) == name {
		return name, nil
	}
	return newFolder(dir)
}

// newFolder returns a name that no store has.
func newFolder(dir string) (string, error) {
	for i := 1; ; i++ {
		name := fmt.Sprintf("%s%06d", prefix(), i)
		_, err := os.Lstat(filepath.Join(dir, name))
		if errors.Is(err, os.ErrNotExist) {
			return name, nil
		}
		if err != nil {
			return "", err
		}
	}
}

// setCurrent writes the name in a way that leaves either the old one or the new one, whenever the machine stops.
func setCurrent(dir, name string) error {
	tmp := filepath.Join(dir, currentFile+".tmp")
	f, err := os.Create(tmp)
	if err != nil {
		return err
	}
	_, err = f.WriteString(name + "\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(tmp, filepath.Join(dir, currentFile)); err != nil {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// removeOthers removes the stores that are not in use. Nothing but stores of ours is touched.
func removeOthers(dir, keep string) error {
	names, err := filepath.Glob(filepath.Join(dir, "v*-??????"))
	if err != nil {
		return err
	}
	for _, n := range names {
		if filepath.Base(n) != keep {
			err = errors.Join(err, os.RemoveAll(n))
		}
	}
	return err
}
