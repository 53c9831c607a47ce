package app_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/aanpak/aanpak/"

// The domains from left to right: each may import those to its left.
var domains = []string{"people", "signin", "notify", "groups", "tenders", "library", "reuse", "spotlight", "links", "social", "insight", "opening", "find", "lookin", "share", "privacy"}

// owners says which packages alone may import a library.
var owners = map[string][]string{
	"github.com/gofiber/fiber":              {"httpd", "site", "api", "scim", "app"},
	"github.com/valyala/fasthttp":           {"httpd", "site"},
	"github.com/danielgtaylor/huma":         {"api"},
	"github.com/uptrace/bun":                append([]string{"db", "jobs", "index", "audit", "backup", "settings", "live", "app"}, domains...),
	"github.com/minio/minio-go":             {"blob/s3"},
	"github.com/meilisearch/meilisearch-go": {"search/meili"},
	"github.com/blevesearch/bleve":          {"search/bleve"},
	"github.com/ledongthuc/pdf":             {"reader"},
	"github.com/klippa-app/go-pdfium":       {"reader"},
	"github.com/bep/imagemeta":              {"reader"},
	"github.com/landlock-lsm/go-landlock":   {"reader"},
	"github.com/elastic/go-seccomp-bpf":     {"reader"},
	"github.com/go-ldap/ldap":               {"directory"},
	"github.com/scim2/filter-parser":        {"scim"},
	"github.com/wneessen/go-mail":           {"mail"},
	"github.com/coreos/go-oidc":             {"oidc"},
	"golang.org/x/oauth2":                   {"oidc"},
	"github.com/riverqueue/river":           {"db", "jobs"},
	"github.com/jackc/pgx":                  {"db"},
	"modernc.org/sqlite":                    {"db"},
	"github.com/alecthomas/kong":            {"app"},
	"github.com/prometheus":                 {"metrics"},
	"go.opentelemetry.io":                   {"trace"},
	"github.com/emersion/go-vcard":          {"people"},
	"github.com/yuin/goldmark":              {"markdown"},
	"github.com/microcosm-cc/bluemonday":    {"markdown"},
	"github.com/boombuler/barcode":          {"site"},
	"github.com/pquerna/otp":                {"auth"},
	"github.com/SherClockHolmes":            {"notify"},
	"code.dny.dev/ssrf":                     {"unfurl"},
}

// foundations never import a domain, nor the edges.
var foundations = []string{"errs", "auth", "fold", "config", "db", "jobs", "blob", "search", "reader", "lang", "audit", "index", "i18n", "keep", "backup", "trace", "metrics", "clamav", "directory", "oidc", "rules", "mail", "markdown", "settings", "live", "unfurl"}

// TestImports holds the house together: what may know what.
func TestImports(t *testing.T) {
	root := "../.."
	err := filepath.WalkDir(filepath.Join(root, "internal"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		rel, err := filepath.Rel(filepath.Join(root, "internal"), filepath.Dir(path))
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, i := range f.Imports {
			if why := forbidden(filepath.ToSlash(rel), strings.Trim(i.Path.Value, `"`)); why != "" {
				t.Errorf("%s: %s", path, why)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// forbidden says why a package may not import another, or nothing.
func forbidden(pkg, imported string) string {
	for lib, allowed := range owners {
		if imported == lib || strings.HasPrefix(imported, lib+"/") {
			if !slices.ContainsFunc(allowed, func(a string) bool { return pkg == a || strings.HasPrefix(pkg, a+"/") }) {
				return lib + " belongs to " + strings.Join(allowed, ", ")
			}
		}
	}
	ours, ok := strings.CutPrefix(imported, module+"internal/")
	if !ok {
		return ""
	}
	top, other := first(pkg), first(ours)
	if (other == "site" || other == "api" || other == "scim") && top != "app" && !(top == "site" && other == "api") {
		return "only app mounts " + other
	}
	if other == "app" && top != "app" && top != "e2e" && top != "tools" {
		return "nobody imports app"
	}
	at, to := slices.Index(domains, top), slices.Index(domains, other)
	if to >= 0 && slices.Contains(foundations, top) {
		return "a foundation knows no domain"
	}
	if at >= 0 && to > at {
		return "a domain imports only those to its left"
	}
	return ""
}

func first(pkg string) string {
	top, _, _ := strings.Cut(pkg, "/")
	return top
}

// TestTopLevel holds the list of what lies at the top of the repository.
func TestTopLevel(t *testing.T) {
	want := []string{"CONTRIBUTING.md", "Caddyfile", "Dockerfile", "LICENSE", "README.md", "cmd", "compose.yaml", "docs", "go.mod", "go.sum", "internal", "migrations", "scripts", "templates", "web"}
	entries, err := os.ReadDir("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && !slices.Contains(want, e.Name()) {
			t.Errorf("%s does not belong at the top level", e.Name())
		}
	}
}
