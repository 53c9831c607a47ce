package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/BurntSushi/toml"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/reuse"
	"github.com/aanpak/aanpak/internal/spotlight"
)

// deed is what somebody says of a file, as written in reuse.toml. Files and people are named by their keys.
type deed struct {
	By, File, Tender, Why, Audience string
	Days, Lasts                     int
}

// loadReuse has people hold documents up, use them and call them outdated, where they have not yet.
func (l *loader) loadReuse(ctx context.Context) error {
	var file struct{ Spotlight, Use, Outdated []deed }
	if _, err := toml.DecodeFS(content, "content/reuse.toml", &file); err != nil {
		return err
	}
	for _, all := range []struct {
		list []deed
		do   func(context.Context, deed, auth.Viewer, *library.Document) error
	}{{file.Spotlight, l.holdUp}, {file.Use, l.use}, {file.Outdated, l.callOutdated}} {
		for _, x := range all.list {
			v, d, err := l.about(ctx, x)
			if err == nil {
				err = all.do(ctx, x, v, d)
			}
			if err != nil {
				return fmt.Errorf("%s of %s: %w", x.By, x.File, err)
			}
		}
	}
	return nil
}

// about finds who says something, and of which document.
func (l *loader) about(ctx context.Context, x deed) (auth.Viewer, *library.Document, error) {
	u := l.staff[x.By]
	if u == nil {
		return auth.Viewer{}, nil, fmt.Errorf("nobody is called %q", x.By)
	}
	d, err := l.Library.Imported(ctx, "demo/"+x.File)
	if err == nil && d == nil {
		err = fmt.Errorf("there is no file %q", x.File)
	}
	return u.Viewer(), d, err
}

// at is when something was said.
func (l *loader) at(x deed) time.Time { return l.now.AddDate(0, 0, -x.Days).UTC() }

func (l *loader) holdUp(ctx context.Context, x deed, v auth.Viewer, d *library.Document) error {
	there, err := l.Spotlight.List(ctx, v, spotlight.Filter{DocumentID: d.ID})
	if err != nil || slices.ContainsFunc(there, func(s *spotlight.Spotlight) bool { return s.Why == x.Why }) {
		return err
	}
	_, err = l.Spotlight.Create(ctx, v, d.ID, spotlight.Input{Why: x.Why, Audience: x.Audience, Began: l.at(x), Until: l.at(x).AddDate(0, 0, x.Lasts)})
	return err
}

func (l *loader) use(ctx context.Context, x deed, v auth.Viewer, d *library.Document) error {
	n := reuse.Input{At: l.at(x)}
	if s := l.tenders[x.Tender]; s != nil {
		n.TenderID = s.id
	}
	return l.Reuse.Use(ctx, v, d.ID, n)
}

func (l *loader) callOutdated(ctx context.Context, x deed, v auth.Viewer, d *library.Document) error {
	o, err := l.Reuse.Outdated(ctx, d)
	if err != nil || o.Answered != nil || slices.ContainsFunc(o.Open, func(m *reuse.Mark) bool { return m.UserID == v.UserID }) {
		return err
	}
	return l.Reuse.MarkOutdated(ctx, v, d.ID, x.Why)
}
