package reader

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	seccomp "github.com/elastic/go-seccomp-bpf"
	ll "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"golang.org/x/sys/unix"
)

// attempts are made inside a child that has given up its rights.
func attempts(at reachable) []try {
	var out []try
	add := func(what string, err error) {
		t := try{What: what}
		if err != nil {
			t.Error = err.Error()
		}
		out = append(out, t)
	}
	for _, kind := range []struct {
		name           string
		family, second int
	}{
		{"inet", unix.AF_INET, unix.SOCK_STREAM}, {"inet datagrams", unix.AF_INET, unix.SOCK_DGRAM}, {"inet6", unix.AF_INET6, unix.SOCK_STREAM}, {"unix", unix.AF_UNIX, unix.SOCK_STREAM},
	} {
		_, err := unix.Socket(kind.family, kind.second, 0)
		add("call: socket "+kind.name, err)
	}
	conn, err := net.Dial("tcp", at.Server)
	if err == nil {
		_ = conn.Close()
	}
	add("call: connect", err)
	add("call: trace the parent", unix.PtraceAttach(os.Getppid()))
	add("call: namespace of its own", unix.Unshare(unix.CLONE_NEWUSER))
	add("call: mount", unix.Mount("none", os.TempDir(), "tmpfs", 0, ""))
	_, err = os.ReadFile(at.Secret)
	add("file: secret", err)
	_, err = os.ReadFile(fmt.Sprintf("/proc/%d/environ", os.Getppid()))
	add("file: environment of the parent", err)
	_, err = os.ReadFile("/etc/passwd")
	add("file: accounts", err)
	add("file: write outside", os.WriteFile(at.Outside, []byte("x"), 0o600))
	add("given: environment", secretInEnvironment())
	add("given: open file", openFile(at.Inode))
	add("own: temporary file", os.WriteFile(filepath.Join(os.TempDir(), "own"), []byte("x"), 0o600))
	add("own: cache", os.WriteFile(filepath.Join(at.CacheDir, "reach-test"), []byte("x"), 0o600))
	return out
}

// secretInEnvironment is nil, a success for the attacker, where a setting of the program came along.
func secretInEnvironment() error {
	for _, v := range os.Environ() {
		if strings.HasPrefix(v, "AANPAK_") && !strings.HasPrefix(v, "AANPAK_TEST_") || strings.Contains(v, "geheim") {
			return nil
		}
	}
	return fmt.Errorf("nothing of use")
}

// openFile is nil where a descriptor of the file was left open for the child.
func openFile(inode uint64) error {
	for fd := range 1024 {
		var st unix.Stat_t
		if unix.Fstat(fd, &st) == nil && st.Ino == inode {
			return nil
		}
	}
	return fmt.Errorf("not among the open files")
}

// A child that was taken over by what it reads gets at no network, no file, no setting and no other process.
func TestTakenOverChildReachesNothing(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	dir := t.TempDir()
	secret, err := os.Create(filepath.Join(dir, "secret"))
	if err != nil {
		t.Fatal(err)
	}
	defer secret.Close()
	st, err := secret.Stat()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("AANPAK_DATABASE_URL", "postgres://aanpak:geheim@db/aanpak")
	at, _ := json.Marshal(reachable{
		Server: l.Addr().String(), Secret: secret.Name(), Outside: filepath.Join(dir, "outside"), CacheDir: cacheDir(), Inode: st.Sys().(*syscall.Stat_t).Ino,
	})
	pages, _, err := readAll(t, newTestPool(t, func(o *Options) {
		misbehaving("reach")(o)
		start := o.Command
		o.Command = func() *exec.Cmd {
			cmd := start()
			cmd.Env = append(cmd.Env, reachFor+"="+string(at))
			return cmd
		}
	}), "a.txt", []byte("x"))
	if err != nil || len(pages) == 0 {
		t.Fatalf("%d attempts, %v", len(pages), err)
	}
	version, _ := ll.LandlockGetABIVersion()
	lacks := map[string]bool{"call": !seccomp.Supported(), "file": version < 1}
	for _, p := range pages {
		var a try
		if err := json.Unmarshal([]byte(p.Text), &a); err != nil {
			t.Fatal(err)
		}
		means, _, _ := strings.Cut(a.What, ":")
		t.Run(strings.ReplaceAll(a.What, ": ", "/"), func(t *testing.T) {
			if lacks[means] {
				t.Skipf("skipped, this kernel does not hold it: %s", a.What)
			}
			if got, want := a.Error == "", means == "own"; got != want {
				t.Errorf("allowed is %v, want %v (%s)", got, want, a.Error)
			}
		})
	}
}

// A child has a network of its own, with nobody in it, where namespaces are allowed.
func TestChildHasItsOwnNetwork(t *testing.T) {
	if !namespaces() {
		t.Skip("skipped, namespaces are not allowed here: the filter of system calls has to do")
	}
	pool := newTestPool(t, nil)
	if _, _, err := readAll(t, pool, "a.txt", []byte("tekst")); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"net", "user", "ipc"} {
		ours, err := os.Readlink("/proc/self/ns/" + kind)
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/%s", pool.batch.idle[0].cmd.Process.Pid, kind))
		if err != nil || theirs == ours {
			t.Errorf("%s: the child has %s, we have %s, %v", kind, theirs, ours, err)
		}
	}
}

// Every thread of a child and every program that it starts is under the filter, and can gain no rights.
func TestEveryThreadIsHeld(t *testing.T) {
	pool := newTestPool(t, nil)
	if _, _, err := readAll(t, pool, "a.txt", []byte("tekst")); err != nil {
		t.Fatal(err)
	}
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", pool.batch.idle[0].cmd.Process.Pid))
	if err != nil || len(threads) == 0 {
		t.Fatal(threads, err)
	}
	for _, file := range threads {
		b, err := os.ReadFile(file)
		if err != nil {
			continue // a thread that has ended since
		}
		lines := strings.Split(string(b), "\n")
		if !slices.Contains(lines, "NoNewPrivs:\t1") || seccomp.Supported() && !slices.Contains(lines, "Seccomp:\t2") {
			t.Errorf("%s: a thread that is not held:\n%s", file, b)
		}
	}
}
