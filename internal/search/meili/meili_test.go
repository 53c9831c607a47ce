package meili

import (
	"testing"

	"github.com/aanpak/aanpak/internal/search"
	"github.com/aanpak/aanpak/internal/search/searchtest"
)

func TestContract(t *testing.T) {
	searchtest.Run(t, func(t *testing.T) search.Index { return open(t) })
}
