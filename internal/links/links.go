// Package links shows under a post what the page says of itself to which it links, where an administrator has allowed that.
//
// It is off until then: nothing is asked and nothing shown. What a post names is noted when it is published (social calls Write in its
// transaction), a job opens the addresses through unfurl, and what a page said is kept by its address for every post that names it. The
// browser of who reads contacts nobody: texts come from our rows, and the picture, made anew by the reading child, from our store.
//
// Who sees a preview is who sees a post that names the address: the package knows no viewers, and social, to its right, asks first.
package links

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"
	"golang.org/x/net/publicsuffix"

	"github.com/aanpak/aanpak/internal/markdown"
	"github.com/aanpak/aanpak/internal/unfurl"
)

// Preview is what a page said of itself.
type Preview struct {
	bun.BaseModel `bun:"table:link_previews,alias:lp"`

	Address       string `bun:",pk"` // as unfurl.Address has it
	Domain        string // under which its owner has all names: what is asked with measure
	Title         string // empty = it gave none, ever
	Description   string
	Site          string // its name; may be empty
	Picture       string // SHA-256 of the file; empty = none
	Width, Height int    // of the picture, in pixels
	Failed        bool   // when it was asked last
	AskedAt       time.Time
}

// link is an address that a published post names.
type link struct {
	bun.BaseModel `bun:"table:post_links,alias:pl"`

	PostID  string `bun:",pk"`
	N       int    `bun:",pk"` // from 0, in the order of the text
	Address string
}

// maxLinks is how many addresses of a post are tried.
const maxLinks = 3

// Host is the host of the address, which nobody but its owner chose.
func (p *Preview) Host() string { return hostOf(p.Address) }

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// domainOf is what the owner of a host has registered.
func domainOf(host string) string {
	if d, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return d
	}
	return host
}

// named returns the addresses that a text links to and that might be opened, each once. Ours are not: what is here has cards of its own.
func (s *Service) named(text string) (list []string) {
	for _, written := range markdown.Links(text) {
		a, ok := unfurl.Address(written)
		if ok && !strings.EqualFold(hostOf(a), s.own) && !slices.Contains(list, a) {
			list = append(list, a)
		}
		if len(list) == maxLinks {
			break
		}
	}
	return list
}
