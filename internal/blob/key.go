package blob

import (
	"fmt"
	"regexp"
)

// keyPattern is what every store takes: lower-case words, digits and a few marks, between slashes. No part begins with
// a dot, so that neither ".." nor a store's own temporary files can be named.
var keyPattern = regexp.MustCompile(`^[a-z0-9_][a-z0-9._-]*(/[a-z0-9_][a-z0-9._-]*)*$`)

// CheckKey returns an error for a key that no store may take.
func CheckKey(key string) error {
	if len(key) > 500 || !keyPattern.MatchString(key) {
		return fmt.Errorf("blob: %q is no valid key", key)
	}
	return nil
}
