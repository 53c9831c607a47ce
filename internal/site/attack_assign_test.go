package site_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/site"
)

// greedy are fields that only others, or nobody, may set; as forms and bodies might name them.
func (sc *scene) greedy() map[string]any {
	out := map[string]any{
		"id": "zelfgekozen", "role": "admin", "Role": "admin", "branch_id": sc.Zwolle.ID, "owner_id": sc.Sanne.ID, "owner": sc.Sanne.ID, "created_by": sc.Sanne.ID, "user_id": sc.Sanne.ID,
		"calculator": true, "source": "ldap", "external_id": "x", "password_hash": "x", "email": "baas@voorbeeld.nl", "personnel_number": "1", "deactivated_at": nil, "is_admin": true, "admin": true,
		"created_at": "2001-01-01T00:00:00Z", "updated_at": "2001-01-01T00:00:00Z", "sha256": "x", "size": 1, "status": "ready", "reads": 1000, "version_id": "x", "official": true, "supplied": "name",
		"groups": []string{sc.ids["/groups/"]}, "grants": []string{"x"}, "token_hash": "x", "used_at": nil, "endorsements": 9, "__proto__": map[string]any{"role": "admin"}, "constructor": "x",
	}
	return out
}

// TestMassAssignmentByTheAPI adds each field that is not an operation's to a body that is otherwise right. The description decides: what it does not
// name is refused by name, and nothing is written.
func TestMassAssignmentByTheAPI(t *testing.T) {
	sc := attacked(t)
	tried := 0
	for _, op := range sc.operations(t) {
		if !op.json {
			continue
		}
		path, _ := sc.fill(op.path)
		for name, value := range sc.greedy() {
			if _, its := op.fields[name]; its {
				continue
			}
			body := sc.body(op)
			body[name] = value
			before := sc.state(t)
			tried++
			a := sc.victim.sends(op, path, encodedJSON(body), nil)
			if a.status != http.StatusUnprocessableEntity || !strings.Contains(string(a.body), name) {
				t.Errorf("%s takes %s: %d %.200s", op.id, name, a.status, a.body)
			}
			sc.unchanged(t, op.id+" with "+name, before)
			if t.Failed() {
				return
			}
		}
	}
	if tried < 100 {
		t.Errorf("only %d bodies were tried", tried)
	}
}

// privileges are the columns that no form of a member's may change, of everybody and everything.
var privileges = map[string]string{
	"users":     "id, role, branch_id, calculator, source, external_id, email, personnel_number, deactivated_at, created_at",
	"documents": "id, owner_id, created_at, source_id, source_path",
	"versions":  "id, document_id, sha256, created_by",
	"groups":    "id, official, created_by",
	"tenders":   "id, created_by, created_at",
	"tokens":    "id, user_id, secret_hash",
	"settings":  "name, value",
}

// TestMassAssignmentByForms posts every form of a member with all that no form of theirs asks for.
func TestMassAssignmentByForms(t *testing.T) {
	sc := attacked(t)
	fields := sc.stuffed()
	for name, value := range sc.greedy() {
		fields[name] = append([]string{fmt.Sprint(value)}, fields[name]...)
	}
	for _, name := range []string{"language", "theme", "title", "name", "kind"} {
		fields.Set(name, sc.stuffed().Get(name)) // these are the forms' own
	}
	for who, b := range map[string]*browser{"Sanne": sc.victim, "Tom": sc.attacker} {
		before := sc.privileged(t)
		for _, r := range site.New(site.Options{}).Routes() {
			if r.Method != http.MethodPost || strings.HasPrefix(r.Path, "/sign-") || r.Path == "/settings/tokens" || strings.Contains(r.Path, "/remove") || strings.Contains(r.Path, "/revoke") {
				continue // what makes or ends things of one's own
			}
			path, _ := sc.fill(r.Path)
			known := sc.privileged(t)
			a := b.post(path, fields)
			if r.Path == "/groups" || r.Path == "/tenders" { // make something: of the person, whatever the form says
				sc.ownOnly(t, who, r.Path)
			}
			for table, rows := range known {
				if lost := missing(rows, sc.privileged(t)[table]); len(lost) > 0 {
					t.Errorf("%s: POST %s (%d) changed %s: %v", who, r.Path, a.status, table, lost)
				}
			}
		}
		if lost := missing(before["users"], sc.privileged(t)["users"]); len(lost) > 0 || len(before["users"]) != len(sc.privileged(t)["users"]) {
			t.Errorf("%s changed people: %v", who, lost)
		}
	}
}

// ownOnly fails where something that was made just now is of somebody who did not ask.
func (sc *scene) ownOnly(t *testing.T, who, path string) {
	t.Helper()
	var n int
	err := sc.DB.Reader().NewSelect().TableExpr(strings.TrimPrefix(path, "/")).ColumnExpr("count(*)").Where("id = 'zelfgekozen'").Scan(t.Context(), &n)
	if err != nil || n != 0 {
		t.Errorf("%s chose the id of what %s makes: %v", who, path, err)
	}
}

// privileged are the rows of the privileged columns.
func (sc *scene) privileged(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, table := range slices.Sorted(maps.Keys(privileges)) {
		var rows []map[string]any
		if err := sc.DB.Reader().NewSelect().TableExpr(table).ColumnExpr(privileges[table]).Scan(t.Context(), &rows); err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			out[table] = append(out[table], fmt.Sprint(r))
		}
	}
	return out
}

func missing(before, now []string) (lost []string) {
	for _, r := range before {
		if !slices.Contains(now, r) {
			lost = append(lost, r)
		}
	}
	return lost
}

// TestParameterPollution sends a field twice, in the address and in the body: only the body counts in a form, and the last in a query never
// opens what the first did not.
func TestParameterPollution(t *testing.T) {
	sc := attacked(t)
	b := sc.attacker
	in := b.post("/settings?role=admin&branch_id="+sc.Zwolle.ID, url.Values{"name": {"Tom Bakker"}})
	if in.status >= 500 {
		t.Errorf("%d", in.status)
	}
	for _, path := range []string{
		"/api/v1/documents?branch=" + sc.Eindhoven.ID + "&branch=" + sc.Zwolle.ID, "/api/v1/search?q=x&q=renovatie", "/library?q=x&q=renovatie&owner=" + sc.Sanne.ID,
		"/api/v1/search?q=renovatie&limit=1&limit=100000", "/api/v1/documents?limit=-1", "/search?q=renovatie&page=1&page=99999999999999999999",
	} {
		a := b.get(path)
		sc.silent(t, path, a)
		if a.status >= 500 {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}
