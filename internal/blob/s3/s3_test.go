package s3_test

import (
	"strings"
	"testing"

	"github.com/rs/xid"

	"github.com/aanpak/aanpak/internal/blob"
	"github.com/aanpak/aanpak/internal/blob/blobtest"
	"github.com/aanpak/aanpak/internal/blob/s3"
	"github.com/aanpak/aanpak/internal/blob/s3test"
)

func TestContractOnVersityGateway(t *testing.T) { contract(t, s3test.VersityGateway(t)) }

func TestContractOnMinIO(t *testing.T) { contract(t, s3test.MinIO(t)) }

// contract runs the suite with a bucket, and every second time a prefix, of its own per subtest.
func contract(t *testing.T, server *s3test.Store) {
	n := 0
	blobtest.Run(t, func(t *testing.T) blob.Store {
		n++
		bucket := "t" + xid.New().String()
		if n%2 == 0 {
			bucket += "/some/prefix"
		}
		s, err := s3.Open(t.Context(), server.In(bucket))
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}

func TestAddressesThatAreRefused(t *testing.T) {
	for _, a := range []string{"minio://host/bucket", "minio://k:s@host", "minio://k:s@host/b?tls=perhaps", "minio://%zz"} {
		if _, err := s3.Open(t.Context(), a); err == nil || strings.Contains(err.Error(), "k:s") {
			t.Errorf("%s: %v; want an error without the secret", a, err)
		}
	}
}
