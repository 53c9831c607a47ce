package meili

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// Address is where a server is and what we may do there.
type Address struct {
	URL    string // of the server, without a slash at the end
	Key    string // master, admin or other key; empty for a server without one
	Prefix string // begins the names of our indexes
}

// ParseAddress reads "meilisearch://:KEY@host:7700/?prefix=aanpak&tls=false". The prefix is aanpak and tls true unless said.
func ParseAddress(address string) (Address, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "meilisearch" || u.Host == "" || strings.Trim(u.Path, "/") != "" {
		return Address{}, fmt.Errorf("AANPAK_SEARCH_URL must look like meilisearch://:KEY@host:7700/?prefix=aanpak&tls=false")
	}
	tls := true
	if v := u.Query().Get("tls"); v != "" {
		if tls, err = strconv.ParseBool(v); err != nil {
			return Address{}, fmt.Errorf("AANPAK_SEARCH_URL: tls must be true or false, not %q", v)
		}
	}
	a := Address{URL: "https://" + u.Host, Prefix: "aanpak"}
	if !tls {
		a.URL = "http://" + u.Host
	}
	if u.User != nil {
		a.Key, _ = u.User.Password()
	}
	if p := u.Query().Get("prefix"); p != "" {
		a.Prefix = p
	}
	if !plain(a.Prefix) || len(a.Prefix) > 40 {
		return Address{}, fmt.Errorf("AANPAK_SEARCH_URL: prefix must be at most 40 letters a–z, digits and -, not %q", a.Prefix)
	}
	return a, nil
}

// plain tells whether s is of characters that names and ids of the server are made of, none of which it folds.
func plain(s string) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' {
			return false
		}
	}
	return s != ""
}
