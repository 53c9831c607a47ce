//go:build !linux && !darwin

package app

// freeSpace cannot be told here.
func freeSpace(string) int64 { return -1 }
