package demo

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/social"
)

// message is a post as written in posts.toml. People, groups, tenders and documents are named by their keys, people in texts by @key.
type message struct {
	By       string
	For      string // "group:KEY", "branch", or empty for the company
	Kind     social.Kind
	Days     float64 // how long ago
	Title    string
	Body     string
	Options  []string
	Votes    []int  // how many people choose each
	Document string // path of a file: the post shows it
	Page     int
	File     string // name of a file that goes with it
	Text     string // of that file
	About    string // path of a file: the post is about it
	Quote    string
	Tender   string
	Likes    int
	Useful   int
	Applause int
	Insight  int
	Pinned   bool
	Comment  []remark

	Link *elsewhere // what it links to

	// of news
	Picture   string // name of a scene
	Alt       string
	Closed    bool
	MustRead  bool `toml:"must_read"`
	ReadBy    int  `toml:"read_by"` // days from now; 0 = none
	Seen      int  // how many people saw it
	Confirmed int  // how many of them confirmed that they read it
}

// remark is a comment. An answer stands under the comment before it.
type remark struct {
	By, Body string
	Hours    float64 // after the post
	Likes    int
	Under    bool
	Answer   bool
	Report   social.Reason // somebody found it wrong …
	Reporter string
	Note     string
}

// loadPosts brings in what the company says, unless it has message anything yet.
func (l *loader) loadPosts(ctx context.Context) error {
	var list []*message
	for _, name := range []string{"content/posts.toml", "content/news.toml", "content/history.toml"} { // the last adds to the first
		var file struct{ Post []*message }
		if _, err := toml.DecodeFS(content, name, &file); err != nil {
			return err
		}
		list = append(list, file.Post...)
	}
	first := l.staff["sanne"].Viewer()
	page, err := l.Social.Feed(ctx, first, social.Feed{Kind: social.FeedCompany, Limit: 1})
	if err != nil || len(page.Items) > 0 {
		return err
	}
	for i, p := range list {
		if err := l.say(ctx, p, rand.New(rand.NewPCG(uint64(i), 7))); err != nil {
			return fmt.Errorf("post %d: %w", i+1, err)
		}
	}
	if err := l.showLinks(ctx); err != nil {
		return err
	}
	return l.follow(ctx)
}

// say writes a post with its comments, votes and reactions, each in the name of a colleague who sees it.
func (l *loader) say(ctx context.Context, x *message, dice *rand.Rand) error {
	by := l.staff[x.By]
	if by == nil {
		return fmt.Errorf("nobody is called %q", x.By)
	}
	at := l.now.Add(-time.Duration(x.Days * 24 * float64(time.Hour)))
	n := social.Input{Kind: x.Kind, Title: x.Title, Body: l.named(x.Body), Poll: social.Poll{Options: x.Options}, SaidAt: at, Closed: x.Closed, MustRead: x.MustRead}
	if x.ReadBy > 0 {
		y, m, d := l.now.AddDate(0, 0, x.ReadBy).Date()
		n.ReadBy = time.Date(y, m, d, 23, 59, 59, 0, l.now.Location()).UTC()
	}
	if err := l.aim(ctx, x, by, &n); err != nil {
		return err
	}
	p, err := l.Social.Create(ctx, by.Viewer(), n)
	if err != nil {
		return err
	}
	if err := l.bring(ctx, x.Link); err != nil {
		return err
	}
	if x.Pinned {
		if err := l.Social.SetPinned(ctx, by.Viewer(), p.ID, true); err != nil {
			return err
		}
	}
	crowd, err := l.crowd(ctx, p, dice)
	if err != nil {
		return err
	}
	if err := l.spread(ctx, x, by, p, crowd); err != nil {
		return err
	}
	for k, count := range map[social.ReactionKind]int{social.ReactionUseful: x.Useful, social.ReactionApplause: x.Applause, social.ReactionInsight: x.Insight, social.ReactionLike: x.Likes} {
		if crowd, err = l.react(ctx, crowd, p.Target(), k, count, at); err != nil {
			return err
		}
	}
	if err := l.vote(ctx, x, p, dice); err != nil {
		return err
	}
	return l.comment(ctx, x, p, at, dice)
}

// spread gives news its picture, and readers.
func (l *loader) spread(ctx context.Context, x *message, by *people.User, p *social.Post, crowd []*people.User) error {
	if x.Picture != "" {
		picture, err := scene(x.Picture)
		if err != nil {
			return err
		}
		if _, err := l.Social.AddPhoto(ctx, by.Viewer(), p.ID, bytes.NewReader(picture), x.Alt); err != nil {
			return err
		}
	}
	readers := slices.DeleteFunc(slices.Clone(crowd), func(u *people.User) bool { // who signs in as one of these reads it themselves
		return u.ID == l.staff["sanne"].ID || u.ID == l.staff["tom"].ID || u.ID == l.staff["dirk"].ID || u.ID == l.staff["henk"].ID || u.ID == l.staff["anouk"].ID
	})
	for i, u := range readers[:min(x.Seen, len(readers))] {
		if err := l.Social.Saw(ctx, u.Viewer(), p); err != nil {
			return err
		}
		if i < x.Confirmed {
			if err := l.Social.Confirm(ctx, u.Viewer(), p.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// aim says for whom a post is, and what it is about.
func (l *loader) aim(ctx context.Context, x *message, by *people.User, n *social.Input) error {
	switch key, group := strings.CutPrefix(x.For, "group:"); {
	case group && l.groups[key] == "":
		return fmt.Errorf("there is no group %q", key)
	case group:
		n.Audience = "group:" + l.groups[key]
	case x.For == "branch":
		n.Audience = "branch:" + by.BranchID
	}
	if s := l.tenders[x.Tender]; s != nil {
		n.Cards = append(n.Cards, social.Card{Target: social.TenderTarget(s.id)})
	}
	if x.Document != "" {
		id, err := l.document(ctx, x.Document)
		if err != nil {
			return err
		}
		n.Cards = append(n.Cards, social.Card{Target: social.DocumentTarget(id)})
	}
	if x.File != "" {
		d, err := l.Library.UploadEnclosed(ctx, by.Viewer(), library.File{Name: x.File, Size: int64(len(x.Text)), Body: strings.NewReader(x.Text)})
		if err != nil {
			return err
		}
		n.Cards = append(n.Cards, social.Card{Target: social.DocumentTarget(d.ID), Attached: true})
	}
	if x.About != "" {
		id, err := l.document(ctx, x.About)
		if err != nil {
			return err
		}
		n.About = social.About{Target: social.DocumentTarget(id)}
		if x.Quote != "" {
			return l.quote(ctx, x.Quote, id, &n.About)
		}
	}
	return nil
}

// patience is how long a passage is waited for: its file is read meanwhile.
const patience = 30 * time.Second

// quote puts a passage of a file where it stands, once that has been read; without a reader the post is about the whole file.
func (l *loader) quote(ctx context.Context, quote, id string, about *social.About) error {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		d, ver, err := l.Library.Version(ctx, auth.System(), id, 0)
		if err != nil {
			return err
		}
		if !d.Status.Final() {
			continue
		}
		err = l.Library.EachPage(ctx, ver, func(p *library.Page) error {
			if about.Page == 0 && strings.Contains(strings.Join(strings.Fields(p.Text), " "), quote) {
				about.Page, about.Quote = p.Number, quote
			}
			return nil
		})
		if err == nil && about.Page == 0 {
			err = fmt.Errorf("%q does not say %q", d.Title, quote)
		}
		return err
	}
	return nil
}

func (l *loader) document(ctx context.Context, path string) (string, error) {
	d, err := l.Library.Imported(ctx, "demo/"+path)
	if err == nil && d == nil {
		err = fmt.Errorf("there is no file %q", path)
	}
	if err != nil {
		return "", err
	}
	return d.ID, nil
}

// named puts tokens for @key.
func (l *loader) named(body string) string {
	for key, u := range l.staff {
		body = strings.ReplaceAll(body, "@"+key+" ", "<@user:"+u.ID+"> ")
		body = strings.ReplaceAll(body, "@"+key+",", "<@user:"+u.ID+">,")
		body = strings.ReplaceAll(body, "@"+key+".", "<@user:"+u.ID+">.")
	}
	return body
}

// quietOne is of how many people one reads and hardly ever reacts, as in every company.
const quietOne = 3

// crowd is everybody who sees a post but its author, in an order of chance; who is quiet comes last.
func (l *loader) crowd(ctx context.Context, p *social.Post, dice *rand.Rand) (out []*people.User, err error) {
	quiet := map[*people.User]bool{}
	for i, key := range sortedKeys(l.staff) {
		u := l.staff[key]
		quiet[u] = i%quietOne == 0
		if u.ID == p.AuthorID {
			continue
		}
		sees := p.Audience == social.ForCompany // which need not be asked for each of fifty people and each post
		if !sees {
			seen, err := l.Social.ByIDs(ctx, u.Viewer(), []string{p.ID})
			if err != nil {
				return nil, err
			}
			sees = seen[p.ID] != nil
		}
		if sees {
			out = append(out, u)
		}
	}
	dice.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	slices.SortStableFunc(out, func(a, b *people.User) int {
		switch {
		case quiet[a] == quiet[b]:
			return 0
		case quiet[a]:
			return 1
		}
		return -1
	})
	return out, nil
}

// react lets some of a crowd react, and returns the others.
func (l *loader) react(ctx context.Context, crowd []*people.User, t social.Target, k social.ReactionKind, n int, at time.Time) ([]*people.User, error) {
	n = min(n, len(crowd))
	for i, u := range crowd[:n] {
		if err := l.Social.ReactAt(ctx, u.Viewer(), t, k, at.Add(time.Duration(i+1)*time.Hour)); err != nil {
			return nil, err
		}
	}
	return crowd[n:], nil
}

func (l *loader) vote(ctx context.Context, x *message, p *social.Post, dice *rand.Rand) error {
	crowd, err := l.crowd(ctx, p, dice)
	if err != nil {
		return err
	}
	for option, n := range x.Votes {
		n = min(n, len(crowd))
		for _, u := range crowd[:n] {
			if err := l.Social.Vote(ctx, u.Viewer(), p.ID, []int{option}); err != nil {
				return err
			}
		}
		crowd = crowd[n:]
	}
	return nil
}

func (l *loader) comment(ctx context.Context, x *message, p *social.Post, at time.Time, dice *rand.Rand) error {
	head := ""
	for _, r := range x.Comment {
		u := l.staff[r.By]
		if u == nil {
			return fmt.Errorf("nobody is called %q", r.By)
		}
		parent := ""
		if r.Under {
			parent = head
		}
		c, err := l.Social.AddCommentAt(ctx, u.Viewer(), p.ID, parent, l.named(r.Body), at.Add(time.Duration(r.Hours*float64(time.Hour))))
		if err != nil {
			return fmt.Errorf("comment of %s: %w", r.By, err)
		}
		if !r.Under {
			head = c.ID
		}
		crowd, err := l.crowd(ctx, p, dice)
		if err != nil {
			return err
		}
		if _, err := l.react(ctx, crowd, c.Target(), social.ReactionLike, r.Likes, at.Add(time.Duration(r.Hours*float64(time.Hour)))); err != nil {
			return err
		}
		if r.Report != "" {
			if err := l.Social.ReportComment(ctx, l.staff[r.Reporter].Viewer(), c.ID, social.Complaint{Reason: r.Report, Note: r.Note}); err != nil {
				return err
			}
		}
		if r.Answer {
			if err := l.Social.Accept(ctx, l.staff[x.By].Viewer(), p.ID, c.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// follow lets those as whom one signs in follow some people and topics.
func (l *loader) follow(ctx context.Context) error {
	for key, list := range map[string][]social.Target{
		"sanne": {social.UserTarget(l.staff["marieke"].ID), social.UserTarget(l.staff["hilde"].ID), social.TopicTarget("bewoners")},
		"henk":  {social.UserTarget(l.staff["marieke"].ID), social.TopicTarget("geleerd")},
		"tom":   {social.UserTarget(l.staff["maud"].ID), social.TopicTarget("blvc")},
	} {
		for _, t := range list {
			if err := l.Social.SetFollow(ctx, l.staff[key].Viewer(), t, true); err != nil {
				return err
			}
		}
	}
	return nil
}

// sortedKeys makes the order in which people are asked the same each time.
func sortedKeys(staff Staff) []string { return slices.Sorted(maps.Keys(staff)) }
