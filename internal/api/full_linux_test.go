package api_test

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/aanpak/aanpak/internal/app"
	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/config"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/testenv"
)

// smallDisk mounts a file system of so many bytes, for as long as the test runs.
func smallDisk(t *testing.T, bytes int) string {
	t.Helper()
	dir := t.TempDir()
	err := unix.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", bytes))
	testenv.Need(t, "tmpfs", err == nil, fmt.Sprintf("mounting is for root on Linux (%v)", err))
	t.Cleanup(func() {
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fill writes a file until the disk is full, and returns what removes it.
func fill(t *testing.T, dir string) (free func()) {
	t.Helper()
	path := filepath.Join(dir, "ballast")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for size := 64 << 10; size > 0; {
		if _, err := f.Write(make([]byte, size)); err != nil {
			size /= 2
		}
	}
	_ = f.Close()
	return func() {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
}

func openOn(t *testing.T, cfg *config.Config) *apptest.App {
	t.Helper()
	a := &apptest.App{App: apptest.Open(t, cfg, app.Parts{Search: true, Work: true})}
	a.Sanne = a.Person(t, "Sanne Visser", "Zwolle", auth.RoleMember)
	stop, err := a.Work(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return a
}

func noise(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return string(b)
}

func (c *client) listed() int {
	c.t.Helper()
	return len(c.get("/api/v1/documents?limit=200").json(c.t)["items"].([]any))
}

// wantFull fails unless the answer says in words that there is no space.
func wantFull(t *testing.T, got answer) {
	t.Helper()
	if got.status != http.StatusInsufficientStorage || got.header.Get("Content-Type") != "application/problem+json" || !strings.Contains(string(got.body), "geen ruimte meer op de server") {
		t.Errorf("on a full disk: %d %s", got.status, got.body)
	}
}

// TestFullBlobs uploads until the folder of the files is full: the person is told, nothing half-way stays, and after room is
// made it goes on.
func TestFullBlobs(t *testing.T) {
	disk := smallDisk(t, 7<<20)
	cfg := apptest.Config(t, db.SQLite)
	if err := os.Symlink(disk, filepath.Join(cfg.Data, "files")); err != nil {
		t.Fatal(err)
	}
	c := openOn(t, cfg)
	u := serve(t, c).as(c.Sanne)
	stored := 0
	var last answer
	for ; stored < 10; stored++ {
		if last = u.upload("/api/v1/documents", fmt.Sprintf("foto%d.mp4", stored), noise(2<<20)); last.status != http.StatusCreated {
			break
		}
	}
	wantFull(t, last)
	if stored != 3 || u.listed() != stored {
		t.Errorf("%d uploads were accepted, %d documents are listed", stored, u.listed())
	}
	if left, _ := filepath.Glob(filepath.Join(disk, ".new", "*")); len(left) > 0 {
		t.Errorf("temporary files stay: %v", left)
	}
	if again := u.upload("/api/v1/documents", "notitie.txt", "Een korte notitie."); again.status != http.StatusCreated {
		t.Errorf("a small file after the large one: %d %s", again.status, again.body)
	}
	c.Settle(t)
	free := fill(t, disk)
	wantFull(t, u.upload("/api/v1/documents", "vol.txt", "Deze past niet meer."))
	free()
	if again := u.upload("/api/v1/documents", "ruimte.txt", "Er is weer ruimte."); again.status != http.StatusCreated {
		t.Errorf("after room was made: %d %s", again.status, again.body)
	}
	c.Settle(t)
	if n := u.listed(); n != stored+2 {
		t.Errorf("%d documents are listed, want %d", n, stored+2)
	}
}

// TestFullDatabase does the same with the folder of the database.
func TestFullDatabase(t *testing.T) {
	disk := smallDisk(t, 8<<20)
	cfg := apptest.Config(t, db.SQLite)
	cfg.DatabaseURL = config.Secret("sqlite:" + filepath.Join(disk, "aanpak.db"))
	c := openOn(t, cfg)
	u := serve(t, c).as(c.Sanne)
	first := u.upload("/api/v1/documents", "eerste.txt", "De eerste.")
	if first.status != http.StatusCreated {
		t.Fatalf("%d %s", first.status, first.body)
	}
	c.Settle(t)
	free := fill(t, disk)
	stored := 1
	for ; stored < 200; stored++ { // what the database's log still has room for is written
		if last := u.upload("/api/v1/documents", "meer.txt", fmt.Sprintf("Nummer %d.", stored)); last.status != http.StatusCreated {
			wantFull(t, last)
			break
		}
	}
	if n := u.listed(); n != stored {
		t.Errorf("%d documents are listed, %d were accepted", n, stored)
	}
	if blobs := files(t, filepath.Join(cfg.Data, "files")); blobs != stored {
		t.Errorf("%d files are stored for %d documents", blobs, stored)
	}
	free()
	if again := u.upload("/api/v1/documents", "derde.txt", "De derde."); again.status != http.StatusCreated {
		t.Errorf("after room was made: %d %s", again.status, again.body)
	}
	c.Settle(t)
	if d := u.get("/api/v1/search?q=derde&type=document").json(t); d["total"] != 1.0 {
		t.Errorf("the upload after room was made is not found: %v", d)
	}
}

func files(t *testing.T, dir string) (n int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(_ string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
