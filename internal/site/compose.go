package site

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	domain "github.com/aanpak/aanpak/internal/social"
	"github.com/aanpak/aanpak/templates/part"
	"github.com/aanpak/aanpak/templates/social"
)

// pollOptions is how many answers the form of a poll offers room for.
const pollOptions = 5

// writing is what a form says of a post: the values as typed, for showing the form again.
type writing struct {
	id, kind, title, body, audience string
	groups, options                 []string
	many, mustRead, closed          bool
	readBy                          string   // of news, as the browser's field of a date has it
	ends, at                        string   // as the browser's field of a date and time has it
	cards                           []string // "document:ID", "document:ID/3" or, of what goes with it, "file:ID"
	about                           string   // as cards; with a quote
	quote                           string
}

func writingIn(v url.Values) writing {
	return writing{
		id: v.Get("id"), kind: v.Get("kind"), title: v.Get("title"), body: v.Get("body"), audience: v.Get("audience"), groups: v["group"], options: v["options"],
		many: v.Get("many") == "true", ends: v.Get("ends"), at: v.Get("at"), cards: v["card"], about: v.Get("about"), quote: v.Get("quote"),
		mustRead: v.Get("must_read") == "true", closed: v.Get("closed") == "true", readBy: v.Get("read_by"),
	}
}

// input is the form as the domain takes it.
func (w *writing) input(zone *time.Location) (n domain.Input, err error) {
	n = domain.Input{Kind: domain.Kind(w.kind), Title: w.title, Body: w.body, Audience: w.audience, Poll: domain.Poll{Options: w.options, Many: w.many}}
	if id, ok := strings.CutPrefix(w.audience, "group:"); ok && len(w.groups) > 0 {
		n.Audience = "group:" + strings.Join(append([]string{id}, w.groups...), ",")
	}
	for _, c := range w.cards {
		n.Cards = append(n.Cards, cardIn(c))
	}
	n.MustRead, n.Closed = w.mustRead, w.closed
	n.About.Target, n.About.Page = cardTarget(w.about)
	n.About.Quote = w.quote
	if n.ReadBy, err = typedDay("read_by", w.readBy, zone); err != nil {
		return n, err
	}
	if n.Poll.EndsAt, err = typedMoment("ends", w.ends, zone); err != nil {
		return n, err
	}
	n.PublishAt, err = typedMoment("at", w.at, zone)
	return n, err
}

// cardIn reads a card of a form.
func cardIn(s string) domain.Card {
	if id, ok := strings.CutPrefix(s, filePrefix); ok {
		return domain.Card{Target: domain.DocumentTarget(id), Attached: true}
	}
	t, page := cardTarget(s)
	return domain.Card{Target: t, Page: page}
}

// cardTarget reads "document:ID/3".
func cardTarget(s string) (domain.Target, int) {
	thing, page, _ := strings.Cut(s, "/")
	return domain.Target(thing), number(page, 0)
}

// momentForm is how a browser's field of a date and time writes one.
const momentForm = "2006-01-02T15:04"

func typedMoment(name, s string, zone *time.Location) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	t, err := time.ParseInLocation(momentForm, s, zone)
	if err != nil {
		return t, errs.Invalid("error.invalid").Field(name, "error.field.moment")
	}
	return t.UTC(), nil
}

// writingOf reads a post as its form shows it.
func (s *Site) writingOf(c *fiber.Ctx, it *domain.Item) (w writing, err error) {
	w = writing{id: it.ID, kind: string(it.Kind), title: it.Title, audience: it.Audience, many: it.PollMany}
	if w.body, err = s.Social.Typed(c.UserContext(), httpd.Viewer(c), it.Body); err != nil {
		return w, err
	}
	if rest, ok := strings.CutPrefix(it.Audience, "group:"); ok {
		ids := strings.Split(rest, ",")
		w.audience, w.groups = "group:"+ids[0], ids[1:]
	}
	for _, o := range it.Options {
		w.options = append(w.options, o.Text)
	}
	for _, x := range it.Cards {
		w.cards = append(w.cards, cardName(x))
	}
	w.mustRead, w.closed = it.MustRead, it.Closed
	if !it.ReadBy.IsZero() {
		w.readBy = it.ReadBy.In(s.Zone).Format(time.DateOnly)
	}
	if !it.PollEndsAt.IsZero() {
		w.ends = it.PollEndsAt.In(s.Zone).Format(momentForm)
	}
	if it.State == domain.StateScheduled {
		w.at = it.PublishAt.In(s.Zone).Format(momentForm)
	}
	return w, nil
}

func cardName(x *domain.Card) string {
	switch {
	case x.Attached:
		return filePrefix + x.Target.ID()
	case x.Page > 0:
		return string(x.Target) + "/" + num(x.Page)
	}
	return string(x.Target)
}

// composer makes the form in which a post is written.
func (s *Site) composer(c *fiber.Ctx, l *i18n.Localizer, w writing, it *domain.Item, r refusal) (p part.Composer, err error) {
	v := httpd.Viewer(c)
	p = part.Composer{
		Action: "/posts", ID: w.id, Kind: w.kind, MentionURL: "/mentions", SimilarURL: "/posts/similar", DraftURL: "/posts/draft", Many: w.many, Message: r.message, Errors: r.list,
		Title: line(l, "title", w.title, r, "off"),
		Body:  part.Field{Name: "body", Label: l.T("compose.body"), Value: w.body, Error: r.fields["body"], Rows: 6},
		Ends:  part.Field{Name: "ends", Label: l.T("compose.ends"), Value: w.ends, Type: "datetime-local", Error: r.fields["ends"]},
		At:    part.Field{Name: "at", Label: l.T("compose.at"), Hint: l.T("compose.at_hint"), Value: w.at, Type: "datetime-local", Error: r.fields["at"]},
	}
	if u := httpd.User(c); u != nil {
		p.Self = person(u)
	}
	p.Title.Required = false
	if it == nil && w.at == "" && r.list == nil {
		if err := s.untilOpening(c, l, &p.At); err != nil {
			return p, err
		}
	}
	for _, k := range domain.Kinds {
		if k == domain.KindNews { // has a form of its own
			continue
		}
		p.Kinds = append(p.Kinds, part.Option{Value: string(k), Label: l.T("post.kind." + string(k)), Selected: string(k) == w.kind || w.kind == "" && k == domain.KindText})
	}
	p.Options = append(p.Options, w.options...)
	for len(p.Options) < pollOptions {
		p.Options = append(p.Options, "")
	}
	if it == nil || it.Audience != domain.ForDocument {
		p.FileURL = "/posts/files"
	}
	if err := s.showCards(c, &p, w, r); err != nil {
		return p, err
	}
	if it != nil {
		p.Published, p.Photos = it.Published(), shownPhotos(it, true)
		p.PhotoURL = postURL(it.ID) + "/photos"
		p.Action = postURL(it.ID)
		if !it.Published() {
			p.Action = "/posts"
		}
	}
	if w.kind == string(domain.KindNews) {
		return p, s.newsComposer(c, l, &p, w, r)
	}
	mine, err := s.Groups.List(c.UserContext(), v, groups.Filter{Mine: true})
	if err != nil {
		return p, err
	}
	if w.audience == domain.ForGroup {
		if w.audience, err = s.usualGroup(c, mine); err != nil {
			return p, err
		}
	}
	s.audiences(l, &p, w, mine, v.BranchID, r)
	return p, s.firstCard(c, l, &p, w)
}

// untilOpening has what is written before the company opens wait for that moment, unless its author says otherwise.
func (s *Site) untilOpening(c *fiber.Ctx, l *i18n.Localizer, at *part.Field) error {
	plan, err := s.Opening.Plan(c.UserContext())
	if err == nil && !plan.Over {
		at.Value, at.Hint = plan.At.In(s.Zone).Format(momentForm), l.T("compose.at_opening")
	}
	return err
}

// usualGroup is the audience of somebody who wants to tell a group something: the one they told something last, else their first.
func (s *Site) usualGroup(c *fiber.Ctx, mine []*groups.Group) (string, error) {
	last, err := s.Social.LastGroup(c.UserContext(), httpd.Viewer(c))
	out := ""
	for _, g := range mine {
		if g.State == groups.StateMember && (out == "" || g.ID == last) {
			out = domain.ForGroup + ":" + g.ID
		}
	}
	return out, err
}

// audiences offers for whom a post is: the company, the viewer's branch, each of their groups.
func (s *Site) audiences(l *i18n.Localizer, p *part.Composer, w writing, mine []*groups.Group, branch string, r refusal) {
	p.Audience = part.Field{Name: "audience", Error: r.fields["audience"]}
	p.Groups = part.Field{Name: "group", Label: l.T("compose.groups")}
	add := func(value, label string) {
		p.Audience.Options = append(p.Audience.Options, part.Option{Value: value, Label: label, Selected: value == w.audience})
	}
	add(domain.ForCompany, l.T("post.for_company"))
	add(domain.ForBranch+":"+branch, l.T("compose.own_branch"))
	for _, g := range mine {
		if g.State != groups.StateMember {
			continue
		}
		add(domain.ForGroup+":"+g.ID, g.Name)
		p.Groups.Options = append(p.Groups.Options, part.Option{Value: g.ID, Label: g.Name, Selected: slices.Contains(w.groups, g.ID)})
	}
}

// firstCard shows the first thing that the post will show.
func (s *Site) firstCard(c *fiber.Ctx, l *i18n.Localizer, p *part.Composer, w writing) error {
	i := slices.IndexFunc(w.cards, func(s string) bool { return !strings.HasPrefix(s, filePrefix) })
	if i < 0 {
		return nil
	}
	x := cardIn(w.cards[i])
	things, err := s.things(c, []*domain.Item{{Post: &domain.Post{}, Cards: []*domain.Card{&x}}})
	if err != nil {
		return err
	}
	if shown := things.cards(l, []*domain.Card{&x}); len(shown) > 0 {
		p.Card = &shown[0]
	}
	return nil
}

// smallComposer is the form on top of a feed, for an audience.
func (s *Site) smallComposer(c *fiber.Ctx, l *i18n.Localizer, audience string) (*part.Composer, error) {
	p, err := s.composer(c, l, writing{audience: audience}, nil, refusal{})
	if err != nil {
		return nil, err
	}
	p.Small, p.Body.Rows = true, 1
	drafts, err := s.Social.Drafts(c.UserContext(), httpd.Viewer(c))
	p.Drafts = len(drafts)
	return &p, err
}

// postNew shows the form. The address can say what is to be shown, and for whom.
func (s *Site) postNew(c *fiber.Ctx) error {
	q := query(c)
	w := writing{kind: q.Get("kind"), body: q.Get("body"), audience: q.Get("audience"), cards: q["card"]}
	if w.kind == string(domain.KindNews) {
		channels, err := s.Social.Channels(c.UserContext(), httpd.Viewer(c))
		if err != nil {
			return err
		}
		if len(channels) == 0 {
			return errs.Forbidden("error.news_write")
		}
	}
	return s.showWriting(c, w, nil, refusal{})
}

func (s *Site) showWriting(c *fiber.Ctx, w writing, it *domain.Item, r refusal) error {
	l := s.localizer(c)
	composer, err := s.composer(c, l, w, it, r)
	if err != nil {
		return err
	}
	p := social.Write{Page: s.page(c, l, "home", l.T("compose.title")), New: it == nil || !it.Published(), Composer: composer, BackURL: "/"}
	if composer.News != nil {
		p.Section, p.BackURL = "news", "/news"
		if p.New {
			p.Title = l.T("news.write")
		}
	}
	p.Modules = append(p.Modules, "js/compose.js")
	if it != nil {
		p.BackURL = "/drafts"
		if it.Published() {
			p.BackURL = postURL(it.ID)
		} else {
			p.DropURL = postURL(it.ID) + "/delete"
		}
	}
	return render(c, l, social.WritePage(p))
}

func (s *Site) postEdit(c *fiber.Ctx) error {
	it, err := s.ownPost(c, c.Params("id"))
	if err != nil {
		return err
	}
	w, err := s.writingOf(c, it)
	if err != nil {
		return err
	}
	return s.showWriting(c, w, it, refusal{})
}

// ownPost is a post that the viewer may change.
func (s *Site) ownPost(c *fiber.Ctx, id string) (*domain.Item, error) {
	v := httpd.Viewer(c)
	it, err := s.Social.Item(c.UserContext(), v, id)
	if err != nil {
		return nil, err
	}
	return it, domain.CanEdit(v, it.Post)
}

// postCreate publishes what was written, keeps it, or shows the whole form for it, by the button that was pressed. A draft of it becomes
// the post.
func (s *Site) postCreate(c *fiber.Ctx) error {
	t, end, err := s.typed(c)
	if err != nil {
		return err
	}
	defer end()
	w := writingIn(t.values)
	if w.about != "" {
		return s.said(c, w)
	}
	return s.storeWith(c, w, t)
}

func (s *Site) postSave(c *fiber.Ctx) error {
	t, end, err := s.typed(c)
	if err != nil {
		return err
	}
	defer end()
	w := writingIn(t.values)
	w.id = c.Params("id")
	return s.storeWith(c, w, t)
}

// storeWith stores what was written, unless a file of it was refused: then the form is shown again, with the files that were taken.
func (s *Site) storeWith(c *fiber.Ctx, w writing, t typed) error {
	if t.refused == nil {
		return s.store(c, w, t.values.Get("do"))
	}
	var it *domain.Item
	if w.id != "" {
		var err error
		if it, err = s.ownPost(c, w.id); err != nil {
			return err
		}
	}
	text := s.explainFields(s.localizer(c), t.refused)
	c.Status(httpd.Status(httpd.Report(c, t.refused).Kind))
	return s.showWriting(c, w, it, refusal{fields: map[string]string{"file": text}, list: []part.FieldError{{Name: "file", Error: text}}})
}

func (s *Site) store(c *fiber.Ctx, w writing, do string) error {
	var it *domain.Item
	if w.id != "" {
		var err error
		if it, err = s.ownPost(c, w.id); err != nil {
			return err
		}
	}
	p, err := s.write(c, w, do == "draft" || do == "more")
	if r, ok := s.refused(s.localizer(c), err); ok && !errs.Is(err, errs.KindNotFound) {
		c.Status(status(err))
		return s.showWriting(c, w, it, r)
	}
	if err != nil {
		return err
	}
	switch {
	case do == "more":
		return s.done(c, postURL(p.ID)+"/edit", flash{})
	case p.State == domain.StateDraft:
		return s.done(c, "/drafts", flash{Key: "toast.draft"})
	case p.State == domain.StateScheduled:
		return s.done(c, "/drafts", flash{Key: "toast.scheduled"})
	case it != nil && it.Published():
		return s.done(c, postURL(p.ID), flash{Key: "toast.saved"})
	}
	return s.done(c, s.published(c, p), flash{Key: "toast.published"})
}

// published is where somebody goes who has published a post: to where they wrote it.
func (s *Site) published(c *fiber.Ctx, p *domain.Post) string {
	back := s.back(c, "/")
	if p.Kind == domain.KindNews {
		return postURL(p.ID)
	}
	if path, _, _ := strings.Cut(back, "?"); path == "/" || strings.HasPrefix(path, "/groups/") || strings.HasPrefix(path, "/documents/") || strings.HasPrefix(path, "/tenders/") {
		return back
	}
	return postURL(p.ID)
}

// write makes a new post of what was written, or changes the one that it is of.
func (s *Site) write(c *fiber.Ctx, w writing, draft bool) (*domain.Post, error) {
	ctx, v := c.UserContext(), httpd.Viewer(c)
	n, err := w.input(s.Zone)
	if err != nil {
		return nil, err
	}
	n.Draft = draft
	if w.id == "" {
		return s.Social.Create(ctx, v, n)
	}
	return s.Social.Update(ctx, v, w.id, n)
}

// postDraft keeps what is being typed, and answers with the id of its draft. Nothing typed is kept as nothing.
func (s *Site) postDraft(c *fiber.Ctx) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	w := writingIn(typed)
	if w.id != "" {
		it, err := s.ownPost(c, w.id)
		if err != nil {
			return err
		}
		if it.Published() {
			return errs.Conflict("error.post_published")
		}
	}
	p, err := s.write(c, w, true)
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"id": p.ID, "photos": postURL(p.ID) + "/photos"})
}

func (s *Site) drafts(c *fiber.Ctx) error {
	l, v := s.localizer(c), httpd.Viewer(c)
	list, err := s.Social.Drafts(c.UserContext(), v)
	if err != nil {
		return err
	}
	var bodies []string
	for _, x := range list {
		bodies = append(bodies, x.Body)
	}
	names, err := s.Social.Names(c.UserContext(), v, bodies...)
	if err != nil {
		return err
	}
	p := social.Drafts{Page: s.page(c, l, "home", l.T("drafts.title"))}
	for _, x := range list {
		d := social.Draft{URL: postURL(x.ID) + "/edit", DropURL: postURL(x.ID) + "/delete", Title: x.Heading(names), When: x.UpdatedAt}
		if d.Title == "" {
			d.Title = l.T("drafts.untitled")
		}
		if x.State == domain.StateScheduled {
			d.At = x.PublishAt.Time
		}
		p.List = append(p.List, d)
	}
	return render(c, l, social.DraftsPage(p))
}
