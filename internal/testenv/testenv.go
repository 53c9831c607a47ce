// Package testenv says what a test does when an outside part (a database server, a browser) is not there:
// on a laptop it skips with one clear line, and where AANPAK_TEST_REQUIRE names the part it fails.
package testenv

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// Required tells whether AANPAK_TEST_REQUIRE, a comma-separated list, names the part or "all".
func Required(part string) bool {
	list := strings.Split(os.Getenv("AANPAK_TEST_REQUIRE"), ",")
	return slices.Contains(list, part) || slices.Contains(list, "all")
}

// Need ends the test when the part is not there: it fails where the part is required and skips elsewhere.
func Need(tb testing.TB, part string, there bool, howToGet string) {
	tb.Helper()
	if there {
		return
	}
	if Required(part) {
		tb.Fatalf("%s is required by AANPAK_TEST_REQUIRE and is not there: %s", part, howToGet)
	}
	tb.Skipf("skipped, %s is not there: %s", part, howToGet)
}

// Command returns the path of the first of the programs that is on the PATH, ending the test as Need does.
func Command(tb testing.TB, part, howToGet string, names ...string) string {
	tb.Helper()
	for _, n := range names {
		if p, err := exec.LookPath(n); err == nil {
			return p
		}
	}
	Need(tb, part, false, howToGet)
	return ""
}
