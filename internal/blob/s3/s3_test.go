package s3_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/xid"

	"github.com/aanpak/aanpak/internal/blob"
	"github.com/aanpak/aanpak/internal/blob/blobtest"
	"github.com/aanpak/aanpak/internal/blob/s3"
	"github.com/aanpak/aanpak/internal/testenv"
)

const (
	key    = "testkey"
	secret = "testsecret1"
)

func TestContractOnVersityGateway(t *testing.T) {
	bin := testenv.Command(t, "versitygw", "go install github.com/versity/versitygw/cmd/versitygw@v1.8.0", "versitygw")
	dir := t.TempDir()
	addr := freeAddr(t)
	run(t, exec.Command(bin, "--access", key, "--secret", secret, "--port", addr, "posix", dir), addr)
	contract(t, addr)
}

func TestContractOnMinIO(t *testing.T) {
	if addr := os.Getenv("AANPAK_TEST_MINIO_URL"); addr != "" {
		contractAt(t, addr)
		return
	}
	bin := testenv.Command(t, "minio", "go install github.com/minio/minio@latest, or set AANPAK_TEST_MINIO_URL", "minio")
	addr := freeAddr(t)
	cmd := exec.Command(bin, "server", "--quiet", "--address", addr, filepath.Join(t.TempDir(), "data"))
	cmd.Env = append(os.Environ(), "MINIO_ROOT_USER="+key, "MINIO_ROOT_PASSWORD="+secret, "MINIO_BROWSER=off", "MINIO_UPDATE=off")
	run(t, cmd, addr)
	contract(t, addr)
}

func contract(t *testing.T, addr string) {
	contractAt(t, fmt.Sprintf("minio://%s:%s@%s/BUCKET?tls=false&region=us-east-1", key, secret, addr))
}

// contractAt runs the suite with a bucket, and every second time a prefix, of its own per subtest.
func contractAt(t *testing.T, address string) {
	n := 0
	blobtest.Run(t, func(t *testing.T) blob.Store {
		n++
		bucket := "t" + xid.New().String()
		if n%2 == 0 {
			bucket += "/some/prefix"
		}
		s, err := s3.Open(t.Context(), strings.Replace(address, "BUCKET", bucket, 1))
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}

func freeAddr(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// run starts a server and waits until its port answers; the server ends with the test.
func run(t *testing.T, cmd *exec.Cmd, addr string) {
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for ctx.Err() == nil {
		if c, err := net.Dial("tcp", addr); err == nil {
			c.Close()
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("%s does not answer on %s: %s", cmd.Path, addr, out.String())
}

func TestAddressesThatAreRefused(t *testing.T) {
	for _, a := range []string{"minio://host/bucket", "minio://k:s@host", "minio://k:s@host/b?tls=perhaps", "minio://%zz"} {
		if _, err := s3.Open(t.Context(), a); err == nil || strings.Contains(err.Error(), "k:s") {
			t.Errorf("%s: %v; want an error without the secret", a, err)
		}
	}
}
