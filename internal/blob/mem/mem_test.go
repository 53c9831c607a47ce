package mem_test

import (
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/blob"
	"github.com/aanpak/aanpak/internal/blob/blobtest"
	"github.com/aanpak/aanpak/internal/blob/mem"
)

// Watching changes nothing of a store.
func TestWatched(t *testing.T) {
	w := blob.Watch{Done: func(string, time.Duration, error) {}, Moved: func(string, int64) {}}
	blobtest.Run(t, func(*testing.T) blob.Store { return blob.Watched(&mem.Store{}, w) })
}

func TestContract(t *testing.T) {
	blobtest.Run(t, func(*testing.T) blob.Store { return &mem.Store{} })
}
