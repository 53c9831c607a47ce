package bench

import (
	"fmt"
	"os"
	"testing"

	"github.com/aanpak/aanpak/internal/app"
	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/reader"
)

// beProgram in the environment makes the test binary the program itself, so that a benchmark can start it as people do.
const beProgram = "AANPAK_BENCH_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(beProgram) != "" && !reader.RunChildIfAsked() {
		os.Exit(app.Main())
	}
	if path := os.Getenv(beBare); path != "" {
		fmt.Fprintln(os.Stderr, bare(path))
		os.Exit(1)
	}
	apptest.Main(m)
}
