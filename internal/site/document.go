package site

import (
	"fmt"
	"html"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/find"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	libdomain "github.com/aanpak/aanpak/internal/library"
	domain "github.com/aanpak/aanpak/internal/social"
	"github.com/aanpak/aanpak/templates/document"
)

// stripWindow is how many pages of the strip are sent on each side of the page shown; the browser adds the rest.
const stripWindow = 40

// newestReadable asks the library for the newest version that could be read.
const newestReadable = -1

// shown is a document opened by somebody: which version, at which page, for which words.
type shown struct {
	doc     *libdomain.Document
	version *libdomain.Version
	asked   int // version number asked for, 0 for the newest
	page    int
	text    string
}

func (s *Site) documentShow(c *fiber.Ctx) error {
	l := s.localizer(c)
	o, err := s.open(c)
	if err != nil {
		return err
	}
	if err := s.Library.NoteOpened(c.UserContext(), httpd.Viewer(c), o.doc); err != nil {
		return err
	}
	v, err := s.view(c, l, o)
	if err != nil {
		return err
	}
	if c.Get("HX-Request") == "" {
		if err := s.Library.RecordRead(c.UserContext(), httpd.Viewer(c), o.doc.ID, o.page); err != nil {
			s.Log.Warn("reading not recorded", "document", o.doc.ID, "err", err)
		}
	}
	return render(c, l, document.ViewPage(v))
}

// open finds the document and the version to show: the one asked for, else the newest that can be read, else the newest.
func (s *Site) open(c *fiber.Ctx) (shown, error) {
	o, err := s.openAt(c, c.Params("id"), max(0, number(c.Query("version"), 0)))
	if err != nil {
		return o, err
	}
	o.text = strings.TrimSpace(c.Query("q"))
	if !find.HasWords(o.text) {
		o.text = "" // "soort:calculatie" alone marks nothing
	}
	o.page = min(max(number(c.Query("page"), 0), 0), max(o.version.Pages, 1))
	return o, nil
}

// openAt finds a version of a document, by its number; 0 stands for the one that is shown where none is asked for.
func (s *Site) openAt(c *fiber.Ctx, id string, number int) (o shown, err error) {
	ctx, v := c.UserContext(), httpd.Viewer(c)
	o.asked = number
	which := number
	if which == 0 {
		which = newestReadable
	}
	o.doc, o.version, err = s.Library.Version(ctx, v, id, which)
	if o.asked == 0 && errs.Is(err, errs.KindNotFound) {
		o.doc, o.version, err = s.Library.Version(ctx, v, id, 0)
	}
	return o, err
}

// view fills the viewer. Without a page asked for, a search opens at its first page with a hit.
func (s *Site) view(c *fiber.Ctx, l *i18n.Localizer, o shown) (v document.View, err error) {
	viewer := httpd.Viewer(c)
	v = document.View{
		Page: s.page(c, l, "library", o.doc.Title), Document: s.ownCard(c, l, o.doc), Query: o.text, HitAt: -1,
		CanEdit: libdomain.CanEdit(viewer, o.doc) == nil,
	}
	v.CanTrash = v.CanEdit
	v.Full, v.Search, v.Modules = true, c.Query("q"), []string{"js/viewer.js"}
	v.Document.Pages = o.version.Pages
	if o.text != "" && o.version.Status == libdomain.StatusReady {
		if err := s.hits(c, &v, &o); err != nil {
			return v, err
		}
	}
	o.page = max(o.page, 1)
	v.Number = o.page
	s.notice(l, &v, o)
	if err := s.paper(c, l, &v, o); err != nil {
		return v, err
	}
	s.addresses(c, &v, o)
	return v, s.panel(c, l, &v, o)
}

// hits finds the pages with the words, and opens at the first where no page was asked for.
func (s *Site) hits(c *fiber.Ctx, v *document.View, o *shown) error {
	pages, err := s.Find.InVersion(c.UserContext(), o.version, o.text)
	if err != nil {
		return err
	}
	if o.page == 0 && len(pages) > 0 {
		o.page = pages[0].Page
	}
	for i, h := range pages {
		v.Hits = append(v.Hits, document.HitPage{Number: h.Page, URL: pageURL(o.doc.ID, o.asked, h.Page, o.text)})
		if h.Page == o.page {
			v.HitAt = i
		}
	}
	return nil
}

// notice says that another version than the newest is shown, and why.
func (s *Site) notice(l *i18n.Localizer, v *document.View, o shown) {
	switch {
	case o.asked > 0 && o.version.ID != o.doc.VersionID:
		v.Notice, v.NoticeURL = l.T("version.old"), documentURL(o.doc.ID)
	case o.version.ID != o.doc.VersionID && !o.doc.Status.Final():
		v.Notice = l.T("version.newer_busy", "Number", o.version.Number)
	case o.version.ID != o.doc.VersionID:
		v.Notice = l.T("version.newer_failed", "Number", o.version.Number)
	}
}

// paper fills what stands on the paper: an image, a sheet, a text, or why there is nothing.
func (s *Site) paper(c *fiber.Ctx, l *i18n.Localizer, v *document.View, o shown) error {
	v.Mode = document.ModeNone
	if o.version.Status != libdomain.StatusReady || o.version.Pages == 0 {
		return nil
	}
	pages, err := s.Library.PagesOf(c.UserContext(), o.version)
	if err != nil {
		return err
	}
	page, err := s.Library.PageOf(c.UserContext(), o.version, o.page)
	if errs.Is(err, errs.KindNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	v.Label, v.Mode = page.Label, mode(o.version.MediaType, page.Reader)
	v.Panel.Reader = page.Reader
	strip(v, o, pages)
	if v.Mode == document.ModeGrid {
		v.Grid = s.grid(page.Text, o.text)
		return nil
	}
	v.Text = s.marked(v, o, page)
	return nil
}

// mode is how a page is shown.
func mode(mediaType, readBy string) document.Mode {
	switch {
	case mediaType == "application/pdf":
		return document.ModePDF
	case strings.HasPrefix(mediaType, "image/"):
		return document.ModeImage
	case readBy == "excelize" || readBy == "ods" || readBy == "csv":
		return document.ModeGrid
	}
	return document.ModeText
}

// marked is the text of a page as HTML. The boxes on its image come later, when the browser asks for them.
func (s *Site) marked(v *document.View, o shown, page *libdomain.Page) string {
	if o.text == "" {
		return html.EscapeString(page.Text)
	}
	if v.HitAt >= 0 && drawn(o.version.MediaType) {
		v.Marks = fmt.Sprintf("/documents/%s/pages/%d/marks.svg?version=%d&q=%s", o.doc.ID, o.page, o.version.Number, url.QueryEscape(o.text))
	}
	return s.Find.Marker(o.text).Highlight(page.Text)
}

// strip fills the pages around the one shown; sheets, which have names and no images, all of them.
func strip(v *document.View, o shown, pages []*libdomain.Page) {
	hit := make(map[int]bool, len(v.Hits))
	for _, h := range v.Hits {
		hit[h.Number] = true
	}
	pictures := v.Mode == document.ModePDF
	for _, p := range pages {
		if pictures && (p.Number < o.page-stripWindow || p.Number > o.page+stripWindow) {
			continue
		}
		item := document.StripPage{Number: p.Number, Label: p.Label, URL: pageURL(o.doc.ID, o.asked, p.Number, o.text), Hit: hit[p.Number]}
		if pictures {
			item.Thumb = imageURL(o.doc.ID, o.version.Number, p.Number, smallWidth)
		}
		v.Strip = append(v.Strip, item)
	}
}

// addresses fills where the viewer's controls lead. Patterns hold {n} for a page.
func (s *Site) addresses(c *fiber.Ctx, v *document.View, o shown) {
	base, id, n := documentURL(o.doc.ID), o.doc.ID, o.version.Number
	at := func(page int) string { return pageURL(id, o.asked, page, o.text) }
	pattern := strings.Replace(pageURL(id, o.asked, 1, o.text), "page=1", "page={n}", 1)
	v.Address = document.Addresses{
		Page: pattern, NoMarks: pageURL(id, o.asked, o.page, ""), Share: pageURL(id, o.asked, o.page, ""), Edit: base + "/edit", Trash: base + "/trash",
		Versions: base + "/versions", Read: base + "/read", Tab: pattern + "&tab={tab}",
	}
	v.Address.Tab = strings.Replace(v.Address.Tab, "{n}", num(o.page), 1)
	if s.Library.Openable(o.version) == nil {
		v.Address.File, v.Address.Download = fmt.Sprintf("%s/file?version=%d&inline=1", base, n), fmt.Sprintf("%s/file?version=%d", base, n)
	}
	if drawn(o.version.MediaType) {
		v.Address.Image = fmt.Sprintf("%s/pages/{n}/image?version=%d", base, n)
	}
	if o.text != "" {
		v.Address.Marks = fmt.Sprintf("%s/pages/{n}/marks?version=%d&q=%s", base, n, url.QueryEscape(o.text))
	}
	if v.CanEdit {
		v.Address.Retry = base + "/retry"
	}
	if mayPost(o.doc) {
		said := url.QueryEscape(s.localizer(c).T("margin.shared")) // so that sharing needs no words of one's own
		v.Address.PostPage = "/posts/new?audience=" + domain.ForGroup + "&body=" + said + "&card=" + string(domain.DocumentTarget(id)) + "/{n}"
		v.Address.Post = strings.Replace(v.Address.PostPage, "{n}", num(o.page), 1)
	}
	if o.page > 1 {
		v.Address.Previous = at(o.page - 1)
	}
	if o.page < v.Document.Pages {
		v.Address.Next = at(o.page + 1)
	}
	for _, h := range v.Hits {
		if h.Number < o.page {
			v.Address.PreviousHit = h.URL
		}
		if h.Number > o.page && v.Address.NextHit == "" {
			v.Address.NextHit = h.URL
		}
	}
}
