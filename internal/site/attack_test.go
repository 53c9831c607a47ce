package site_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image/png"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/lookin"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/reuse"
	"github.com/aanpak/aanpak/internal/share"
	"github.com/aanpak/aanpak/internal/social"
	"github.com/aanpak/aanpak/internal/spotlight"
	"github.com/aanpak/aanpak/internal/tenders"
)

// The attacks of these files (attack_*_test.go) are tried on a program that answers on a real port. What routes and operations there are
// comes from the tables of the program itself, so that one that is added is attacked too.

// scene is a company in which Sanne has one of everything, and Tom of another branch means ill.
type scene struct {
	*served
	victim, attacker *browser
	ids              map[string]string // what is Sanne's, by the beginning of the routes under which it is
	tender           *tenders.Tender
	secrets          []string // what no attacker may read
}

func attacked(t *testing.T) *scene {
	t.Helper()
	s := serve(t)
	sc := &scene{served: s, victim: s.browser(t, s.Sanne), attacker: s.browser(t, s.Tom)}
	v, audience := s.Sanne.Viewer(), "people:"+s.Manager.ID
	var err error
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(s.Share.SetRule(t.Context(), s.Admin.Viewer(), share.Rule{BranchID: s.Zwolle.ID, MostDays: 30}))
	sc.tender, err = s.Tenders.Create(t.Context(), v, tenders.Input{Reference: "Z-1", Title: "Kade", Client: "Gemeente", Year: 2026})
	must(err)
	g, err := s.Groups.Create(t.Context(), v, groups.Input{Name: "Geheime kring", Kind: groups.KindHidden})
	must(err)
	d := s.Upload(t, s.Sanne, "geheimplan.pdf", plan, library.Meta{Audience: &audience, TenderID: &sc.tender.ID})
	_, link, err := s.Share.Create(t.Context(), v, d.ID, share.Input{Recipient: "Jan", Days: 7})
	must(err)
	_, token, err := s.People.CreateToken(t.Context(), v, "script")
	must(err)
	sessions, err := s.People.Sessions(t.Context(), v)
	must(err)
	export, err := s.Privacy.AskExport(t.Context(), v)
	must(err)
	sc.waitFor(t, export.ID)
	access, err := s.LookIn.Ask(t.Context(), s.Admin.Viewer(), lookin.Input{Kind: lookin.KindDocument, What: d.ID, Reason: "Een reden om te kijken", Minutes: 60})
	must(err)
	key := &people.Passkey{ID: "sannespasskey", UserID: s.Sanne.ID, CredentialID: "x", Credential: "{}", Name: "Telefoon", CreatedAt: db.Now()}
	must(s.DB.InTx(t.Context(), func(ctx context.Context, tx bun.Tx) error { _, err := tx.NewInsert().Model(key).Exec(ctx); return err }))
	must(s.People.AddExpertise(t.Context(), v, "BLVC", true))
	skills, err := s.People.ExpertiseList(t.Context(), v)
	must(err)
	lit, err := s.Spotlight.Create(t.Context(), s.Manager.Viewer(), d.ID, spotlight.Input{Why: "geheimplan als voorbeeld"})
	must(err)
	must(s.Reuse.Use(t.Context(), s.Manager.Viewer(), d.ID, reuse.Input{}))
	must(s.Reuse.MarkOutdated(t.Context(), s.Manager.Viewer(), d.ID, "geheimplan is oud"))
	post, err := s.Social.Create(t.Context(), v, social.Input{Body: "Over het geheimplan", About: social.About{Target: social.DocumentTarget(d.ID)}})
	must(err)
	comment, err := s.Social.AddComment(t.Context(), v, post.ID, "", "Het geheimplan deugt")
	must(err)
	_, err = s.Social.AddPhoto(t.Context(), v, post.ID, bytes.NewReader(encoded(t, func(b *bytes.Buffer) error { return png.Encode(b, halves(8, 6)) })), "")
	must(err)
	_, err = s.Social.AddComment(t.Context(), s.Manager.Viewer(), post.ID, "", "Dat vind ik ook")
	must(err)
	must(s.Social.ReportComment(t.Context(), s.Manager.Viewer(), comment.ID, social.Complaint{Reason: social.ReasonFalse}))
	cases, err := s.Social.Cases(t.Context(), s.Admin.Viewer(), true)
	must(err)
	sc.victim.get("/settings/notifications") // makes the key of devices, once
	sc.ids = map[string]string{
		"/notifications/": "post:" + post.ID,
		"/posts/":         post.ID, "/comments/": comment.ID, "/topics/": "geheim", "/spotlights/": lit.ID, "/moderation/": cases[0].ID,
		"/documents/": d.ID, "/groups/": g.ID, "/tenders/": sc.tender.ID, "/people/": s.Sanne.ID, "/users/": s.Sanne.ID, "/shares/": link.ID,
		"/settings/tokens/": token.ID, "/settings/sessions/": sessions[0].ID, "/settings/passkeys/": key.ID, "/settings/privacy/exports/": export.ID,
		"/settings/expertise/": skills[0].ID, "/access/": access.ID, "/admin/access/": access.ID, "/admin/people/": s.Sanne.ID,
		"/admin/branches/": s.Zwolle.ID, "/admin/shares/": s.Zwolle.ID, "/admin/expertise/": skills[0].ID, "/admin/jobs/": "1", "/admin/synonyms/": "1",
	}
	sc.secrets = []string{"geheimplan", "Geheime kring"}
	return sc
}

// waitFor waits until an export of Sanne's is written, so that nothing changes by itself afterwards.
func (sc *scene) waitFor(t *testing.T, id string) {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		list, err := sc.Privacy.Exports(t.Context(), sc.Sanne.Viewer())
		if err != nil {
			t.Fatal(err)
		}
		if len(list) == 1 && list[0].ID == id && !list[0].ReadyAt.IsZero() {
			return
		}
	}
	t.Fatal("the export is not written")
}

// fill puts what is Sanne's into the pattern of a path; anything is false where the pattern names nothing.
func (sc *scene) fill(pattern string) (path string, anything bool) {
	path = strings.NewReplacer("{", ":", "}", "").Replace(pattern)
	best := ""
	for start := range sc.ids {
		if strings.Contains(path, start+":") && len(start) > len(best) {
			best = start
		}
	}
	anything = strings.Contains(path, ":")
	return strings.NewReplacer(":id", sc.ids[best], ":user", sc.Sanne.ID, ":skill", sc.ids["/settings/expertise/"], ":expertise", sc.ids["/settings/expertise/"],
		":n", "1", ":secret", "x", "*", "x").Replace(path), anything
}

// unwatched are the tables that a request may write though it was refused or only looked: counts, the trail, the work of the house.
var unwatched = []string{
	"audit", "sign_in_attempts", "index_queue", "searches", "passkey_challenges", "passkey_handles", "document_reads", "spotlight_seen", "bun_migrations", "bun_migration_locks",
	"feeds_seen", "news_seen", "notifications", "notify_events", "sqlite_sequence", "temporary_access_seen", "pending_sign_ins",
}

// state is everything that the database holds, by table.
func (sc *scene) state(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	var tables []string
	err := sc.DB.Reader().NewSelect().TableExpr("sqlite_master").Column("name").Where("type = 'table'").Scan(t.Context(), &tables)
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		if slices.Contains(unwatched, table) || strings.HasPrefix(table, "river_") {
			continue
		}
		var rows []map[string]any
		if err := sc.DB.Reader().NewSelect().TableExpr("?", bun.Ident(table)).Scan(t.Context(), &rows); err != nil {
			t.Fatal(err)
		}
		lines := make([]string, len(rows))
		for i, r := range rows {
			for _, c := range []string{"seen_at", "expires_at", "used_at", "reads"} {
				delete(r, c)
			}
			lines[i] = fmt.Sprint(r)
		}
		slices.Sort(lines)
		out[table] = strings.Join(lines, "\n")
	}
	return out
}

// unchanged fails for every table that is not as it was.
func (sc *scene) unchanged(t *testing.T, what string, before map[string]string) {
	t.Helper()
	for table, now := range sc.state(t) {
		if now != before[table] {
			t.Errorf("%s: %s changed\n- %s\n+ %s", what, table, before[table], now)
		}
	}
}

// stuffed is a form with all that any form of ours asks for, so that none is refused for what it lacks.
func (sc *scene) stuffed() url.Values {
	return url.Values{
		"title": {"Ander"}, "name": {"Ander"}, "email": {"ander@voorbeeld.nl"}, "reference": {"A-1"}, "client": {"X"}, "year": {"2026"}, "kind": {"closed"},
		"user": {sc.Tom.ID}, "user_id": {sc.Tom.ID}, "member": {sc.Tom.ID}, "role": {"member"}, "page": {"1"}, "why": {"Zomaar"}, "tender": {""}, "recipient": {"Eve"}, "days": {"7"},
		"audience": {"company"}, "branch": {sc.Zwolle.ID}, "code": {"000000"}, "reason": {"Een reden om te kijken"}, "city": {"Zwolle"}, "hours": {"1"},
		"keep": {"365"}, "words": {"a = b"}, "language": {"nl"}, "theme": {"dark"}, "old_password": {"gok"}, "password": {"een gegokt wachtwoord"},
	}
}

// operation is one of the API's description.
type operation struct {
	method, path, id string
	json, file       bool
	fields           map[string]any // the properties of the body
}

func (sc *scene) operations(t *testing.T) (out []operation) {
	t.Helper()
	var d struct {
		Paths map[string]map[string]struct {
			OperationID string
			RequestBody struct {
				Content map[string]struct {
					Schema struct {
						Ref string `json:"$ref"`
					}
				}
			}
		}
		Components struct {
			Schemas map[string]struct{ Properties map[string]any }
		}
	}
	sc.attacker.get("/api/openapi.json").decode(&d)
	for path, item := range d.Paths {
		for method, op := range item {
			body, isJSON := op.RequestBody.Content["application/json"]
			_, file := op.RequestBody.Content["multipart/form-data"]
			fields := d.Components.Schemas[strings.TrimPrefix(body.Schema.Ref, "#/components/schemas/")].Properties
			delete(fields, "$schema")
			out = append(out, operation{strings.ToUpper(method), path, op.OperationID, isJSON, file, fields})
		}
	}
	slices.SortFunc(out, func(a, b operation) int { return strings.Compare(a.id, b.id) })
	return out
}

// sends asks for an operation; header is added to what a browser's own script sends.
func (b *browser) sends(op operation, path, body string, header http.Header) *answer {
	b.t.Helper()
	if op.file {
		return b.upload(path, map[string][]byte{"later.txt": []byte("Later.")}, nil, header)
	}
	h := http.Header{"Sec-Fetch-Site": {"same-origin"}, "Content-Type": {"application/json"}}
	for k, v := range header {
		h[k] = v
	}
	return b.do(op.method, path, strings.NewReader(body), h)
}

// exec changes the database itself, to come to where no request leads.
func (s *served) exec(t *testing.T, query string, args ...any) {
	t.Helper()
	err := s.DB.InTx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.ExecContext(ctx, query, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// decode reads an answer in JSON.
func (a *answer) decode(v any) {
	a.t.Helper()
	if err := json.Unmarshal(a.body, v); err != nil {
		a.t.Fatalf("%d %.200s: %v", a.status, a.body, err)
	}
}

// body is what an operation takes, made of its description: a value that fits for each field.
func (sc *scene) body(op operation) map[string]any {
	known := map[string]any{
		"kind": "document", "audience": "company", "language": "nl", "theme": "dark", "outcome": "open", "year": 2026, "days": 7, "minutes": 60, "version": 1,
		"submit_at": "2026-12-01T12:00:00Z", "publish_at": "2026-12-01T12:00:00Z", "read_by": "2026-12-01T22:59:59Z", "options": []int{0}, "what": sc.ids["/documents/"], "tender_id": sc.tender.ID, "branch": "Zwolle", "branch_id": sc.Zwolle.ID, "languages": []string{"nl"}, "tags": []string{"kade"},
		"email": "eve@voorbeeld.nl", "recipient_email": "eve@voorbeeld.nl", "until": time.Now().AddDate(0, 0, 7).UTC().Format(time.RFC3339), "owner": true, "official": false, "reason": "Een reden om te kijken",
	}
	out := map[string]any{}
	for name, schema := range op.fields {
		s, _ := schema.(map[string]any)
		v, ok := known[name]
		if e, has := s["enum"].([]any); has {
			v, ok = e[0], true
		}
		if !ok {
			v = value(fmt.Sprint(s["type"]))
		}
		if v != nil {
			out[name] = v
		}
	}
	return out
}

func value(kind string) any {
	switch {
	case strings.Contains(kind, "string"):
		return "Ander"
	case strings.Contains(kind, "boolean"):
		return false
	}
	return nil
}

func encodedJSON(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

// libraryMeta is a document for the company.
func libraryMeta() library.Meta { return library.Meta{} }
