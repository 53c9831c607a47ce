package api_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/spotlight"
)

// TestMatrix asks for every operation of the description, with a document of every audience, as somebody of every role in the branch of the
// documents and in another one, and as the one outsider whom each audience lets in. An operation that is added later is asked for too.
func TestMatrix(t *testing.T) {
	m := newMatrix(t)
	for _, op := range m.operations(t) {
		t.Run(op.id, func(t *testing.T) {
			for _, p := range m.Askers {
				for _, d := range m.Papers {
					m.ask(t, op, p, d)
					if !ofPaper(op.path) {
						break // the document makes no difference
					}
				}
			}
		})
	}
	m.lists(t)
}

// matrix is a company with somebody whom operations are about.
type matrix struct {
	*apptest.Company
	c     *client
	by    map[*apptest.Asker]*client
	other *people.User // whom operations are about, and who asks nothing; with a photo
	knows string       // id of what that one knows
	light string       // id of a spotlight, for the company, on the document that is for the other branch
}

type operation struct {
	method, path, id string
	file             bool // is sent with the body
}

func newMatrix(t *testing.T) *matrix {
	t.Helper()
	a := apptest.New(t, db.SQLite)
	m := &matrix{Company: apptest.NewCompany(t, a), c: serve(t, a), by: map[*apptest.Asker]*client{}}
	for _, p := range m.Askers {
		m.by[p] = m.c.as(p.User)
	}
	m.other = a.Person(t, "Iemand Anders", "Eindhoven", auth.RoleMember)
	m.introduce(t, a)
	for i, d := range m.Papers {
		m.photograph(t, d)
		if d.For != "elsewhere" {
			continue
		}
		for _, p := range m.Askers {
			if p.User != nil && p.User.Role == auth.RoleManager && p.Sees(d) {
				s, err := a.Spotlight.Create(t.Context(), p.User.Viewer(), m.Papers[i].ID, spotlight.Input{Why: "Geheim voorbeeld"})
				if err != nil {
					t.Fatal(err)
				}
				m.light = s.ID
			}
		}
	}
	return m
}

// introduce gives the one whom operations are about a photo and something they know.
func (m *matrix) introduce(t *testing.T, a *apptest.App) {
	t.Helper()
	var face bytes.Buffer
	err := errors.Join(
		png.Encode(&face, image.NewGray(image.Rect(0, 0, 20, 20))), a.People.SetPhoto(t.Context(), m.other.Viewer(), &face, people.Crop{}),
		a.People.AddExpertise(t.Context(), m.other.Viewer(), "BLVC", true),
	)
	list, err2 := a.People.ExpertiseList(t.Context(), m.other.Viewer())
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	m.knows = list[0].ID
}

// operations are those of the description.
func (m *matrix) operations(t *testing.T) (out []operation) {
	t.Helper()
	var description struct {
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
			RequestBody struct{ Content map[string]any }
		}
	}
	if err := json.Unmarshal(m.c.get("/api/openapi.json").body, &description); err != nil {
		t.Fatal(err)
	}
	for path, item := range description.Paths {
		for method, op := range item {
			_, file := op.RequestBody.Content["multipart/form-data"]
			out = append(out, operation{strings.ToUpper(method), path, op.OperationID, file})
		}
	}
	slices.SortFunc(out, func(a, b operation) int { return strings.Compare(a.id, b.id) })
	return out
}

// ask sends one operation and compares the status with the rules.
func (m *matrix) ask(t *testing.T, op operation, p *apptest.Asker, d *apptest.Paper) {
	t.Helper()
	path := strings.NewReplacer("{n}", "1", "{user}", m.other.ID, "{target}", "user:"+m.other.ID, "{expertise}", m.knows).Replace(op.path)
	switch {
	case strings.HasPrefix(path, "/api/v1/documents/{id}"):
		m.document(t, op, strings.Replace(path, "{id}", d.ID, 1), p, d)
	case strings.HasPrefix(path, "/api/v1/posts/{id}"):
		m.talk(t, op, strings.Replace(path, "{id}", d.Post.ID, 1), p, d)
	case strings.HasPrefix(path, "/api/v1/comments/{id}"):
		m.talk(t, op, strings.Replace(path, "{id}", d.Comment.ID, 1), p, d)
	case strings.HasPrefix(path, "/api/v1/groups/{id}"):
		m.hidden(t, op, strings.Replace(path, "{id}", m.Group.ID, 1), p)
	case strings.HasPrefix(path, "/api/v1/spotlights/{id}"):
		m.spotlight(t, op, strings.Replace(path, "{id}", m.light, 1), p)
	case strings.HasPrefix(path, "/api/v1/tenders/{id}"):
		m.rest(t, op, strings.Replace(path, "{id}", m.Tender.ID, 1), p)
	default:
		m.rest(t, op, strings.Replace(path, "{id}", m.other.ID, 1), p)
	}
}

func (m *matrix) document(t *testing.T, op operation, path string, p *apptest.Asker, d *apptest.Paper) {
	t.Helper()
	got := send(m.by[p], op, path)
	what := fmt.Sprintf("%s %s as %s: %d %.200s", op.id, d.For, p.Name, got.status, got.body)
	reads := op.method == http.MethodGet
	switch {
	case p.User == nil:
		wantStatus(t, what, got, 401)
	case !p.Sees(d):
		wantStatus(t, what, got, 404)
		if strings.Contains(strings.ToLower(string(got.body)), "geheim") {
			t.Errorf("it tells: %s", what)
		}
	case reads:
		wantStatus(t, what, got, 200)
	case forReaders(op.id):
		wantStatus(t, what, got, 200, 201)
	case slices.Contains([]string{"use-document", "undo-use", "mark-outdated", "unmark-outdated"}, op.id): // whoever sees it
		if wantStatus(t, what, got, 200, 204, 409); got.status == 409 && p.User.ID != d.OwnerID {
			t.Error(what)
		}
	case op.id == "create-spotlight": // which depends on the role alone
		holdsUp := slices.Contains([]auth.Role{auth.RoleEditor, auth.RoleManager, auth.RoleAdmin}, p.User.Role)
		wantStatus(t, what, got, map[bool]int{false: 403, true: 422}[holdsUp])
	case !p.Edits(d):
		wantStatus(t, what, got, 403)
	case got.status == 401 || got.status == 403 || got.status == 404 || got.status >= 500:
		t.Error(what)
	}
	if op.id == "delete-document" && got.status < 300 {
		wantStatus(t, "restored after "+what, m.by[p].send(http.MethodPost, path+"/restore", ""), 200)
	}
}

// hidden asks for a group that only its members know of.
func (m *matrix) hidden(t *testing.T, op operation, path string, p *apptest.Asker) {
	t.Helper()
	got := send(m.by[p], op, path)
	what := fmt.Sprintf("%s as %s: %d %.200s", op.id, p.Name, got.status, got.body)
	switch {
	case p.User == nil:
		wantStatus(t, what, got, 401)
	case !strings.Contains(p.Lets, "group"):
		wantStatus(t, what, got, 404)
	case op.method == http.MethodGet:
		wantStatus(t, what, got, 200)
	}
}

// spotlight asks for one: only who sees its document knows of it, and by their role some may change it.
func (m *matrix) spotlight(t *testing.T, op operation, path string, p *apptest.Asker) {
	t.Helper()
	got := send(m.by[p], op, path)
	what := fmt.Sprintf("%s as %s: %d %.200s", op.id, p.Name, got.status, got.body)
	at := slices.IndexFunc(m.Papers, func(d *apptest.Paper) bool { return d.For == "elsewhere" })
	switch {
	case p.User == nil:
		wantStatus(t, what, got, 401)
	case !p.Sees(m.Papers[at]):
		wantStatus(t, what, got, 404)
	case op.method == http.MethodGet:
		wantStatus(t, what, got, 200)
	case op.id == "see-spotlight":
		wantStatus(t, what, got, 204)
	case slices.Contains([]auth.Role{auth.RoleEditor, auth.RoleManager, auth.RoleAdmin}, p.User.Role):
		wantStatus(t, what, got, 200, 204, 422) // one that has been ended needs a new end
	default:
		wantStatus(t, what, got, 403)
	}
}

// rest asks for what everybody who is signed in may ask for, with a body that has nothing in it.
func (m *matrix) rest(t *testing.T, op operation, path string, p *apptest.Asker) {
	t.Helper()
	got := send(m.by[p], op, path)
	what := fmt.Sprintf("%s as %s: %d %.200s", op.id, p.Name, got.status, got.body)
	team := strings.HasPrefix(op.path, "/api/v1/tenders/{id}/team")
	changes := op.method != http.MethodGet && strings.HasPrefix(op.path, "/api/v1/tenders/{id}")
	switch {
	case p.User == nil:
		wantStatus(t, what, got, 401)
	case leads[op.id] != nil:
		m.lead(t, op, what, got, p)
	case op.id == "list-access" && p.User.Role != auth.RoleAdmin:
		wantStatus(t, what, got, 403)
	case op.id == "list-cases" || op.id == "list-suspensions":
		may, err := m.Social.Moderates(t.Context(), p.User.Viewer())
		if err != nil {
			t.Fatal(err)
		}
		wantStatus(t, what, got, map[bool]int{false: 403, true: 200}[may])
	case op.id == "set-news-channel": // of the company
		may := p.User.Role == auth.RoleAdmin || p.User.Role == auth.RoleEditor
		wantStatus(t, what, got, map[bool]int{false: 403, true: 204}[may])
	case op.id == "get-follow":
		wantStatus(t, what, got, 200, 404)
	case op.method == http.MethodGet:
		wantStatus(t, what, got, 200)
	case team && p.User.Role != auth.RoleAdmin && !strings.Contains(p.Lets, "tender") && (p.User.Role != auth.RoleManager || p.User.BranchID != m.Tender.BranchID):
		wantStatus(t, what, got, 403)
	case team:
		wantStatus(t, what, got, 200, 204)
	case changes && p.User.BranchID != m.Tender.BranchID && p.User.Role != auth.RoleAdmin:
		wantStatus(t, what, got, 403)
	case got.status >= 500:
		t.Error(what)
	}
}

func send(c *client, op operation, path string) answer {
	switch {
	case op.file:
		return c.file(op.method, path, "Later.txt", "De geheimtaal, later.")
	case op.method == http.MethodGet, op.method == http.MethodDelete:
		return c.do(op.method, path, "", nil)
	}
	if body := bodies[op.id]; body != "" {
		return c.send(op.method, path, body)
	}
	return c.send(op.method, path, `{}`)
}

func wantStatus(t *testing.T, what string, got answer, want ...int) {
	t.Helper()
	if !slices.Contains(want, got.status) {
		t.Errorf("%s; want %v", what, want)
	}
}

// lists compares what each finds and lists with the rule.
func (m *matrix) lists(t *testing.T) {
	t.Helper()
	m.Settle(t)
	for path, field := range map[string]string{"/api/v1/documents?limit=100": "items", "/api/v1/search?q=geheimtaal&type=document&limit=50": "hits"} {
		m.list(t, path, field, func(d *apptest.Paper) string { return d.ID })
	}
	for path, field := range map[string]string{
		"/api/v1/posts?limit=100": "items", "/api/v1/posts?feed=for-you&limit=100": "items", "/api/v1/posts?feed=person&limit=100&id=" + m.Sanne.ID: "items",
		"/api/v1/search?q=geheim&type=post&limit=50": "hits",
	} {
		m.list(t, path, field, func(d *apptest.Paper) string { return d.Post.ID })
	}
}

// list compares one list.
func (m *matrix) list(t *testing.T, path, field string, id func(*apptest.Paper) string) {
	t.Helper()
	for _, p := range m.Askers[1:] {
		var want []string
		secret := map[string]bool{}
		for _, d := range m.Papers {
			secret[id(d)] = true
			if p.Sees(d) {
				want = append(want, id(d))
			}
		}
		var got []string
		for after, more := "", true; more; more = after != "" && field == "items" {
			answer := m.by[p].get(path + "&after=" + after).json(t)
			for _, item := range answer[field].([]any) {
				if id := item.(map[string]any)["id"].(string); secret[id] { // else it was added on the way
					got = append(got, id)
				}
			}
			after, _ = answer["next"].(string)
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s as %s gives %d of %d: %v, want %v", path, p.Name, len(got), len(want), got, want)
		}
	}
}
