package api_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
)

// bodies are what operations are sent whose body must have something in it: else what is missing would be the answer.
var bodies = map[string]string{
	"create-comment": `{"body":"Een antwoord."}`, "update-comment": `{"body":"Ja, echt geheim."}`, "create-document-comment": `{"body":"Klopt dit?","kind":"question"}`,
	"put-post-reaction": `{"kind":"like"}`, "put-comment-reaction": `{"kind":"useful"}`, "put-document-reaction": `{"kind":"like"}`, "put-page-reaction": `{"kind":"insight"}`,
	"report-post": `{"reason":"unkind"}`, "report-comment": `{"reason":"unkind"}`, "put-vote": `{"options":[0]}`, "put-answer": `{"comment_id":"x"}`, "put-task-handed": `{"to":"x"}`,
	"set-news-channel": `{"channel":"company","comments":true,"notify":true}`,
}

// ofPaper tells whether it matters to an operation with which document it is asked for.
func ofPaper(path string) bool {
	return slices.ContainsFunc([]string{"documents", "posts", "comments"}, func(kind string) bool { return strings.HasPrefix(path, "/api/v1/"+kind+"/{id}") })
}

// forReaders tells which changes whoever sees a thing may make: they are what the reader says of it.
func forReaders(id string) bool {
	return strings.HasSuffix(id, "-reaction") || slices.Contains([]string{"create-comment", "create-document-comment", "put-vote"}, id)
}

// talk asks for the post about a document, or the comment on it: who sees the document sees them, and answers.
func (m *matrix) talk(t *testing.T, op operation, path string, p *apptest.Asker, d *apptest.Paper) {
	t.Helper()
	got := send(m.by[p], op, path)
	what := fmt.Sprintf("%s about %s as %s: %d %.200s", op.id, d.For, p.Name, got.status, got.body)
	switch {
	case p.User == nil:
		wantStatus(t, what, got, 401)
	case !p.Sees(d):
		wantStatus(t, what, got, 404)
		if strings.Contains(strings.ToLower(string(got.body)), "geheim") {
			t.Errorf("it tells: %s", what)
		}
	case op.id == "get-reach", op.id == "get-link-image": // of what is no news there is none, and what is about a document shows no page
		wantStatus(t, what, got, 404)
	case slices.Contains([]string{"put-read", "remind-readers"}, op.id): // it is no news
		wantStatus(t, what, got, 409)
	case op.method == http.MethodGet:
		wantStatus(t, what, got, 200)
	case !m.says(op.id, p, d):
		wantStatus(t, what, got, 403)
	case op.id == "put-vote": // it is no poll
		wantStatus(t, what, got, 409)
	case op.id == "put-answer": // the comment is another post's
		wantStatus(t, what, got, 404)
	case op.id == "add-post-photo": // the file is no picture
		wantStatus(t, what, got, 415, 422)
	default:
		wantStatus(t, what, got, 200, 201, 204)
	}
	m.again(t, op.id, got, d)
}

// says is the rule of who may change a post or comment of the owner's, or what becomes of it.
func (m *matrix) says(id string, p *apptest.Asker, d *apptest.Paper) bool {
	author, admin := p.User.ID == d.OwnerID, p.User.Role == auth.RoleAdmin
	switch id {
	case "update-post", "update-comment", "add-post-photo", "delete-post-photo":
		return author
	case "delete-post", "delete-comment", "put-closed", "delete-closed":
		return author || admin
	case "put-pinned", "delete-pinned":
		return admin
	case "report-post", "report-comment": // nobody reports their own words
		return !author
	case "put-answer", "delete-answer":
		return author || admin || p.User.Role == auth.RoleAmbassador
	}
	return forReaders(id)
}

// again puts back what an operation took away, for the next who asks.
func (m *matrix) again(t *testing.T, id string, got answer, d *apptest.Paper) {
	t.Helper()
	switch {
	case got.status >= 300:
	case id == "delete-post", id == "delete-comment":
		m.Talk(t, d)
		m.photograph(t, d)
	case id == "delete-post-photo":
		m.photograph(t, d)
	}
}

// photograph gives the post about a document a picture.
func (m *matrix) photograph(t *testing.T, d *apptest.Paper) {
	t.Helper()
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 20, 20))); err != nil {
		t.Fatal(err)
	}
	owner, err := m.People.UserByEmail(t.Context(), m.Sanne.Email)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Social.AddPhoto(t.Context(), owner.Viewer(), d.Post.ID, &picture, "Geheim"); err != nil {
		t.Fatal(err)
	}
}
