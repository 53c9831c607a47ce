// Package layout is the frame around every page: the document head, the rail, the top bar with the search box, the
// bottom bar of a phone, the upload sheet and the place for short messages.
//
// A page's struct embeds Page. Frame is for people who are signed in, Plain for everybody. The parts inside come from
// templates/part; the site fills the structs. Nothing here knows a domain.
package layout

import (
	"strings"

	"github.com/aanpak/aanpak/templates/part"
)

// Page is what every page needs.
type Page struct {
	Title       string // worded; the only h1 may say more
	Lang        string // "nl" or "en"
	Theme       string // "light", "dark" or empty for what the system says
	Path        string // of this page with its query, to come back to
	Section     string // of the rail: home, library, tenders, groups, people, settings, admin
	Search      string // text in the search box
	Viewer      Viewer
	Company     string // name of the company where it is known
	Toast       *part.Toast
	Modules     []string  // further scripts, such as "js/viewer.js"
	Due         int       // the viewer's running tenders
	Groups      []Group   // that the viewer is in, the first few
	Unread      int       // threads of which the viewer has not read all
	Calls       int       // invitations to groups, and people who ask the viewer to be let in
	Moderates   bool      // there are things that the viewer may decide on
	Reports     int       // of these, what waits
	Leads       Leads     // what the viewer leads
	Looking     []Looking // what the viewer sees without its being for them
	UploadLimit int64     // bytes a file may have
	Narrow      bool      // running text or a form: a readable width
	Full        bool      // no margin: the document viewer
	Outside     bool      // for outsiders: tells nobody where they came from
	NoSearch    bool      // a page with a large search box of its own
}

// Viewer is who looks at the page. The zero value is nobody.
type Viewer struct {
	part.Person
	RoleName string // worded
	Admin    bool
}

// SignedIn tells whether somebody is signed in.
func (v Viewer) SignedIn() bool { return v.ID != "" }

// Leads is which pages for who leads something are for the viewer.
type Leads struct{ Participation, Director, Ambassador bool }

// Group is a group in the rail.
type Group struct{ Name, URL string }

type place struct {
	section, url, icon, key string
	rail                    bool // stands in the rail alone
}

// places are the rail on a desktop and, but for what stands there alone, the bottom bar of a phone, where search stands above every page.
var places = []place{
	{"home", "/", "home", "nav.home", false},
	{"library", "/library", "library", "nav.library", false},
	{"tenders", "/tenders", "tender", "nav.tenders", false},
	{"groups", "/groups", "group", "nav.groups", false},
	{"people", "/people", "people", "nav.people", false},
	{"news", "/news", "news", "nav.news", true},
}

// leading are the places of who leads something.
func (p Page) leading() (list []place) {
	for _, x := range []struct {
		on bool
		place
	}{
		{p.Leads.Director, place{"director", "/director", "clock", "nav.director", true}},
		{p.Leads.Ambassador, place{"ambassador", "/ambassador", "smile", "nav.ambassador", true}},
		{p.Leads.Participation, place{"participation", "/participation", "sheet", "nav.participation", true}},
	} {
		if x.on {
			list = append(list, x.place)
		}
	}
	return list
}

// fullTitle is the title of the browser's tab.
func (p Page) fullTitle() string {
	if p.Title == "" {
		return "Aanpak"
	}
	return p.Title + " · Aanpak"
}

// here tells whether an address is that of the page.
func (p Page) here(url string) bool {
	path, _, _ := strings.Cut(p.Path, "?")
	return path == url
}

func (p Page) mainClass() string {
	classes := []string{"main"}
	if p.Narrow {
		classes = append(classes, "main-narrow")
	}
	if p.Full {
		classes = append(classes, "main-full")
	}
	return strings.Join(classes, " ")
}

// htmxConfig keeps htmx inside the page's content security policy: no style element of its own. Answers in error
// (4xx, 5xx) are swapped only where the page asked for them, so a failed poll never empties a card.
const htmxConfig = `{"includeIndicatorCSS":false,"defaultTimeout":20000,"noSwap":[204,304,"4xx","5xx"],"history":"reload","morphIgnore":["data-htmx-powered","open"]}`
