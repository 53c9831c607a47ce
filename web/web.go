// Package web holds the files that browsers load: style, scripts, icons, the typeface and vendored libraries.
//
// Every file of ours has an address with the hash of its content (URL), so browsers keep it for ever and never see
// an old one. There is no build step: on first use the package inlines the @import lines of a style sheet and
// rewrites the relative imports of modules and the url(…) of styles to hashed addresses. Vendored libraries have
// their version in the path instead, because they load their own parts by name; web/vendor/README.md tells what
// they are, and a test compares their checksums. The package is used by templates and by the site.
package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"path"
	"strings"
	"sync"
)

//go:embed css js icons fonts vendor
var files embed.FS

// Prefix is the path under which the site serves the files.
const Prefix = "/assets/"

// File is a file as it is sent.
type File struct {
	Body []byte
	Type string // media type
	ETag string // quoted hash of the body
}

// assets are the finished files by address and the addresses by name.
type assets struct {
	byPath map[string]File   // path below Prefix
	byName map[string]string // name in this folder → whole address
}

var all = sync.OnceValue(build)

// URL returns the address of a file, such as "css/app.css". An unknown name panics: it is a mistake in a template.
func URL(name string) string {
	u, ok := all().byName[name]
	if !ok {
		panic("web: no file " + name)
	}
	return u
}

// Open returns the file at a path below Prefix.
func Open(p string) (File, bool) {
	f, ok := all().byPath[p]
	return f, ok
}

// Named returns the finished file by its name in this folder, for the few that have a fixed address: the service
// worker, whose reach its address decides.
func Named(name string) (File, bool) {
	return Open(strings.TrimPrefix(all().byName[name], Prefix))
}

// Vendor returns the address of a folder of a vendored library, with a slash at the end.
func Vendor(dir string) string { return Prefix + "vendor/" + dir + "/" }

func build() *assets {
	b := builder{assets{byPath: map[string]File{}, byName: map[string]string{}}}
	err := fs.WalkDir(files, ".", func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			b.add(p)
		}
		return err
	})
	if err != nil {
		panic("web: " + err.Error())
	}
	return &b.assets
}

type builder struct{ assets }

// add finishes a file, and first the files it names, and returns its address.
func (b *builder) add(name string) string {
	if u, done := b.byName[name]; done {
		return u
	}
	body, err := files.ReadFile(name)
	if err != nil {
		panic("web: " + err.Error())
	}
	vendored := strings.HasPrefix(name, "vendor/")
	if !vendored {
		body = b.rewrite(name, body)
	}
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:6])
	address := name
	if !vendored {
		ext := path.Ext(name)
		address = strings.TrimSuffix(name, ext) + "." + hash + ext
	}
	b.byPath[address] = File{Body: body, Type: mediaType(name), ETag: `"` + hash + `"`}
	b.byName[name] = Prefix + address
	return b.byName[name]
}

var mediaTypes = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".mjs": "text/javascript; charset=utf-8",
	".svg": "image/svg+xml", ".woff2": "font/woff2", ".ttf": "font/ttf", ".wasm": "application/wasm", ".png": "image/png",
	".webmanifest": "application/manifest+json", ".md": "text/plain; charset=utf-8",
}

func mediaType(name string) string {
	if t, ok := mediaTypes[path.Ext(name)]; ok {
		return t
	}
	return "application/octet-stream"
}
