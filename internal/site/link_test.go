package site_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/blob/s3test"
	"github.com/aanpak/aanpak/internal/config"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/library"
)

// A store that gives links sends the original itself, under its name; what the viewer shows comes from us, as its policy wants.
func TestDownloadFromTheStore(t *testing.T) {
	cfg := apptest.Config(t, db.SQLite)
	cfg.BlobURL = config.Secret(s3test.VersityGateway(t).URL() + "&links=1m")
	s := serveApp(t, apptest.NewWith(t, cfg))
	d := s.Upload(t, s.Sanne, "plan.pdf", apptest.PDF("De kade."), library.Meta{})
	b := s.browser(t, s.Sanne)
	a := b.get("/documents/" + d.ID + "/file")
	if a.status != http.StatusFound || !strings.Contains(a.location, "X-Amz-Signature") {
		t.Fatalf("%d to %q", a.status, a.location)
	}
	res, err := http.Get(a.location)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	content, err := io.ReadAll(res.Body)
	if err != nil || !strings.HasPrefix(string(content), "%PDF-") || !strings.Contains(res.Header.Get("Content-Disposition"), "plan.pdf") {
		t.Errorf("%d %v %.20q, %v", res.StatusCode, res.Header, content, err)
	}
	if a := b.get("/documents/" + d.ID + "/file?inline=1"); a.status != http.StatusOK {
		t.Errorf("shown in place: %d to %q", a.status, a.location)
	}
	if a := s.browser(t, nil).get("/documents/" + d.ID + "/file"); strings.Contains(a.location, "X-Amz-Signature") {
		t.Errorf("a link for nobody: %q", a.location)
	}
}
