package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
)

// Who has figures, tips and the queue, by their role.
var (
	seesFigures = []auth.Role{auth.RoleAmbassador, auth.RoleEditor, auth.RoleManager, auth.RoleHR, auth.RoleAdmin}
	directs     = []auth.Role{auth.RoleManager, auth.RoleAdmin}
	welcomes    = []auth.Role{auth.RoleAmbassador, auth.RoleAdmin}
)

// leads are the operations of who leads something.
var leads = map[string][]auth.Role{
	"get-participation": seesFigures, "list-director-tips": directs, "put-director-aside": directs, "list-ambassador-tasks": welcomes,
	"put-task-taken": welcomes, "delete-task-taken": welcomes, "put-task-done": welcomes, "put-task-handed": welcomes,
}

// lead asks for what some roles have. It says nothing of what the viewer does not see, and there is no such task.
func (m *matrix) lead(t *testing.T, op operation, what string, got answer, p *apptest.Asker) {
	t.Helper()
	switch {
	case !slices.Contains(leads[op.id], p.User.Role):
		wantStatus(t, what, got, 403)
	case op.method == http.MethodGet:
		wantStatus(t, what, got, 200)
		for _, d := range m.Papers {
			if !p.Sees(d) && (strings.Contains(string(got.body), d.ID) || strings.Contains(string(got.body), d.Post.ID)) {
				t.Errorf("it tells of %s: %s", d.For, what)
			}
		}
	default:
		wantStatus(t, what, got, 404)
	}
}
