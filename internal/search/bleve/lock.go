package bleve

import (
	"errors"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// lockGrace is how long a lock may outlive its process: one that was killed while it started a child leaves it to that child, until
// the child has become its own program.
const lockGrace = time.Second

// folderLock keeps other processes out of a folder. The system releases it when the process ends, however it ends.
type folderLock struct{ f *os.File }

func lockFolder(dir string) (*folderLock, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	for end := time.Now().Add(lockGrace); ; time.Sleep(lockGrace / 20) {
		err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if err == nil {
			return &folderLock{f}, nil
		}
		if errors.Is(err, unix.EWOULDBLOCK) {
			if time.Now().Before(end) {
				continue
			}
			err = ErrLocked
		}
		return nil, errors.Join(err, f.Close())
	}
}

func (l *folderLock) release() error { return l.f.Close() }
