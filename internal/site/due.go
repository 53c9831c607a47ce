package site

import (
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/tenders"
)

// dueFor is how long the number of running tenders in the rail may be old.
const dueFor = 20 * time.Second

// dueCache keeps that number per branch: every page shows it, and it changes a few times a week.
type dueCache struct {
	mu       sync.Mutex
	byBranch map[string]due
}

type due struct {
	n     int
	until time.Time
}

// dueCount is the number of open tenders of the person's branch; 0 where it cannot be counted, since no page should
// fail for the number in its rail.
func (s *Site) dueCount(c *fiber.Ctx, u *people.User) int {
	s.due.mu.Lock()
	kept, ok := s.due.byBranch[u.BranchID]
	s.due.mu.Unlock()
	if ok && s.Now().Before(kept.until) {
		return kept.n
	}
	n, err := s.Tenders.Count(c.UserContext(), httpd.Viewer(c), tenders.Filter{BranchID: u.BranchID, Outcome: tenders.OutcomeOpen})
	if err != nil {
		return 0
	}
	s.due.mu.Lock()
	defer s.due.mu.Unlock()
	if s.due.byBranch == nil {
		s.due.byBranch = map[string]due{}
	}
	s.due.byBranch[u.BranchID] = due{n, s.Now().Add(dueFor)}
	return n
}
