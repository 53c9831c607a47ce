package app

import (
	"context"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/live"
	"github.com/aanpak/aanpak/internal/notify"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/reuse"
	"github.com/aanpak/aanpak/internal/social"
	"github.com/aanpak/aanpak/internal/spotlight"
	"github.com/aanpak/aanpak/internal/tenders"
)

// openNotify makes the part that tells people what happened. The domains that tell it something are made after it.
func (a *App) openNotify() {
	a.Live = live.New(a.DB)
	a.Notify = notify.New(notify.Options{DB: a.DB, People: a.People, Jobs: a.Jobs, Live: a.Live, Mail: a.Mail, URL: a.Config.Address(), Log: a.Log})
}

// joinNotify lends it each domain's own rule of who sees what, and who holds which key.
func (a *App) joinNotify() {
	a.Notify.Sees("document", a.seesDocuments)
	a.Notify.Sees("tender", a.seesTenders)
	a.Notify.Sees("group", a.seesGroups)
	a.Notify.Sees("user", a.seesPeople)
	a.Notify.Sees("post", a.seesPosts)
	a.Notify.Sees("comment", a.seesComments)
	a.Notify.Sees(social.OfReport, a.seesReports)
	a.Notify.Sees("opening", seesOpening)
	a.Notify.HeldBy("group", func(tx bun.IDB, id string) *bun.SelectQuery { return groups.Holders(tx, id) })
	a.Notify.HeldBy("team", func(tx bun.IDB, id string) *bun.SelectQuery { return tenders.Holders(tx, id) })
	a.Notify.HeldBy(social.UnconfirmedKey, func(tx bun.IDB, id string) *bun.SelectQuery { return social.Unconfirmed(tx, id) })
	a.Spotlight.Tell(a.tellSpotlight)
	a.Reuse.Tell(reuse.Told{Used: a.tellUsed(""), Scored: a.tellUsed("scored"), Outdated: a.tellDoubt, Answered: a.tellAnswered})
	a.People.OnWayIn(a.tellWayIn)
	a.People.OnEndorse(a.tellEndorsed)
	a.Notify.Checked("document", "tender", "group", "user", "post", "comment", social.OfReport, "opening")
}

func (a *App) seesDocuments(ctx context.Context, v auth.Viewer, ids []string) (map[string]notify.Target, error) {
	found, err := a.Library.ByIDs(ctx, v, ids)
	out := make(map[string]notify.Target, len(found))
	for id, d := range found {
		out[id] = notify.Target{Title: d.Title, Wide: d.Wide()}
	}
	return out, err
}

func (a *App) seesTenders(ctx context.Context, v auth.Viewer, ids []string) (map[string]notify.Target, error) {
	found, err := a.Tenders.ByIDs(ctx, v, ids)
	out := make(map[string]notify.Target, len(found))
	for id, t := range found {
		out[id] = notify.Target{Title: t.Title, Wide: true}
	}
	return out, err
}

func (a *App) seesGroups(ctx context.Context, v auth.Viewer, ids []string) (map[string]notify.Target, error) {
	found, err := a.Groups.ByIDs(ctx, v, ids)
	out := make(map[string]notify.Target, len(found))
	for id, g := range found {
		out[id] = notify.Target{Title: g.Name}
	}
	return out, err
}

// seesOpening has everybody know that the company opened.
func seesOpening(_ context.Context, _ auth.Viewer, ids []string) (map[string]notify.Target, error) {
	out := make(map[string]notify.Target, len(ids))
	for _, id := range ids {
		out[id] = notify.Target{Title: "Aanpak", Wide: true}
	}
	return out, nil
}

func (a *App) seesPosts(ctx context.Context, v auth.Viewer, ids []string) (map[string]notify.Target, error) {
	found, err := a.Social.ByIDs(ctx, v, ids)
	if err != nil {
		return nil, err
	}
	return a.postTitles(ctx, v, found)
}

// seesComments has a comment seen by whoever sees its post.
func (a *App) seesComments(ctx context.Context, v auth.Viewer, ids []string) (map[string]notify.Target, error) {
	on, err := a.Social.PostsOfComments(ctx, v, ids)
	if err != nil {
		return nil, err
	}
	posts := make(map[string]*social.Post, len(on))
	for _, p := range on {
		posts[p.ID] = p
	}
	titles, err := a.postTitles(ctx, v, posts)
	out := make(map[string]notify.Target, len(on))
	for id, p := range on {
		out[id] = titles[p.ID]
	}
	return out, err
}

// seesReports has a case seen by who decides on it. By mail goes whose words it is about, and nothing of them.
func (a *App) seesReports(ctx context.Context, v auth.Viewer, ids []string) (map[string]notify.Target, error) {
	found, err := a.Social.ReportedAuthors(ctx, v, ids)
	out := make(map[string]notify.Target, len(found))
	for id, author := range found {
		out[id] = notify.Target{Title: author}
	}
	return out, err
}

func (a *App) postTitles(ctx context.Context, v auth.Viewer, posts map[string]*social.Post) (map[string]notify.Target, error) {
	var bodies []string
	for _, p := range posts {
		bodies = append(bodies, p.Body)
	}
	names, err := a.Social.Names(ctx, v, bodies...)
	if err != nil {
		return nil, err
	}
	out := make(map[string]notify.Target, len(posts))
	for id, p := range posts {
		out[id] = notify.Target{Title: p.Heading(names), Wide: p.Wide()}
	}
	return out, nil
}

func (a *App) seesPeople(ctx context.Context, v auth.Viewer, ids []string) (map[string]notify.Target, error) {
	found, err := a.People.Names(ctx, v, ids)
	out := make(map[string]notify.Target, len(found))
	for id, name := range found {
		out[id] = notify.Target{Title: name, Wide: true}
	}
	return out, err
}

// wayPages are where somebody sees what changed of how they come in.
var wayPages = map[people.WayIn]string{
	people.WayPassword: "/settings/password", people.WayEmail: "/settings", people.WayPasskey: "/settings/passkeys", people.WayPasskeyGone: "/settings/passkeys",
	people.WayFactor: httpd.FactorPath, people.WayFactorGone: httpd.FactorPath, people.WayRecovery: httpd.FactorPath, people.WayToken: "/settings/tokens",
	people.WayDevice: "/settings/sessions",
}

// tellWayIn tells somebody that a way in of theirs changed, also where they did it themselves: who uses their account would be the same person.
func (a *App) tellWayIn(ctx context.Context, tx bun.Tx, v auth.Viewer, userID string, w people.WayIn) error {
	e := notify.Event{Kind: notify.Account, Word: string(w), Thread: "account", About: auth.UserKey(userID), URL: wayPages[w], Text: v.Address, To: []string{userID}}
	if v.UserID != userID && !v.IsSystem() {
		e.Actor = v.UserID
	}
	return a.Notify.Tell(ctx, tx, e)
}

func (a *App) tellEndorsed(ctx context.Context, tx bun.Tx, v auth.Viewer, userID, expertiseID string) error {
	return a.Notify.Tell(ctx, tx, notify.Event{
		Kind: notify.Endorsement, Source: "endorse:" + userID + ":" + expertiseID + ":" + v.UserID, Actor: v.UserID, Thread: "endorsements",
		About: auth.UserKey(userID), URL: "/people/" + userID, To: []string{userID},
	})
}

// tellSpotlight tells the owner of a document that it is held up, and those for whom it is.
func (a *App) tellSpotlight(ctx context.Context, tx bun.Tx, s *spotlight.Spotlight) error {
	thing := "document:" + s.DocumentID
	e := notify.Event{Kind: notify.Spotlight, Word: "mine", Source: "spotlight:" + s.ID, Actor: s.UserID, About: thing, URL: "/documents/" + s.DocumentID, Text: s.Why, To: []string{s.Document.OwnerID}}
	if err := a.Notify.Tell(ctx, tx, e); err != nil {
		return err
	}
	e.Word, e.To, e.Keys = "", nil, []string{s.Audience}
	return a.Notify.Tell(ctx, tx, e)
}

// tellUsed tells the owner of a document that somebody used it, or what became of the tender in which it was used.
func (a *App) tellUsed(word string) func(context.Context, bun.Tx, *reuse.Use) error {
	return func(ctx context.Context, tx bun.Tx, u *reuse.Use) error {
		e := notify.Event{Kind: notify.Reuse, Word: word, About: "document:" + u.DocumentID, URL: "/documents/" + u.DocumentID, Text: u.Tender, To: []string{u.OwnerID}}
		if word == "" {
			e.Actor, e.Source = u.UserID, "use:"+u.DocumentID+":"+u.UserID+":"+u.TenderID
		}
		return a.Notify.Tell(ctx, tx, e)
	}
}

func (a *App) tellDoubt(ctx context.Context, tx bun.Tx, m *reuse.Mark) error {
	return a.Notify.Tell(ctx, tx, notify.Event{
		Kind: notify.Reuse, Word: "outdated", Actor: m.UserID, About: "document:" + m.DocumentID, URL: "/documents/" + m.DocumentID, Text: m.Why, To: []string{m.OwnerID},
	})
}

func (a *App) tellAnswered(ctx context.Context, tx bun.Tx, m *reuse.Mark) error {
	return a.Notify.Tell(ctx, tx, notify.Event{
		Kind: notify.Reuse, Word: "answered", Actor: m.AnsweredBy, About: "document:" + m.DocumentID, URL: "/documents/" + m.DocumentID, To: []string{m.UserID},
	})
}
