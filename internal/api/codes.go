package api

import (
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// codes are the parameters whose values never hold a comma, so that one may separate several. Names, as of clients and
// branches, may hold one: "Gemeente Hof, van Twente".
var codes = []string{"type", "kind", "tender", "tender_id", "year", "outcome", "language", "tag", "status"}

// splitCodes lets scripts write kind=approach,risk as well as kind=approach&kind=risk.
func splitCodes(ctx huma.Context, next func(huma.Context)) { next(codesContext{ctx}) }

// codesContext is a request with the values of codes apart.
type codesContext struct{ inner }

type inner = huma.Context // its method Context forbids to embed it by its own name

// Unwrap is how humafiber finds its own request again.
func (c codesContext) Unwrap() huma.Context { return c.inner }

// URL is where huma reads repeated parameters.
func (c codesContext) URL() url.URL {
	u := c.inner.URL()
	q := u.Query()
	for _, name := range codes {
		var apart []string
		for _, v := range q[name] {
			apart = append(apart, strings.Split(v, ",")...)
		}
		if len(apart) > 0 {
			q[name] = apart
		}
	}
	u.RawQuery = q.Encode()
	return u
}
