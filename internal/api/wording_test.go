package api_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/people"
)

// TestFieldWords asks for wrong fields in both languages: what the library for the API finds wrong is told as we tell it.
func TestFieldWords(t *testing.T) {
	a := apptest.New(t, db.SQLite)
	c := serve(t, a).as(a.Sanne)
	rows := []struct{ method, path, body, field, nl, en string }{
		{"GET", "/search?limit=veel", "", "limit", "Geef een geheel getal.", "Give a whole number."},
		{"GET", "/search?limit=1000", "", "limit", "Geef een getal van hooguit 100.", "Give a number of at most 100."},
		{"GET", "/search?limit=0", "", "limit", "Geef een getal van minstens 1.", "Give a number of at least 1."},
		{"GET", "/search?sort=mooiste", "", "sort", "Kies een van: relevance, newest, reused, score.", "Choose one of: relevance, newest, reused, score."},
		{"GET", "/search?year=2021&year=x", "", "year", "Geef een geheel getal.", "Give a whole number."},
		{"GET", "/search?q=" + strings.Repeat("x", 1001), "", "q", "Dit is te lang: hooguit 1000 tekens.", "This is too long: at most 1000 characters."},
		{"GET", "/documents?trash=misschien", "", "trash", "Geef true of false.", "Give true or false."},
		{"POST", "/tenders", `{"title":"x"}`, "reference", "Vul dit in.", "Fill this in."},
		{"POST", "/tenders", `{"title":7,"reference":"R"}`, "title", "Geef een tekst.", "Give a text."},
		{"POST", "/tenders", `{"title":"x","reference":"R","kleur":"rood"}`, "kleur", "Dit veld bestaat niet. Controleer de naam.", "This field does not exist. Check its name."},
		{"POST", "/tenders", `{"title":"x","reference":"R","year":"vorig"}`, "year", "Geef een geheel getal.", "Give a whole number."},
		{"POST", "/tenders", `{`, "", "", ""},
	}
	for _, row := range rows {
		for lang, want := range map[string]string{"nl": row.nl, "en": row.en} {
			got := c.do(row.method, "/api/v1"+row.path, "application/json", strings.NewReader(row.body), "Accept-Language", lang)
			told := fmt.Sprint(got.json(t)["errors"])
			if row.field != "" && (got.status != 422 || !strings.Contains(told, "field:"+row.field) || !strings.Contains(told, want)) {
				t.Errorf("%s %s %s in %s: %d %s", row.method, row.path, row.body, lang, got.status, got.body)
			}
			if english := regexp.MustCompile(`expected|invalid (int|bool)|Unprocessable|Bad Request|EOF`).FindString(string(got.body)); english != "" {
				t.Errorf("%s %s in %s speaks of %q: %s", row.method, row.path, lang, english, got.body)
			}
		}
	}
	u, err := a.People.Create(t.Context(), auth.System(), people.NewUser{Email: "eve@voorbeeld.nl", Name: "Eve", Branch: "Zwolle", Role: auth.RoleMember, Language: "en"})
	if err != nil {
		t.Fatal(err)
	}
	if got := c.as(u).get("/api/v1/search?limit=0", "Accept-Language", "nl"); !strings.Contains(string(got.body), "at least 1") {
		t.Errorf("a person's own language does not go first: %s", got.body)
	}
}
