package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

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

type pingCmd struct{}

// pingTime is how long a process that lives may take to say so.
const pingTime = 4 * time.Second

// Run asks the serving process on this machine whether it lives: the health check of containers that hold no other program.
func (pingCmd) Run(k *call) error {
	cfg, err := k.config()
	if err != nil {
		return err
	}
	host, port, err := net.SplitHostPort(cfg.Addr)
	if err != nil {
		return usageError{err}
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	ctx, cancel := context.WithTimeout(k.ctx, pingTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/healthz", nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("nobody answers: %w", err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, 100))
	if err != nil || res.StatusCode != http.StatusOK {
		return fmt.Errorf("it answers %s: %s", res.Status, strings.TrimSpace(string(answer)))
	}
	return nil
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
