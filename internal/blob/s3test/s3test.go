// Package s3test runs real S3 servers for tests.
package s3test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rs/xid"

	"github.com/aanpak/aanpak/internal/testenv"
)

const (
	key    = "testkey"
	secret = "testsecret1"
)

// Store is a server with its address for AANPAK_BLOB_URL.
type Store struct {
	*testenv.Server        // nil where somebody else runs it
	address         string // with BUCKET where the bucket stands
}

// URL returns an address with a bucket of its own.
func (s *Store) URL() string { return s.In("t" + xid.New().String()) }

// In returns the address of a bucket, which may have a prefix behind it.
func (s *Store) In(bucket string) string { return strings.Replace(s.address, "BUCKET", bucket, 1) }

func at(addr string) string {
	return fmt.Sprintf("minio://%s:%s@%s/BUCKET?tls=false&region=us-east-1", key, secret, addr)
}

// VersityGateway starts versitygw on a folder.
func VersityGateway(tb testing.TB) *Store {
	tb.Helper()
	bin := testenv.Command(tb, "versitygw", "go install github.com/versity/versitygw/cmd/versitygw@v1.8.0", "versitygw")
	dir, addr := tb.TempDir(), testenv.FreeAddr(tb)
	return &Store{testenv.Start(tb, addr, func() *exec.Cmd {
		return exec.Command(bin, "--access", key, "--secret", secret, "--port", addr, "posix", dir)
	}), at(addr)}
}

// MinIO starts MinIO's server, or takes the one at AANPAK_TEST_MINIO_URL, an address with BUCKET in it.
func MinIO(tb testing.TB) *Store {
	tb.Helper()
	if address := os.Getenv("AANPAK_TEST_MINIO_URL"); address != "" {
		return &Store{address: address}
	}
	bin := testenv.Command(tb, "minio", "go install github.com/minio/minio@latest, or set AANPAK_TEST_MINIO_URL", "minio")
	dir, addr := filepath.Join(tb.TempDir(), "data"), testenv.FreeAddr(tb)
	return &Store{testenv.Start(tb, addr, func() *exec.Cmd {
		cmd := exec.Command(bin, "server", "--quiet", "--address", addr, dir)
		cmd.Env = append(os.Environ(), "MINIO_ROOT_USER="+key, "MINIO_ROOT_PASSWORD="+secret, "MINIO_BROWSER=off", "MINIO_UPDATE=off")
		return cmd
	}), at(addr)}
}
