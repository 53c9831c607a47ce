package site

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	libdomain "github.com/aanpak/aanpak/internal/library"
	domain "github.com/aanpak/aanpak/internal/reuse"
	"github.com/aanpak/aanpak/internal/tenders"
	"github.com/aanpak/aanpak/templates/document"
	"github.com/aanpak/aanpak/templates/part"
)

// documentUse records that the viewer used a document, and offers the way back.
func (s *Site) documentUse(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	ctx, v, id := c.UserContext(), httpd.Viewer(c), c.Params("id")
	n := domain.Input{TenderID: f.Get("tender"), Page: number(f.Get("page"), 0)}
	if err := s.Reuse.Use(ctx, v, id, n); err != nil {
		return err
	}
	told := flash{Key: "toast.used_outside", Undo: undoURL(id, n)}
	if n.TenderID != "" {
		t, err := s.Tenders.Get(ctx, v, n.TenderID)
		if err != nil {
			return err
		}
		told.Key, told.Name = "toast.used", t.Title
	}
	return s.done(c, backTo(id, f), told)
}

// undoURL is where a use is taken back.
func undoURL(id string, n domain.Input) string {
	q := url.Values{}
	if n.TenderID != "" {
		q.Set("tender", n.TenderID)
	}
	if n.Page > 0 {
		q.Set("page", num(n.Page))
	}
	return list{path: documentURL(id) + "/use/undo"}.address(q)
}

// backTo is the document at the page from which a form was sent, with the panel open.
func backTo(id string, f url.Values) string {
	return withQuery(pageURL(id, 0, max(0, number(f.Get("at"), 0)), ""), "tab", "about") + "#panel"
}

func (s *Site) documentUseUndo(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	id, q := c.Params("id"), query(c)
	if err := s.Reuse.Undo(c.UserContext(), httpd.Viewer(c), id, domain.Input{TenderID: q.Get("tender"), Page: number(q.Get("page"), 0)}); err != nil {
		return err
	}
	return s.done(c, backTo(id, f), flash{Key: "toast.use_undone"})
}

func (s *Site) documentOutdated(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	id := c.Params("id")
	if err := s.Reuse.MarkOutdated(c.UserContext(), httpd.Viewer(c), id, f.Get("why")); err != nil {
		return err
	}
	return s.done(c, backTo(id, f), flash{Key: "toast.outdated"})
}

func (s *Site) documentOutdatedUndo(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	id := c.Params("id")
	if err := s.Reuse.UnmarkOutdated(c.UserContext(), httpd.Viewer(c), id); err != nil {
		return err
	}
	return s.done(c, backTo(id, f), flash{Key: "toast.outdated_undone"})
}

// documentStillRight is the owner's answer to who says that a document is outdated.
func (s *Site) documentStillRight(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	id := c.Params("id")
	if err := s.Reuse.StillRight(c.UserContext(), httpd.Viewer(c), id); err != nil {
		return err
	}
	return s.done(c, backTo(id, f), flash{Key: "toast.still_right"})
}

// reuse fills where a document was used, and the ways to say so.
func (s *Site) reuse(c *fiber.Ctx, l *i18n.Localizer, o shown) (document.Reuse, error) {
	ctx, v := c.UserContext(), httpd.Viewer(c)
	uses, err := s.Reuse.Of(ctx, v, o.doc.ID)
	if err != nil {
		return document.Reuse{}, err
	}
	sum := domain.Sum(uses)
	r := document.Reuse{Summary: reuseWords(l, sum), At: o.page}
	for _, in := range sum.Tenders {
		r.In = append(r.In, usedIn(l, in))
	}
	used := map[domain.Input]bool{}
	for _, u := range uses {
		if u.UserID == v.UserID {
			n := domain.Input{TenderID: u.TenderID, Page: u.Page}
			used[n] = true
			r.Mine = append(r.Mine, document.Mine{Text: mineWords(l, u), UndoURL: undoURL(o.doc.ID, n)})
		}
	}
	if domain.CanUse(v, o.doc) == nil {
		if err := s.useChoices(c, l, &r, o, used); err != nil {
			return r, err
		}
	}
	r.Outdated, err = s.outdated(c, l, o)
	return r, err
}

// reuseWords says in how many tenders, what the best scored, and how many others used it.
func reuseWords(l *i18n.Localizer, sum domain.Summary) string {
	others := 0
	for _, u := range sum.Others {
		if u.ByOther() {
			others++
		}
	}
	n := len(sum.Tenders)
	switch {
	case n == 0 && others == 0:
		return l.T("reuse.none")
	case n == 0:
		return l.N("reuse.outside_only", others) + "."
	}
	words := []string{l.N("reuse.in", n)}
	if sum.Best > 0 {
		words = append(words, l.N("reuse.best", n, "Score", l.Decimal(sum.Best)))
	}
	if others > 0 {
		words = append(words, l.N("reuse.outside", others))
	}
	return strings.Join(words, ", ") + "."
}

func usedIn(l *i18n.Localizer, in domain.In) document.UsedIn {
	out := document.UsedIn{URL: "/tenders/" + in.TenderID, Title: in.Title, Facts: in.Client, Outcome: string(in.Outcome), Score: in.Score}
	var pages []int
	seen := map[string]bool{}
	for _, u := range in.Uses {
		if u.Page > 0 && !slices.Contains(pages, u.Page) {
			pages = append(pages, u.Page)
		}
		if !seen[u.UserID] {
			seen[u.UserID] = true
			out.By = append(out.By, face(u.UserID, u.UserName, u.UserPhoto))
		}
	}
	if len(pages) > 0 {
		slices.Sort(pages)
		text := make([]string, len(pages))
		for i, n := range pages {
			text[i] = num(n)
		}
		out.Facts += " · " + l.T("reuse.pages", "Pages", strings.Join(text, ", "))
	}
	return out
}

func mineWords(l *i18n.Localizer, u *domain.Use) string {
	switch {
	case u.Page > 0 && u.TenderID != "":
		return l.T("reuse.mine_page", "Page", u.Page, "Tender", u.Tender)
	case u.Page > 0:
		return l.T("reuse.mine_page_outside", "Page", u.Page)
	case u.TenderID != "":
		return l.T("reuse.mine", "Tender", u.Tender)
	}
	return l.T("reuse.mine_outside")
}

// useChoices fills what a use can be said of: with one press the tender whose team the viewer is on and that is due first.
func (s *Site) useChoices(c *fiber.Ctx, l *i18n.Localizer, r *document.Reuse, o shown, used map[domain.Input]bool) error {
	own, branch, err := s.Reuse.Choices(c.UserContext(), httpd.Viewer(c))
	if err != nil {
		return err
	}
	r.UseURL = documentURL(o.doc.ID) + "/use"
	// A document of the tender itself was made for it, not taken for it.
	own = slices.DeleteFunc(own, func(t *tenders.Tender) bool { return t.ID == o.doc.TenderID })
	if len(own) > 0 && !used[domain.Input{TenderID: own[0].ID}] {
		r.Quick = &document.Quick{ID: own[0].ID, Label: l.T("reuse.used_for", "Tender", own[0].Title)}
	}
	r.Tender = part.Field{Name: "tender", Label: l.T("reuse.for")}
	for _, t := range slices.Concat(own, branch) {
		r.Tender.Options = append(r.Tender.Options, part.Option{Value: t.ID, Label: t.Title + " · " + cmp.Or(t.Reference, t.Client)})
	}
	r.Tender.Options = append(r.Tender.Options, part.Option{Label: l.T("reuse.no_tender"), Selected: len(r.Tender.Options) == 0})
	r.What = part.Field{Name: "page", Label: l.T("reuse.what"), Options: []part.Option{{Value: "0", Label: l.T("spotlight.whole")}}}
	if o.doc.Pages > 1 && o.page > 0 && o.page <= o.doc.Pages {
		r.What.Options = append(r.What.Options, part.Option{Value: num(o.page), Label: l.T("spotlight.only_page", "Page", o.page)})
	}
	return nil
}

// outdated fills what colleagues say of a document as it is now, and the answers.
func (s *Site) outdated(c *fiber.Ctx, l *i18n.Localizer, o shown) (document.Outdated, error) {
	v, base := httpd.Viewer(c), documentURL(o.doc.ID)
	said, err := s.Reuse.Outdated(c.UserContext(), o.doc)
	if err != nil {
		return document.Outdated{}, err
	}
	out := document.Outdated{At: o.page, UndoURL: base + "/outdated/undo", Versions: base + "?tab=versions#panel"}
	for _, m := range said.Open {
		out.Said = append(out.Said, document.Said{By: face(m.UserID, m.UserName, m.UserPhoto), Why: m.Why, At: m.CreatedAt})
		out.Mine = out.Mine || m.UserID == v.UserID
	}
	if n := len(said.Open); n > 0 {
		out.Summary = l.N("outdated.says", n)
		if libdomain.CanEdit(v, o.doc) == nil {
			out.AnswerURL = base + "/outdated/answer"
		}
	}
	if a := said.Answered; a != nil {
		out.Answered = l.T("outdated.answered", "Name", a.AnswerName, "At", l.Date(a.AnsweredAt.Time))
	}
	if domain.CanUse(v, o.doc) == nil && o.doc.OwnerID != v.UserID {
		out.MarkURL = base + "/outdated"
		out.Why = part.Field{Name: "why", Label: l.T("outdated.why")}
	}
	return out, nil
}

// madeWith are the documents of a list of uses, as cards.
func (s *Site) madeWith(c *fiber.Ctx, l *i18n.Localizer, made []domain.Made) (out []part.Document) {
	for _, m := range made {
		d := s.card(c, l, m.Document)
		d.ID = "made-" + d.ID // the page may show the document among others too
		out = append(out, d)
	}
	return out
}
