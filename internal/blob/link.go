package blob

import (
	"context"
	"errors"
)

// ErrNoLinks is returned by a Linker that was not told to hand out links.
var ErrNoLinks = errors.New("blob: no links")

// Linker is a Store that can give the browser an address at which it gets a blob for a while from the store itself, without this
// program in between.
type Linker interface {
	// Link returns such an address; the browser saves the blob as filename.
	Link(ctx context.Context, key, filename, mediaType string) (string, error)
}
