package site

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/tenders"
)

// keptDue is for how many branches the number in the rail is kept until something changes.
const keptDue = 1000

// dueCount is the number of open tenders of the person's branch; 0 where it cannot be counted, since no page should
// fail for the number in its rail.
func (s *Site) dueCount(c *fiber.Ctx, u *people.User) int {
	n, err := s.due.Get(c.UserContext(), u.BranchID, func(ctx context.Context) (int, error) {
		return s.Tenders.Count(ctx, httpd.Viewer(c), tenders.Filter{BranchID: u.BranchID, Outcome: tenders.OutcomeOpen})
	})
	if err != nil {
		return 0
	}
	return n
}
