package s3_test

import (
	"errors"
	"io"
	"mime"
	"net/http"
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

// A link gives the blob to whoever has it, under its name, for as long as the address of the store says; without that there is none.
func TestLinks(t *testing.T) {
	for name, server := range map[string]func(testing.TB) *s3test.Store{"versitygw": s3test.VersityGateway, "minio": s3test.MinIO} {
		t.Run(name, func(t *testing.T) {
			address := server(t).URL()
			s, err := s3.Open(t.Context(), address+"&links=1m")
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Put(t.Context(), "doc/a", strings.NewReader("inhoud"), 6); err != nil {
				t.Fatal(err)
			}
			link, err := s.Link(t.Context(), "doc/a", "plan \"één\".pdf", "application/pdf")
			if err != nil {
				t.Fatal(err)
			}
			res, err := http.Get(link)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			body, err := io.ReadAll(res.Body)
			_, params, _ := mime.ParseMediaType(res.Header.Get("Content-Disposition"))
			if string(body) != "inhoud" || err != nil || params["filename"] != "plan \"één\".pdf" || res.Header.Get("Content-Type") != "application/pdf" {
				t.Errorf("%d %q %v %v", res.StatusCode, body, res.Header, err)
			}
			none, err := s3.Open(t.Context(), address)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := none.Link(t.Context(), "doc/a", "a", "b"); !errors.Is(err, blob.ErrNoLinks) {
				t.Errorf("a link from a store that gives none: %v", err)
			}
		})
	}
}

// A server that is away keeps nobody from opening the store; the bucket is made when it has come.
func TestAway(t *testing.T) {
	server := s3test.VersityGateway(t)
	server.Kill()
	s, err := s3.Open(t.Context(), server.URL())
	if err != nil {
		t.Fatal(err)
	}
	put := func() error { return s.Put(t.Context(), "doc/a", strings.NewReader("inhoud"), -1) }
	if err := put(); err == nil || s.Found() || s.Ping(t.Context()) == nil {
		t.Errorf("without a server: put %v, found %v", err, s.Found())
	}
	server.Start()
	if err := put(); err != nil || !s.Found() {
		t.Errorf("with the server: put %v, found %v", err, s.Found())
	}
}

// A server that refuses keeps the store from being opened, and what to look at is said.
func TestWrongSecret(t *testing.T) {
	address := strings.Replace(s3test.VersityGateway(t).URL(), ":testsecret1@", ":another1@", 1)
	if _, err := s3.Open(t.Context(), address); err == nil || !strings.Contains(err.Error(), "AANPAK_BLOB_URL") || strings.Contains(err.Error(), "another1") {
		t.Errorf("%v", err)
	}
}

func TestAddressesThatAreRefused(t *testing.T) {
	for _, a := range []string{"minio://host/bucket", "minio://k:s@host", "minio://k:s@host/b?tls=perhaps", "minio://%zz"} {
		if _, err := s3.Open(t.Context(), a); err == nil || strings.Contains(err.Error(), "k:s") {
			t.Errorf("%s: %v; want an error without the secret", a, err)
		}
	}
}
