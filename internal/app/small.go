package app

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"

	"github.com/aanpak/aanpak/internal/lang"
	"github.com/aanpak/aanpak/internal/reader"
)

// Version is set by the linker for a release.
var Version = "dev"

type versionCmd struct{}

func (versionCmd) Run(k *call) error {
	commit := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				commit = s.Value
			}
		}
	}
	_, err := fmt.Fprintf(k.Stdout, "aanpak %s, commit %s, %s\n", Version, commit, runtime.Version())
	return err
}

type extractCmd struct {
	File string `arg:"" help:"The file to read."`
}

// Run prints the pages of a file as JSON lines. A file that cannot be read gives its reason and exit 1.
func (c *extractCmd) Run(k *call) (err error) {
	if _, err := os.Stat(c.File); err != nil {
		return usageError{fmt.Errorf("%s cannot be opened: %w", c.File, errors.Unwrap(err))}
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	pool := reader.NewPool(reader.Options{Children: 1, CacheDir: cache + "/aanpak/pdfium", Detect: lang.NewLexicon().Detect})
	defer func() { err = errors.Join(err, pool.Close()) }()
	return reader.Extract(k.ctx, pool, c.File, k.Stdout)
}
