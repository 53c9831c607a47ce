package unfurl

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

// maxAddress is how long an address may be, in bytes.
const maxAddress = 1000

// Address returns an address that somebody wrote as it is opened and shown: without a fragment and what advertisers add, its host in ASCII, so
// that letters that look alike are told apart. ok is false for what is not opened: no web page, or one that seems to carry a secret, which
// would be told to who reads the card, and used up by opening it.
func Address(written string) (address string, ok bool) {
	u, err := url.Parse(strings.TrimSpace(written))
	if err != nil || len(written) > maxAddress || !web(u) {
		return "", false
	}
	host, err := idna.Lookup.ToASCII(u.Hostname())
	if err != nil || !strings.Contains(host, ".") {
		return "", false
	}
	if port := u.Port(); port != "" {
		host += ":" + port
	}
	u.Host = host
	u.Fragment, u.RawFragment = "", ""
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil || secret(u, query) {
		return "", false
	}
	if untracked(query) {
		u.RawQuery = query.Encode()
	}
	return u.String(), true
}

// web tells whether an address is of the web, and names nobody.
func web(u *url.URL) bool {
	return (u.Scheme == "http" || u.Scheme == "https") && u.User == nil && u.Hostname() != ""
}

// untracked takes away what is added to count who came by which link, and tells whether there was any.
func untracked(query url.Values) (changed bool) {
	for name := range query {
		if tracks(name) {
			query.Del(name)
			changed = true
		}
	}
	return changed
}

func tracks(name string) bool {
	name = strings.ToLower(name)
	switch name {
	case "fbclid", "gclid", "dclid", "msclkid", "mc_cid", "mc_eid", "igshid":
		return true
	}
	return strings.HasPrefix(name, "utm_")
}

// secretName matches names of parameters that let somebody in.
var secretName = regexp.MustCompile(`(?i)(token|secret|passw|passwd|pwd|passphrase|signature|credential|session|apikey|api_key|api-key|access_?key|authori[sz]ation|otp|jwt)|^(auth|key|sig|sid|code|pin|ticket|state|nonce|invite|sv|se|hash)$`)

// secret tells whether an address seems to let whoever has it in: by the name of a parameter, or by letters and digits in no order.
func secret(u *url.URL, query url.Values) bool {
	for name, values := range query {
		if tracks(name) {
			continue
		}
		if secretName.MatchString(name) {
			return true
		}
		for _, v := range values {
			if random(v) {
				return true
			}
		}
	}
	for part := range strings.SplitSeq(u.Path, "/") {
		if random(part) {
			return true
		}
	}
	return false
}

// uuid matches what is drawn by lot, in the form with dashes.
var uuid = regexp.MustCompile(`(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// manyRunes is from how many letters and digits on a run of both counts as drawn by lot.
const manyRunes = 20

// random tells whether a text seems drawn by lot: a long run in which letters and digits take turns.
func random(s string) bool {
	if uuid.MatchString(s) {
		return true
	}
	length, letter, digit := 0, false, false
	for _, r := range s {
		switch {
		case unicode.IsLetter(r):
			letter = true
		case unicode.IsDigit(r):
			digit = true
		default:
			length, letter, digit = 0, false, false
			continue
		}
		if length++; length >= manyRunes && letter && digit {
			return true
		}
	}
	return false
}
