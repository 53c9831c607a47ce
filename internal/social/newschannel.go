package social

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/notify"
)

// Channel is where news is written, and how it works there.
type Channel struct {
	bun.BaseModel `bun:"table:news_channels,alias:ch"`

	Channel   string `bun:",pk"` // "company" or "branch:ID": whom its news is for
	Comments  bool   // new news takes comments
	Notify    bool   // its readers are told of new news, each at their own rhythm
	UpdatedAt time.Time
}

// newChannel is how a channel works until somebody chooses.
func newChannel(name string) *Channel { return &Channel{Channel: name, Comments: true, Notify: true} }

// Channels returns the channels in which the viewer may write, that of the company first.
func (s *Service) Channels(ctx context.Context, v auth.Viewer) ([]*Channel, error) {
	var list []*Channel
	for _, a := range []Audience{{Kind: ForCompany}, {Kind: ForBranch, IDs: []string{v.BranchID}}} {
		if v.UserID == "" || CanWriteNews(v, a) != nil {
			continue
		}
		ch, err := channelOf(ctx, s.db.Reader(), a.String())
		if err != nil {
			return nil, fmt.Errorf("news channels: %w", db.Classify(err))
		}
		list = append(list, ch)
	}
	return list, nil
}

// SetChannel changes how a channel works from now on.
func (s *Service) SetChannel(ctx context.Context, v auth.Viewer, ch Channel) error {
	a, err := ParseAudience(ch.Channel)
	if err != nil || a.Kind == ForGroup {
		return field("channel", "error.field.news_channel")
	}
	if err := CanWriteNews(v, a); err != nil {
		return err
	}
	ch.Channel, ch.UpdatedAt = a.String(), s.Now()
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := a.check(ctx, tx, v); err != nil {
			return err
		}
		_, err := tx.NewInsert().Model(&ch).On("CONFLICT (channel) DO UPDATE").Set("comments = EXCLUDED.comments").Set("notify = EXCLUDED.notify").
			Set("updated_at = EXCLUDED.updated_at").Exec(ctx)
		if err != nil {
			return err
		}
		return audit.Log(ctx, tx, v, "news.channel", ch.Channel, fmt.Sprintf("comments=%v notify=%v", ch.Comments, ch.Notify))
	})
	if err != nil {
		return fmt.Errorf("set news channel: %w", db.Classify(err))
	}
	return nil
}

func channelOf(ctx context.Context, tx bun.IDB, name string) (*Channel, error) {
	ch := new(Channel)
	err := tx.NewSelect().Model(ch).Where("ch.channel = ?", name).Scan(ctx)
	if db.IsNoRows(err) {
		return newChannel(name), nil
	}
	return ch, err
}

// closeByChannel has a piece of news that is published take no comments where its channel takes none.
func closeByChannel(ctx context.Context, tx bun.Tx, p *Post) error {
	if p.Kind != KindNews || p.Closed {
		return nil
	}
	ch, err := channelOf(ctx, tx, p.Audience)
	if err == nil {
		p.Closed = !ch.Comments
	}
	return err
}

// news tells everybody for whom a piece of news is. It returns false where nobody is told so: by its channel, or because it is none.
func (t *teller) news(ctx context.Context, p *Post) (told bool, err error) {
	if p.Kind != KindNews {
		return false, nil
	}
	ch, err := channelOf(ctx, t.tx, p.Audience)
	if err != nil || !ch.Notify {
		return false, err
	}
	e := t.base
	e.Kind, e.Keys = notify.News, []string{p.Audience} // which is the key too
	if p.MustRead {
		e.Word = "must"
	}
	return true, t.s.notify.Tell(ctx, t.tx, e)
}
