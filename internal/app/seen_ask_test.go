package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"github.com/aanpak/aanpak/internal/find"
	"github.com/aanpak/aanpak/internal/search"
)

// ask sends a question as somebody: to the API with their token, to a page with their session. It counts as a script's, so that reading
// a document is not written down.
func (s *story) ask(i int, path string) (status int, body []byte) {
	p := s.m.people[i]
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.base+path, nil)
	if err != nil {
		s.t.Error(err)
		return 0, nil
	}
	req.Header.Set("HX-Request", "true")
	if strings.HasPrefix(path, "/api/") {
		req.Header.Set("Authorization", "Bearer "+p.token)
	} else {
		req.Header.Set("Cookie", "aanpak_session="+p.session)
	}
	res, err := s.http.Do(req)
	if err != nil {
		s.t.Error(err)
		return 0, nil
	}
	defer res.Body.Close()
	if body, err = io.ReadAll(res.Body); err != nil {
		s.t.Error(err)
	}
	return res.StatusCode, body
}

// askAs asks everything that one person may ask.
func (s *story) askAs(i, batch int) {
	for n, d := range s.m.papers {
		for _, path := range s.paths(d, n+batch) {
			status, _ := s.ask(i, path)
			s.compare(i, fmt.Sprintf("document %d at %s", n, strings.ReplaceAll(path, d.id, "…")), status, s.expected(i, path, s.m.sees(i, d)))
		}
	}
	for n, g := range s.m.groups {
		for _, path := range []string{"/groups/" + g.id, "/api/v1/groups/" + g.id} {
			status, _ := s.ask(i, path)
			s.compare(i, fmt.Sprint("group ", n, " at ", path), status, s.expected(i, path, s.m.knows(i, g)))
		}
	}
	if !s.m.people[i].works {
		for _, path := range []string{"/library", "/search?q=damwand", "/search/quick?q=damw", "/api/v1/documents", "/api/v1/search?q=damwand"} {
			status, _ := s.ask(i, path)
			s.compare(i, path, status, s.expected(i, path, false))
		}
		return
	}
	s.askLists(i)
	s.askSearch(i)
	s.askPeople(i, batch)
	s.askLights(i)
	s.askTalk(i, batch)
}

// paths are where a document is shown: its page and the API always, its file and pictures in turn.
func (s *story) paths(d *paper, turn int) []string {
	page, call := "/documents/"+d.id, "/api/v1/documents/"+d.id
	more := []string{
		page + "/file", page + "/pages/1/image?width=160", call + "/file", call + "/pages/1", call + "/pages/1/image?width=160", page + "/card?as=row", page + "/pages/1/marks?q=damwand",
	}
	return []string{page, call, more[turn%len(more)]}
}

// expected is the answer's status: who does not work here has nothing to say who they are.
func (s *story) expected(i int, path string, sees bool) int {
	switch {
	case !s.m.people[i].works && strings.HasPrefix(path, "/api/"):
		return http.StatusUnauthorized
	case !s.m.people[i].works:
		return http.StatusSeeOther
	case sees:
		return http.StatusOK
	}
	return http.StatusNotFound
}

// counted is how many of the documents somebody sees have each value.
func (s *story) counted(i int, of func(*paper) string) map[string]int {
	out := map[string]int{}
	for _, d := range s.m.seen(i) {
		if v := of(d); v != "" {
			out[v]++
		}
	}
	return out
}

// fields are the facets that are compared.
func (s *story) fields() map[string]func(*paper) string {
	return map[string]func(*paper) string{
		"kind":   func(d *paper) string { return d.kind },
		"branch": func(d *paper) string { return s.m.branches[d.branch] },
		"outcome": func(d *paper) string {
			if d.tender < 0 {
				return ""
			}
			return "open"
		},
	}
}

// askLists compares the library, the API's lists, and what groups and tenders show.
func (s *story) askLists(i int) {
	seen := s.m.seen(i)
	page := s.page(i, "/library")
	s.compare(i, "the library's number", firstNumber(page.Find(".head-count").Text()), len(seen))
	for field, of := range s.fields() {
		got := map[string]int{}
		page.Find("input[name=" + field + "]").Each(func(_ int, x *goquery.Selection) {
			got[x.AttrOr("value", "")] = firstNumber(x.Parent().Find(".facet-count").Text())
		})
		s.compareCounts(i, "the library's "+field, got, s.counted(i, of))
	}
	s.compare(i, "the API's list", s.ids(i, "/api/v1/documents?limit=100"), idsOf(seen))
	var known []string
	for n, g := range s.m.groups {
		if !s.m.knows(i, g) {
			continue
		}
		known = append(known, g.id)
		shared := 0
		for _, d := range seen {
			if d.audience.kind == "group" && d.audience.which[0] == n {
				shared++
			}
		}
		s.compare(i, fmt.Sprint("what group ", n, " shows"), firstNumber(s.page(i, "/groups/"+g.id).Find("#docs-title span").Text()), shared)
	}
	slices.Sort(known)
	s.compare(i, "the API's groups", s.ids(i, "/api/v1/groups?limit=100"), known)
	for n, t := range s.m.tenders {
		of := 0
		for _, d := range seen {
			if d.tender == n {
				of++
			}
		}
		s.compare(i, fmt.Sprint("what tender ", n, " shows"), firstNumber(s.page(i, "/tenders/"+t.id).Find("#docs-title span").Text()), of)
	}
}

// askSearch compares totals, facets, hits and suggestions.
func (s *story) askSearch(i int) {
	seen := s.m.seen(i)
	var found struct {
		Total  int
		Hits   []struct{ ID string }
		Facets map[string]map[string]int
	}
	s.decode(i, "/api/v1/search?q=damwand&type=document&limit=100", &found)
	ids := []string{}
	for _, h := range found.Hits {
		ids = append(ids, h.ID)
	}
	slices.Sort(ids)
	s.compare(i, "the total of a search", found.Total, len(seen))
	s.compare(i, "the hits of a search", ids, idsOf(seen))
	for field, of := range s.fields() {
		s.compareCounts(i, "a search's "+field, found.Facets[field], s.counted(i, of))
	}
	s.compare(i, "the page of results", firstNumber(s.page(i, "/search?q=damwand").Find("h1").Text()), len(seen))
	s.askSuggestions(i, idsOf(seen))
	groups := 0
	for _, g := range s.m.groups {
		if s.m.finds(i, g) {
			groups++
		}
	}
	s.decode(i, "/api/v1/search?q=waterkering&type=group", &found)
	s.compare(i, "groups found", found.Total, groups)
}

// suggestions are the lines under the box.
const suggestions = 8

// askSuggestions wants as many lines under the box as there are and fit, each of what is seen.
func (s *story) askSuggestions(i int, seen []string) {
	page := s.page(i, "/search/quick?q=damwan")
	s.compare(i, "suggestions", firstNumber(page.Find("[role=status]").Text()), min(len(seen), suggestions))
	page.Find("a.quick-hit").Each(func(_ int, a *goquery.Selection) {
		id, _, _ := strings.Cut(strings.TrimPrefix(a.AttrOr("href", ""), "/documents/"), "?")
		s.compare(i, "that "+id+" is suggested", slices.Contains(seen, id), true)
	})
}

// askHits wants nothing among the hits that somebody does not see, although the index does not know of the last changes yet.
func (s *story) askHits() {
	for i, p := range s.m.people {
		if !p.works {
			continue
		}
		res, err := s.Find.Search(s.t.Context(), s.viewer(i), find.Query{Text: "damwand", Types: []search.Type{search.TypeDocument}, Limit: 100})
		s.must(err)
		allowed := idsOf(s.m.seen(i))
		hidden := []string{}
		for _, h := range res.Hits {
			if !slices.Contains(allowed, h.ID) {
				hidden = append(hidden, h.ID)
			}
		}
		s.compare(i, "hits that are hidden", hidden, []string{})
	}
}

func (s *story) compareCounts(i int, what string, got, want map[string]int) {
	for v := range got {
		if _, ok := want[v]; !ok {
			s.compare(i, what+" "+v, got[v], 0)
		}
	}
	for v, n := range want {
		s.compare(i, what+" "+v, got[v], n)
	}
}

func idsOf(list []*paper) []string {
	ids := make([]string, len(list))
	for i, d := range list {
		ids[i] = d.id
	}
	slices.Sort(ids)
	return ids
}

// ids are those of a list of the API, sorted.
func (s *story) ids(i int, path string) []string {
	var list struct{ Items []struct{ ID string } }
	s.decode(i, path, &list)
	ids := make([]string, len(list.Items))
	for n, x := range list.Items {
		ids[n] = x.ID
	}
	slices.Sort(ids)
	return ids
}

func (s *story) decode(i int, path string, into any) {
	status, body := s.ask(i, path)
	if err := json.Unmarshal(body, into); err != nil || status != http.StatusOK {
		s.compare(i, path, fmt.Sprint(status, err), http.StatusOK)
	}
}

func (s *story) page(i int, path string) *goquery.Document {
	status, body := s.ask(i, path)
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(body))
	if err != nil || status != http.StatusOK {
		s.compare(i, path, fmt.Sprint(status, err), http.StatusOK)
	}
	return doc
}

// firstNumber is the first number in a text, −1 where there is none.
func firstNumber(text string) int {
	start := strings.IndexFunc(text, func(r rune) bool { return r >= '0' && r <= '9' })
	if start < 0 {
		return -1
	}
	digits := text[start:]
	if end := strings.IndexFunc(digits, func(r rune) bool { return r < '0' || r > '9' }); end >= 0 {
		digits = digits[:end]
	}
	n, _ := strconv.Atoi(digits)
	return n
}
