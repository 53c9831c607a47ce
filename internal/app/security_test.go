package app_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What docs/security.md claims is held by tests and code that are there.
func TestSecurityIsBacked(t *testing.T) {
	text, err := os.ReadFile("../../docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	tests := testsOf(t)
	named := regexp.MustCompile("`(Test\\w+)`").FindAllSubmatch(text, -1)
	for _, m := range named {
		if !tests[string(m[1])] {
			t.Errorf("there is no %s", m[1])
		}
	}
	files := regexp.MustCompile("`((?:internal/)?[a-z]+/[a-z_/]+\\.go)`").FindAllSubmatch(text, -1)
	for _, m := range files {
		if _, err := os.Stat(filepath.Join("..", strings.TrimPrefix(string(m[1]), "internal/"))); err != nil {
			t.Error(err)
		}
	}
	if len(named) < 30 || len(files) < 10 {
		t.Errorf("only %d tests and %d files are named: the test reads too little", len(named), len(files))
	}
}

// testsOf are the names of all tests.
func testsOf(t *testing.T) map[string]bool {
	t.Helper()
	tests := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, m := range regexp.MustCompile(`(?m)^func (Test\w+)\(`).FindAllSubmatch(source, -1) {
			tests[string(m[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return tests
}
