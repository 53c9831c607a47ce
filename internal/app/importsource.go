package app

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// sourceFiles are the files of a folder or zip.
type sourceFiles interface {
	fs.FS
	io.Closer
}

type folder struct{ fs.FS }

// openSource opens a folder or zip; root names it in the paths by which files are found again.
func openSource(from string) (files sourceFiles, root string, err error) {
	abs, err := filepath.Abs(from)
	if err != nil {
		return nil, "", err
	}
	info, err := os.Stat(abs)
	if err != nil {
		return nil, "", usageError{fmt.Errorf("%s cannot be opened: %w", from, errors.Unwrap(err))}
	}
	if info.IsDir() {
		return folder{os.DirFS(abs)}, abs, nil
	}
	z, err := zip.OpenReader(abs)
	if err != nil {
		return nil, "", usageError{fmt.Errorf("%s is neither a folder nor a zip: %w", from, err)}
	}
	return z, abs, nil
}

// listFiles returns every file in lexical order; what systems leave behind is not a document.
func listFiles(files fs.FS) (paths []string, err error) {
	err = fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		hidden := strings.HasPrefix(name, ".") && name != "." || name == "__MACOSX"
		switch {
		case d.IsDir() && hidden:
			return fs.SkipDir
		case d.IsDir() || hidden, strings.HasPrefix(name, "~$"), strings.EqualFold(name, "thumbs.db"), strings.EqualFold(name, "desktop.ini"):
			return nil
		}
		paths = append(paths, path)
		return nil
	})
	return paths, err
}
