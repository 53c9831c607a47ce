package reader

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"unsafe"

	seccomp "github.com/elastic/go-seccomp-bpf"
	"github.com/elastic/go-seccomp-bpf/arch"
	"github.com/landlock-lsm/go-landlock/landlock"
	ll "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// A child meets what strangers have made. Three means of the kernel keep whatever takes it over from the rest of the machine, each
// of them only where it is there: namespaces without a network, rules for files (Landlock), and a filter of system calls (seccomp).
// Programs that the child starts, tesseract, are held by all three as well.

// namespaces tells, by trying once, whether a child can be started in namespaces of its own. Containers often forbid it.
var namespaces = sync.OnceValue(func() bool {
	path, err := self()
	if err != nil {
		return false
	}
	cmd := exec.Command(path, childArg, childProbe)
	cmd.Env = []string{}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	apart(cmd.SysProcAttr)
	return cmd.Run() == nil
})

// apart asks for a user of its own, who may nothing outside, and a network and shared memory in which there is nobody.
func apart(attr *syscall.SysProcAttr) {
	attr.Cloneflags = unix.CLONE_NEWUSER | unix.CLONE_NEWNET | unix.CLONE_NEWIPC
	attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: os.Getuid(), HostID: os.Getuid(), Size: 1}}
	attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: os.Getgid(), HostID: os.Getgid(), Size: 1}}
}

// enclose takes from this process, a child, for good what reading does not need: files but its own and the programs of the system,
// the network, and what looks into other processes. What the kernel does not have is left out; the doctor says so.
func enclose(cacheDir string) error {
	runtime.LockOSThread() // the filter is put on this thread first and then on the others
	defer runtime.UnlockOSThread()
	if err := encloseFiles(cacheDir); err != nil {
		return fmt.Errorf("files: %w", err)
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("no new privileges: %w", err)
	}
	if err := filterCalls(); err != nil && !errors.Is(err, unix.ENOSYS) && !errors.Is(err, unix.EINVAL) {
		return fmt.Errorf("system calls: %w", err)
	}
	return nil
}

// encloseFiles leaves the child its temporary folder, the compiled PDFium, and the system's programs and their data to read.
func encloseFiles(cacheDir string) error {
	writable := []string{os.TempDir()}
	for _, dir := range []string{cacheDir, os.Getenv("GOCOVERDIR")} {
		if dir != "" && os.MkdirAll(dir, 0o755) == nil { // without it PDFium compiles anew, as elsewhere
			writable = append(writable, dir)
		}
	}
	return landlock.V7.BestEffort().Restrict(
		landlock.RWDirs(writable...),
		landlock.RODirs(systemFolders()...).IgnoreIfMissing(),
		landlock.ROFiles("/etc/ld.so.cache", "/etc/localtime", "/dev/urandom").IgnoreIfMissing(),
		landlock.RWFiles("/dev/null").IgnoreIfMissing(),
	)
}

// systemFolders hold programs, libraries and tesseract's data, wherever that was installed.
func systemFolders() []string {
	list := []string{"/usr", "/bin", "/lib", "/lib32", "/lib64"}
	if data := os.Getenv("TESSDATA_PREFIX"); data != "" {
		list = append(list, data)
	}
	if path, err := exec.LookPath("tesseract"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			list = append(list, filepath.Dir(real))
		}
	}
	return list
}

// refused are the system calls that no reader needs: the network, other processes, and what has the kernel do rare things, which is
// where its mistakes are found.
var refused = []string{
	"socket", "socketpair", "bind", "connect", "listen", "accept", "accept4",
	"ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "pidfd_getfd", "kcmp",
	"setns", "unshare", "chroot", "pivot_root", "mount", "umount2", "open_tree", "move_mount", "fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr",
	"bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register", "keyctl", "add_key", "request_key",
	"init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load", "open_by_handle_at", "name_to_handle_at", "lookup_dcookie",
	"reboot", "swapon", "swapoff", "acct", "quotactl", "quotactl_fd", "settimeofday", "clock_settime", "clock_adjtime", "adjtimex", "sethostname", "setdomainname",
	"syslog", "vhangup", "nfsservctl", "personality", "fanotify_init", "memfd_secret", "iopl", "ioperm", "modify_ldt",
}

// filterCalls refuses them to every thread, and to every program that is started from here.
func filterCalls() error {
	machine, err := arch.GetInfo("")
	if err != nil {
		return nil // a processor that the library does not know: the other means have to do
	}
	program, err := filter(machine)
	if err != nil {
		return err
	}
	prog := &unix.SockFprog{Len: uint16(len(program)), Filter: &program[0]}
	_, _, e := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(prog)))
	if e != 0 {
		return e
	}
	return nil
}

// filter translates the list for the kernel. The library lets calls of another processor's kind (32-bit ones) through: they end the child.
func filter(machine *arch.Info) ([]unix.SockFilter, error) {
	policy := seccomp.Policy{DefaultAction: seccomp.ActionAllow, Syscalls: []seccomp.SyscallGroup{
		{Action: seccomp.ActionErrno, Names: known(machine, refused)},
		{Action: seccomp.ActionErrno | seccomp.Action(unix.ENOSYS), Names: known(machine, []string{"clone3"})}, // its flags cannot be seen; libraries go on with clone
	}}
	if _, ok := machine.SyscallNames["clone"]; ok {
		policy.Syscalls[0].NamesWithCondtions = []seccomp.NameWithConditions{
			{Name: "clone", Conditions: seccomp.ArgumentConditions{{Argument: 0, Operation: seccomp.BitsSet, Value: unix.CLONE_NEWUSER}}},
		}
	}
	calls, err := policy.Assemble()
	if err != nil {
		return nil, err
	}
	const archOffset = 4 // in the kernel's struct seccomp_data
	raw, err := bpf.Assemble(append([]bpf.Instruction{
		bpf.LoadAbsolute{Off: archOffset, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: uint32(machine.ID), SkipTrue: 1},
		bpf.RetConstant{Val: unix.SECCOMP_RET_KILL_PROCESS},
	}, calls...))
	if err != nil {
		return nil, err
	}
	out := make([]unix.SockFilter, len(raw))
	for i, r := range raw {
		out[i] = unix.SockFilter{Code: r.Op, Jt: r.Jt, Jf: r.Jf, K: r.K}
	}
	return out, nil
}

// known leaves out the calls that this processor's kernel does not have.
func known(machine *arch.Info, names []string) (out []string) {
	for _, n := range names {
		if _, ok := machine.SyscallNames[n]; ok {
			out = append(out, n)
		}
	}
	return out
}

// Enclosure tells of the kernel's means which hold reading children here, and which this kernel or container does not allow.
func Enclosure() (has, lacks []string) {
	version, _ := ll.LandlockGetABIVersion()
	for _, m := range []struct {
		name  string
		there bool
	}{{meansNamespaces, namespaces()}, {meansFilter, seccomp.Supported()}, {meansFiles, version > 0}} {
		if m.there {
			has = append(has, m.name)
		} else {
			lacks = append(lacks, m.name)
		}
	}
	return has, lacks
}
