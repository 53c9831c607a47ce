package app

import (
	"context"
	"errors"
	"os/exec"
	"slices"
	"strings"

	"github.com/aanpak/aanpak/internal/search/bleve"
)

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
