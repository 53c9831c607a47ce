package api_test

import (
	"net/url"
	"testing"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/tenders"
)

// TestFilters narrows by names that hold commas, and by several codes in either way of writing them.
func TestFilters(t *testing.T) {
	a := apptest.New(t, db.SQLite)
	for i, client := range []string{"Gemeente Hof, van Twente", "Gemeente Hof", "van Twente"} {
		tender, err := a.Tenders.Create(t.Context(), a.Sanne.Viewer(), tenders.Input{Title: client, Reference: client, Client: client, BranchID: a.Sanne.BranchID, Year: 2021 + i})
		if err != nil {
			t.Fatal(err)
		}
		kind := library.Kinds[i]
		a.Upload(t, a.Sanne, client+".txt", []byte("De bewoners van het plein "+client), library.Meta{TenderID: &tender.ID, Kind: &kind})
	}
	c := serve(t, a).as(a.Sanne)
	hof, first, second := url.QueryEscape("Gemeente Hof, van Twente"), string(library.Kinds[0]), string(library.Kinds[1])
	for query, want := range map[string]int{
		"client=" + hof:                               1,
		"client=" + hof + "&client=van+Twente":        2,
		"client=Gemeente+Hof":                         1,
		"kind=" + first + "," + second:                2,
		"kind=" + first + "&kind=" + second:           2,
		"year=2021,2022":                              2,
		"year=2021&year=2022&client=" + hof:           1,
		"kind=" + first + "," + second + "&year=2022": 1,
	} {
		if got := c.get("/api/v1/search?q=bewoners&type=document&" + query).json(t); got["total"] != float64(want) {
			t.Errorf("search %s: %v found, want %d", query, got["total"], want)
		}
		if got := c.get("/api/v1/documents?" + query).json(t)["items"].([]any); len(got) != want {
			t.Errorf("list %s: %d listed, want %d", query, len(got), want)
		}
	}
	if bad := c.get("/api/v1/search?q=x&year=2021,twee"); bad.status != 422 {
		t.Errorf("a year that is none: %d %s", bad.status, bad.body)
	}
}
