package social

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/groups"
)

// Follow is something that somebody wants to hear of.
type Follow struct {
	bun.BaseModel `bun:"table:follows,alias:f"`

	UserID string `bun:",pk"`
	Target Target `bun:",pk"`
	Since  time.Time
}

// SetFollow makes the viewer follow a person, group, topic, tender, document or post that they see, or no longer.
func (s *Service) SetFollow(ctx context.Context, v auth.Viewer, t Target, on bool) error {
	if v.UserID == "" {
		return errs.Unauthorized()
	}
	t = t.folded()
	if on {
		if err := s.canFollow(ctx, v, t); err != nil {
			return err
		}
	}
	var gone int64
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if on {
			return s.followOwn(ctx, tx, v.UserID, t)
		}
		res, err := tx.NewDelete().Model((*Follow)(nil)).Where("user_id = ?", v.UserID).Where("target = ?", t).Exec(ctx)
		if err == nil {
			gone, _ = res.RowsAffected()
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("follow: %w", db.Classify(err))
	}
	if !on && gone == 0 { // of what one followed and sees no more, one may let go
		return s.canFollow(ctx, v, t)
	}
	return nil
}

func (s *Service) canFollow(ctx context.Context, v auth.Viewer, t Target) error {
	switch t.Kind() {
	case OfTopic:
		if t.ID() == "" || len([]rune(t.ID())) > maxOption {
			return errs.NotFound("topic")
		}
		return nil
	case OfUser:
		there, err := s.db.Reader().NewSelect().TableExpr("users").Where("id = ?", t.ID()).Where("id <> ?", v.UserID).Where("deactivated_at IS NULL").Exists(ctx)
		if err == nil && !there {
			err = errs.NotFound("user")
		}
		return err
	case OfGroup:
		return s.knowsGroup(ctx, v, t.ID())
	case OfPost, OfDocument, OfTender:
		_, err := s.seen(ctx, v, t)
		return err
	}
	return errs.NotFound("post")
}

// followOwn writes that somebody follows a thing.
func (s *Service) followOwn(ctx context.Context, tx bun.Tx, userID string, t Target) error {
	_, err := tx.NewInsert().Model(&Follow{UserID: userID, Target: t, Since: s.Now()}).On("CONFLICT (user_id, target) DO NOTHING").Exec(ctx)
	return err
}

// FollowOf returns that the viewer follows a thing; not found where they do not, whatever it is.
func (s *Service) FollowOf(ctx context.Context, v auth.Viewer, t Target) (*Follow, error) {
	f := new(Follow)
	err := s.db.Reader().NewSelect().Model(f).Where("f.user_id = ?", v.UserID).Where("f.target = ?", t.folded()).Scan(ctx)
	if db.IsNoRows(err) {
		return nil, errs.NotFound("follow")
	}
	if err != nil {
		return nil, fmt.Errorf("read follow: %w", db.Classify(err))
	}
	return f, nil
}

// Follows tells which of the targets the viewer follows.
func (s *Service) Follows(ctx context.Context, v auth.Viewer, targets ...Target) (map[Target]bool, error) {
	out := map[Target]bool{}
	if len(targets) == 0 {
		return out, nil
	}
	var list []Target
	err := s.db.Reader().NewSelect().Model((*Follow)(nil)).Column("target").Where("f.user_id = ?", v.UserID).Where("f.target IN (?)", bun.List(targets)).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("follows: %w", db.Classify(err))
	}
	for _, t := range list {
		out[t] = true
	}
	return out, nil
}

// Following returns all that the viewer follows, the latest first.
func (s *Service) Following(ctx context.Context, v auth.Viewer) (list []*Follow, err error) {
	err = s.db.Reader().NewSelect().Model(&list).Where("f.user_id = ?", v.UserID).OrderExpr("f.since DESC, f.target").Limit(maxFollowed).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("following: %w", db.Classify(err))
	}
	return list, nil
}

// maxFollowed bounds what a feed is made from.
const maxFollowed = 1000

// knowsGroup asks whether the viewer may know of a group.
func (s *Service) knowsGroup(ctx context.Context, v auth.Viewer, id string) error {
	list, err := groups.Known(ctx, s.db.Reader(), v, []string{id})
	if err == nil && len(list) == 0 {
		err = errs.NotFound("group")
	}
	return err
}
