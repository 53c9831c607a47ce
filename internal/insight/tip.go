package insight

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/library"
)

// TipKind is what a tip is about.
type TipKind string

// The kinds of tips.
const (
	TipFirst     TipKind = "first"     // somebody of the branch said something for the first time
	TipQuestion  TipKind = "question"  // nobody answered somebody of the branch
	TipPraise    TipKind = "praise"    // a colleague's document was used elsewhere
	TipSpotlight TipKind = "spotlight" // a document of the branch is read, reused or well scored, and not held up
	TipQuiet     TipKind = "quiet"     // nobody says anything in a group
)

// mostTips is how many fit into five minutes; asideDays is how long one that was put aside stays away.
const (
	mostTips  = 5
	asideDays = 30
)

// Person is somebody whom a tip or task is about.
type Person struct{ ID, Name, Photo, Branch string }

// Tip is a small thing to do for a branch.
type Tip struct {
	Key      string // "first:ID": kind, and id of what it is about
	Kind     TipKind
	Title    string // of the post, document or group
	Person   Person // the author; of TipPraise the document's owner; none of others
	PostID   string // of TipFirst and TipQuestion
	Document *library.Document
	GroupID  string
	Wide     bool      // what it is about is for a branch at least
	At       time.Time // since when it is so; zero = not known
}

// aside is a tip that somebody put aside.
type aside struct {
	bun.BaseModel `bun:"table:director_asides,alias:da"`

	UserID string `bun:",pk"`
	Tip    string `bun:",pk"`
	Until  time.Time
}

// Tips returns at most five small things that the viewer can do for their branch now. What was done or put aside is not among them.
func (s *Service) Tips(ctx context.Context, v auth.Viewer) ([]*Tip, error) {
	if err := CanDirect(v); err != nil {
		return nil, err
	}
	list, err := s.tips(ctx, v)
	return list[:min(len(list), mostTips)], err
}

// tips are all that there are, two of who said something first, then one of each other kind.
func (s *Service) tips(ctx context.Context, v auth.Viewer) (list []*Tip, err error) {
	v.Grants = nil
	var asides []string
	err = s.DB.Reader().NewSelect().Model((*aside)(nil)).Column("tip").Where("da.user_id = ?", v.UserID).Where("da.until > ?", s.Now()).Scan(ctx, &asides)
	if err != nil {
		return nil, scan("what was put aside", err)
	}
	away := map[string]bool{}
	for _, k := range asides {
		away[k] = true
	}
	for _, kind := range []struct {
		most int
		find func(context.Context, auth.Viewer) ([]*Tip, error)
	}{{2, s.firstTips}, {1, s.questionTips}, {1, s.praiseTips}, {1, s.spotlightTips}, {1, s.quietTips}} {
		found, err := kind.find(ctx, v)
		if err != nil {
			return nil, err
		}
		for _, t := range found {
			if kind.most > 0 && !away[t.Key] && !about(list, t.PostID) {
				list, kind.most = append(list, t), kind.most-1
			}
		}
	}
	return list, nil
}

// about tells whether there is a tip about a post already.
func about(list []*Tip, postID string) bool {
	for _, t := range list {
		if postID != "" && t.PostID == postID {
			return true
		}
	}
	return false
}

// PutAside takes a tip of the viewer's away for a month. Doing so twice is no mistake.
func (s *Service) PutAside(ctx context.Context, v auth.Viewer, tip string) error {
	if err := CanDirect(v); err != nil {
		return err
	}
	there, err := s.DB.Reader().NewSelect().Model((*aside)(nil)).Where("da.user_id = ?", v.UserID).Where("da.tip = ?", tip).Where("da.until > ?", s.Now()).Exists(ctx)
	if err != nil || there {
		return scan("put aside", err)
	}
	list, err := s.tips(ctx, v)
	if err != nil {
		return err
	}
	for _, t := range list {
		if t.Key == tip {
			row := &aside{UserID: v.UserID, Tip: tip, Until: s.Now().AddDate(0, 0, asideDays)}
			return scan("put aside", s.DB.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
				_, err := tx.NewInsert().Model(row).On("CONFLICT (user_id, tip) DO UPDATE").Set("until = EXCLUDED.until").Exec(ctx)
				return err
			}))
		}
	}
	return errs.NotFound("tip")
}

// firstTips are the first things that people of the branch said, which the viewer neither answered nor liked. The newest come first: who has
// just begun waits for an answer.
func (s *Service) firstTips(ctx context.Context, v auth.Viewer) ([]*Tip, error) {
	var ids []string
	q := s.posts(v, s.Now().AddDate(0, 0, -firstDays)).Apply(isFirst).Where("u.branch_id = ?", v.BranchID).
		Where("NOT EXISTS (SELECT 1 FROM comments AS c WHERE c.post_id = p.id AND c.author_id = ? AND c.state = 'published')", v.UserID).
		Where("NOT EXISTS (SELECT 1 FROM reactions AS re WHERE re.target = 'post:' || p.id AND re.user_id = ?)", v.UserID)
	if err := q.Scan(ctx, &ids); err != nil {
		return nil, scan("first posts", err)
	}
	list, err := s.postTips(ctx, v, TipFirst, ids)
	for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
		list[i], list[j] = list[j], list[i]
	}
	return list, err
}

// questionTips are the questions of the branch that nobody answered.
func (s *Service) questionTips(ctx context.Context, v auth.Viewer) ([]*Tip, error) {
	var ids []string
	q := s.posts(v, s.Now().AddDate(0, 0, -questionDays)).Apply(isQuestion(s.Now())).Apply(unanswered).Where("u.branch_id = ?", v.BranchID)
	if err := q.Scan(ctx, &ids); err != nil {
		return nil, scan("open questions", err)
	}
	return s.postTips(ctx, v, TipQuestion, ids)
}

func (s *Service) postTips(ctx context.Context, v auth.Viewer, kind TipKind, ids []string) (list []*Tip, err error) {
	found, err := s.load(ctx, v, ids)
	for _, p := range found {
		list = append(list, &Tip{
			Key: key(string(kind), p.ID), Kind: kind, Title: p.title, PostID: p.ID, Wide: p.Wide(), At: p.PublishedAt.Time,
			Person: Person{p.AuthorID, p.AuthorName, p.AuthorPhoto, p.AuthorBranch},
		})
	}
	return list, err
}

// quietDays is after how long without a word a group is quiet.
const quietDays = 30

// quietTips are the viewer's groups in which nobody said anything for a month.
func (s *Service) quietTips(ctx context.Context, v auth.Viewer) (list []*Tip, err error) {
	mine, err := s.Groups.List(ctx, v, groups.Filter{Mine: true})
	if err != nil {
		return nil, err
	}
	var keys []string
	for _, g := range mine {
		keys = append(keys, auth.GroupKey(g.ID))
	}
	var rows []struct {
		Key  string
		Last int64 // milliseconds of Unix
	}
	err = s.DB.Reader().NewSelect().TableExpr("post_audience").ColumnExpr("key, max(published) AS last").Where("key IN (?)", in(keys)).GroupExpr("key").Scan(ctx, &rows)
	if err != nil {
		return nil, scan("quiet groups", err)
	}
	last := map[string]time.Time{}
	for _, r := range rows {
		last[r.Key] = time.UnixMilli(r.Last)
	}
	for _, g := range mine {
		at, spoke := last[auth.GroupKey(g.ID)]
		if !spoke {
			at = g.CreatedAt
		}
		if g.State == groups.StateMember && g.Members > 1 && s.Now().Sub(at) > quietDays*24*time.Hour {
			list = append(list, &Tip{Key: key(string(TipQuiet), g.ID), Kind: TipQuiet, Title: g.Name, GroupID: g.ID, At: at})
		}
	}
	return list, nil
}
