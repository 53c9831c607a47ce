package web

import (
	"path"
	"regexp"
	"strings"
)

var (
	cssImport = regexp.MustCompile(`(?m)^@import "([^"]+)";\n?`)
	cssURL    = regexp.MustCompile(`url\("(\.\.?/[^"]+)"\)`)
	jsImport  = regexp.MustCompile(`(from |import |import\()"(\.\.?/[^"]+)"`)
)

// rewrite puts addresses in place of the relative names in styles and modules.
func (b *builder) rewrite(name string, body []byte) []byte {
	dir := path.Dir(name)
	switch path.Ext(name) {
	case ".css":
		return []byte(b.urls(dir, b.inline(dir, string(body))))
	case ".js":
		return []byte(replace(jsImport, string(body), func(m []string) string {
			return m[1] + `"` + b.add(path.Join(dir, m[2])) + `"`
		}))
	}
	return body
}

// inline replaces each @import by the sheet it names, so that the browser makes one request.
func (b *builder) inline(dir, css string) string {
	return replace(cssImport, css, func(m []string) string {
		part, err := files.ReadFile(path.Join(dir, m[1]))
		if err != nil {
			panic("web: " + err.Error())
		}
		return string(part)
	})
}

func (b *builder) urls(dir, css string) string {
	return replace(cssURL, css, func(m []string) string {
		return `url("` + b.add(path.Join(dir, m[1])) + `")`
	})
}

func replace(re *regexp.Regexp, s string, with func(groups []string) string) string {
	var out strings.Builder
	last := 0
	for _, at := range re.FindAllStringSubmatchIndex(s, -1) {
		out.WriteString(s[last:at[0]])
		groups := make([]string, len(at)/2)
		for i := range groups {
			groups[i] = s[at[2*i]:at[2*i+1]]
		}
		out.WriteString(with(groups))
		last = at[1]
	}
	out.WriteString(s[last:])
	return out.String()
}
