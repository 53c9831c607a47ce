package app

import (
	"context"
	"errors"
	"log/slog"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aanpak/aanpak/internal/config"
	"github.com/aanpak/aanpak/internal/lang"
	"github.com/aanpak/aanpak/internal/search"
	"github.com/aanpak/aanpak/internal/search/bleve"
	"github.com/aanpak/aanpak/internal/search/meili"
)

// Engine is a search index that can be rebuilt: the embedded one or a server's.
type Engine interface {
	search.Index
	// Rebuild fills a new index beside the one in use and swaps them.
	Rebuild(ctx context.Context, fill func(search.Index) error) error
	// Fresh tells whether there was nothing in the index when it was opened.
	Fresh() bool
	// Ready waits until the index is open; a server may be away when the program starts.
	Ready(ctx context.Context) error
}

// openIndex opens the index that the settings name. It returns a nil interface with every error.
func openIndex(ctx context.Context, cfg *config.Config, lx *lang.Lexicon, log *slog.Logger) (Engine, error) {
	if cfg.SearchURL == "" {
		x, err := bleve.Open(bleve.Options{Dir: filepath.Join(cfg.Data, "index"), Lexicon: lx, Log: log})
		if err != nil {
			return nil, err
		}
		return x, nil
	}
	address, err := meili.ParseAddress(cfg.SearchURL.Reveal())
	if err != nil {
		return nil, err
	}
	x, err := meili.Open(ctx, meili.Options{Address: address, Lexicon: lx, Log: log})
	if err != nil {
		return nil, err
	}
	return x, nil
}

// isLocked tells whether another process has the embedded index open.
func isLocked(err error) bool { return errors.Is(err, bleve.ErrLocked) }

// ocrLanguages returns the languages that tesseract reads, none where it is not installed.
func ocrLanguages(ctx context.Context) []string {
	out, err := exec.CommandContext(ctx, "tesseract", "--list-langs").CombinedOutput()
	if err != nil {
		return nil
	}
	var langs []string
	for line := range strings.Lines(string(out)) {
		if l := strings.TrimSpace(line); l != "" && !strings.Contains(l, " ") && l != "osd" {
			langs = append(langs, l)
		}
	}
	slices.Sort(langs)
	return langs
}
