package disk_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/blob"
	"github.com/aanpak/aanpak/internal/blob/blobtest"
	"github.com/aanpak/aanpak/internal/blob/disk"
)

func TestContract(t *testing.T) {
	blobtest.Run(t, func(t *testing.T) blob.Store {
		s, err := disk.Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}

// What a killed process left half-written is gone after the next start, and was never a blob.
func TestHalfWrittenFilesAreSwept(t *testing.T) {
	dir := t.TempDir()
	if _, err := disk.Open(dir); err != nil {
		t.Fatal(err)
	}
	half := filepath.Join(dir, ".new", "put-123")
	if err := os.WriteFile(half, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	long := time.Now().Add(-2 * time.Hour)
	if err := os.Chtimes(half, long, long); err != nil {
		t.Fatal(err)
	}
	fresh := filepath.Join(dir, ".new", "put-456")
	if err := os.WriteFile(fresh, []byte("on its way"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := disk.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(fresh); err != nil {
		t.Errorf("the file that another process is writing is gone: %v", err)
	}
	if _, err := os.Stat(half); !os.IsNotExist(err) {
		t.Errorf("the half-written file is still there: %v", err)
	}
	_ = s.List(t.Context(), "", func(i blob.Info) error { t.Errorf("listed %s", i.Key); return nil })
}

// A full disk gives an error and leaves nothing, neither the blob nor its temporary file.
func TestFullDisk(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("skipped, there is no /dev/full: this system cannot play a full disk")
	}
	dir := t.TempDir()
	s, err := disk.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	full, err := os.OpenFile("/dev/full", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	_, werr := full.Write([]byte("x"))
	if err := s.Put(t.Context(), "k", failingReader{werr}, -1); err == nil || !strings.Contains(err.Error(), "no space") {
		t.Errorf("Put on a full disk: %v", err)
	}
	left, _ := os.ReadDir(filepath.Join(dir, ".new"))
	if len(left) != 0 {
		t.Errorf("%d temporary files are left", len(left))
	}
}

type failingReader struct{ err error }

func (f failingReader) Read([]byte) (int, error) { return 0, f.err }
