package bleve

import (
	"runtime/debug"
	"sync"
)

// largeSheet is the number of words of an entry from which its memory is not kept for others.
const largeSheet = 4_000

// largeShelf is the number of sheets from which it is worth giving their memory back to the system at once.
const largeShelf = 64

// shelf keeps the sheets of a batch for the next one while an import runs. A sync.Pool would not: the garbage collector empties
// it several times between two batches.
type shelf struct {
	mu   sync.Mutex
	free []*sheet
}

func (s *shelf) take() *sheet {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.free)
	if n == 0 {
		return newSheet()
	}
	sh := s.free[n-1]
	s.free[n-1] = nil
	s.free = s.free[:n-1]
	return sh
}

// put takes sheets back, as many as a batch has.
func (s *shelf) put(used []*sheet) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, sh := range used {
		if len(s.free) < batchEntries && len(sh.places) <= largeSheet {
			s.free = append(s.free, sh)
		}
	}
}

// clear lets all go, as nobody writes.
func (s *shelf) clear() {
	s.mu.Lock()
	many := len(s.free) >= largeShelf
	s.free = nil
	s.mu.Unlock()
	if many {
		debug.FreeOSMemory()
	}
}
