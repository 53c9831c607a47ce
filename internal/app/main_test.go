package app_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/aanpak/aanpak/internal/app"
	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/reader"
	"github.com/aanpak/aanpak/internal/search/meili/meilitest"
)

// TestMain lets the test binary be a reading child and the program itself.
func TestMain(m *testing.M) {
	if reader.RunChildIfAsked() {
		return
	}
	testscript.Main(tests{m}, map[string]func(){"aanpak": func() { os.Exit(app.Main()) }})
}

// tests runs the tests and ends the search server that some of them start.
type tests struct{ m *testing.M }

func (t tests) Run() int { return meilitest.Main(t.m) }

// The commands as people and scripts use them.
func TestCommands(t *testing.T) {
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("AANPAK_DATA", filepath.Join(e.WorkDir, "data"))
			e.Setenv("AANPAK_CACHE", filepath.Join(cache, "aanpak"))
			e.Setenv("AANPAK_ADDR", "127.0.0.1:0")
			return os.WriteFile(filepath.Join(e.WorkDir, "plan.pdf"), apptest.PDF("Bladzijde een over heiwerk.", "Bladzijde twee over bouwlogistiek."), 0o644)
		},
	})
}

func quietLog() *slog.Logger { return slog.New(slog.DiscardHandler) }
