//go:build !linux

package dbtest

import "syscall"

func tied(cred *syscall.Credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: cred}
}
