//go:build linux || darwin

package app

import "golang.org/x/sys/unix"

// freeSpace is the bytes that are free on the disk of a folder, -1 where it cannot be told.
func freeSpace(dir string) int64 {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return -1
	}
	return int64(s.Bavail) * int64(s.Bsize) //nolint:gosec // far below 2^63
}
