package document

import (
	"context"
	"net/url"
	"strings"

	"github.com/aanpak/aanpak/internal/i18n"
)

// facts are the words under the title in the panel.
func facts(ctx context.Context, v View) string {
	d := v.Document
	list := make([]string, 0, 5)
	for _, s := range []string{i18n.T(ctx, "kind."+d.Kind), d.Client, d.Branch} {
		if s != "" {
			list = append(list, s)
		}
	}
	if d.Year > 0 {
		list = append(list, num(d.Year))
	}
	if d.Versions > 1 {
		list = append(list, i18n.T(ctx, "version.number_small", "Number", d.Versions))
	}
	return strings.Join(list, " · ")
}

func escape(s string) string { return url.QueryEscape(s) }
