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
	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/share"
	"github.com/aanpak/aanpak/internal/tenders"
)

// TestMatrix asks for every operation of the description, with a document of every audience, as somebody of every role in the branch of the
// documents and in another one, and as the one outsider whom each audience lets in. An operation that is added later is asked for too.
func TestMatrix(t *testing.T) {
	m := newMatrix(t)
	for _, op := range m.operations(t) {
		t.Run(op.id, func(t *testing.T) {
			for _, p := range m.people {
				for _, d := range m.docs {
					m.ask(t, op, p, d)
					if !strings.HasPrefix(op.path, "/api/v1/documents/{id}") {
						break // the document makes no difference
					}
				}
			}
		})
	}
	m.lists(t)
}

// matrix is a library with a document for every audience, all of Sanne's of Zwolle.
type matrix struct {
	c      *client
	people []*asker
	docs   []*target
	group  *groups.Group // hidden, with Sanne and an outsider in it
	tender *tenders.Tender
	other  *people.User // whom operations are about, and who asks nothing; with a photo
	knows  string       // id of what that one knows
}

// asker is somebody, or nobody, and what they are let in by beside their role.
type asker struct {
	name string
	user *people.User // nil = nobody
	lets string       // the audience that lets them in, where it is not role or branch
	c    *client
}

type target struct {
	audience string
	*library.Document
}

type operation struct {
	method, path, id string
	file             bool // is sent with the body
}

func newMatrix(t *testing.T) *matrix {
	t.Helper()
	a := apptest.New(t, db.SQLite)
	m := &matrix{c: serve(t, a)}
	var err error
	if m.tender, err = a.Tenders.Create(t.Context(), a.Sanne.Viewer(), tenders.Input{Reference: "Z-1", Title: "Kade", Client: "Gemeente", Year: 2026}); err != nil {
		t.Fatal(err)
	}
	if m.group, err = a.Groups.Create(t.Context(), a.Sanne.Viewer(), groups.Input{Name: "Verborgen kring", Kind: groups.KindHidden}); err != nil {
		t.Fatal(err)
	}
	if err := a.Share.SetRule(t.Context(), a.Admin.Viewer(), share.Rule{BranchID: a.Zwolle.ID, MostDays: 14, Calculations: true}); err != nil {
		t.Fatal(err)
	}
	m.cast(t, a)
	named := m.asker("people").user
	for _, audience := range []string{"company", "branch", "branch:" + a.Eindhoven.ID, "group:" + m.group.ID, "tender", "calculators", "people:" + named.ID} {
		made := m.asker("group tender").c.upload("/api/v1/documents", "Geheimplan "+audience[:2]+".pdf", string(apptest.PDF("De geheimtaal van "+audience[:2]+".")),
			"audience", audience, "tender_id", m.tender.ID)
		if made.status != http.StatusCreated {
			t.Fatalf("%s: %d %s", audience, made.status, made.body)
		}
		d := &library.Document{ID: made.json(t)["id"].(string), OwnerID: a.Sanne.ID, BranchID: a.Zwolle.ID}
		kind, _, _ := strings.Cut(audience, ":")
		if audience != "branch" && kind == "branch" {
			kind = "elsewhere"
		}
		m.docs = append(m.docs, &target{kind, d})
	}
	a.Settle(t)
	return m
}

// cast makes everybody who asks.
func (m *matrix) cast(t *testing.T, a *apptest.App) {
	t.Helper()
	add := func(name, lets string, u *people.User) {
		m.people = append(m.people, &asker{name: name, user: u, lets: lets, c: m.c.as(u)})
	}
	add("nobody", "", nil)
	add("the owner", "group tender", a.Sanne) // who made both
	for _, role := range auth.Roles {
		for _, branch := range []string{"Zwolle", "Eindhoven"} {
			add(string(role)+" of "+branch, "", a.Person(t, "Een "+string(role)+" "+branch, branch, role))
		}
	}
	for _, lets := range []string{"group", "tender", "calculators", "people"} {
		add("outsider by "+lets, lets, a.Person(t, "Buiten "+lets, "Eindhoven", auth.RoleMember))
	}
	m.other = a.Person(t, "Iemand Anders", "Eindhoven", auth.RoleMember)
	m.introduce(t, a)
	letIn := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	letIn(a.Groups.Add(t.Context(), a.Sanne.Viewer(), m.group.ID, m.asker("group").user.ID))
	_, err := a.Groups.Join(t.Context(), m.asker("group").user.Viewer(), m.group.ID)
	letIn(err)
	letIn(a.Tenders.AddMember(t.Context(), a.Manager.Viewer(), m.tender.ID, m.asker("tender").user.ID))
	calculator := m.asker("calculators").user
	letIn(a.People.SetAccount(t.Context(), auth.System(), calculator.ID, people.Account{
		Name: calculator.Name, Email: calculator.Email, Role: auth.RoleMember, BranchID: a.Zwolle.ID, Calculator: true,
	}))
	calculator.BranchID = a.Zwolle.ID
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

// asker returns the outsider whom an audience lets in.
func (m *matrix) asker(lets string) *asker {
	i := slices.IndexFunc(m.people, func(p *asker) bool { return p.lets == lets })
	return m.people[i]
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

// sees is the rule of who sees a document, said once more as simply as can be.
func (p *asker) sees(d *target) bool {
	switch {
	case p.user == nil:
		return false
	case p.user.ID == d.OwnerID, d.audience == "company":
		return true
	case d.audience == "branch":
		return p.user.BranchID == d.BranchID
	case d.audience == "elsewhere":
		return p.user.BranchID != d.BranchID
	case d.audience == "calculators":
		return p.lets == "calculators" || strings.Contains(p.lets, "tender") // the team of its tender too
	}
	return strings.Contains(p.lets, d.audience)
}

// edits is the rule of who changes what they see.
func (p *asker) edits(d *target) bool {
	u := p.user
	return u.ID == d.OwnerID || u.Role == auth.RoleAdmin || u.Role == auth.RoleManager && u.BranchID == d.BranchID
}

// ask sends one operation and compares the status with the rules.
func (m *matrix) ask(t *testing.T, op operation, p *asker, d *target) {
	t.Helper()
	path := strings.NewReplacer("{n}", "1", "{user}", m.other.ID, "{expertise}", m.knows).Replace(op.path)
	switch {
	case strings.HasPrefix(path, "/api/v1/documents/{id}"):
		m.document(t, op, strings.Replace(path, "{id}", d.ID, 1), p, d)
	case strings.HasPrefix(path, "/api/v1/groups/{id}"):
		m.hidden(t, op, strings.Replace(path, "{id}", m.group.ID, 1), p)
	case strings.HasPrefix(path, "/api/v1/tenders/{id}"):
		m.rest(t, op, strings.Replace(path, "{id}", m.tender.ID, 1), p)
	default:
		m.rest(t, op, strings.Replace(path, "{id}", m.other.ID, 1), p)
	}
}

func (m *matrix) document(t *testing.T, op operation, path string, p *asker, d *target) {
	t.Helper()
	got := send(p.c, op, path)
	what := fmt.Sprintf("%s %s as %s: %d %.200s", op.id, d.audience, p.name, got.status, got.body)
	reads := op.method == http.MethodGet
	switch {
	case p.user == nil:
		wantStatus(t, what, got, 401)
	case !p.sees(d):
		wantStatus(t, what, got, 404)
		if strings.Contains(strings.ToLower(string(got.body)), "geheim") {
			t.Errorf("it tells: %s", what)
		}
	case reads:
		wantStatus(t, what, got, 200)
	case !p.edits(d):
		wantStatus(t, what, got, 403)
	case got.status == 401 || got.status == 403 || got.status == 404 || got.status >= 500:
		t.Error(what)
	}
	if op.id == "delete-document" && got.status < 300 {
		wantStatus(t, "restored after "+what, p.c.send(http.MethodPost, path+"/restore", ""), 200)
	}
}

// hidden asks for a group that only its members know of.
func (m *matrix) hidden(t *testing.T, op operation, path string, p *asker) {
	t.Helper()
	got := send(p.c, op, path)
	what := fmt.Sprintf("%s as %s: %d %.200s", op.id, p.name, got.status, got.body)
	switch {
	case p.user == nil:
		wantStatus(t, what, got, 401)
	case !strings.Contains(p.lets, "group"):
		wantStatus(t, what, got, 404)
	case op.method == http.MethodGet:
		wantStatus(t, what, got, 200)
	}
}

// rest asks for what everybody who is signed in may ask for, with a body that has nothing in it.
func (m *matrix) rest(t *testing.T, op operation, path string, p *asker) {
	t.Helper()
	got := send(p.c, op, path)
	what := fmt.Sprintf("%s as %s: %d %.200s", op.id, p.name, got.status, got.body)
	team := strings.HasPrefix(op.path, "/api/v1/tenders/{id}/team")
	changes := op.method != http.MethodGet && strings.HasPrefix(op.path, "/api/v1/tenders/{id}")
	switch {
	case p.user == nil:
		wantStatus(t, what, got, 401)
	case op.id == "list-access" && p.user.Role != auth.RoleAdmin:
		wantStatus(t, what, got, 403)
	case op.method == http.MethodGet:
		wantStatus(t, what, got, 200)
	case team && p.user.Role != auth.RoleAdmin && !strings.Contains(p.lets, "tender") && (p.user.Role != auth.RoleManager || p.user.BranchID != m.tender.BranchID):
		wantStatus(t, what, got, 403)
	case team:
		wantStatus(t, what, got, 200, 204)
	case changes && p.user.BranchID != m.tender.BranchID && p.user.Role != auth.RoleAdmin:
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
	m.c.app.Settle(t)
	for _, p := range m.people[1:] {
		var want []string
		secret := map[string]bool{}
		for _, d := range m.docs {
			secret[d.ID] = true
			if p.sees(d) {
				want = append(want, d.ID)
			}
		}
		for path, field := range map[string]string{"/api/v1/documents?limit=100": "items", "/api/v1/search?q=geheimtaal&type=document&limit=50": "hits"} {
			var got []string
			for _, item := range p.c.get(path).json(t)[field].([]any) {
				if id := item.(map[string]any)["id"].(string); secret[id] { // else it was added on the way
					got = append(got, id)
				}
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("%s as %s gives %d of %d: %v, want %v", path, p.name, len(got), len(want), got, want)
			}
		}
	}
}
