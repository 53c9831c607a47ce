package site

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/live"
	"github.com/aanpak/aanpak/internal/people"
)

// beat is how often a stream says that it lives, and looks whether its session still does: proxies end what is silent, and only by
// sending is it seen that the browser has gone.
const beat = 25 * time.Second

// live tells an open page what happened, until its session ends. Scripts alone ask for it: a page that is loaded would never be ready.
func (s *Site) live(c *fiber.Ctx) error {
	session := httpd.Session(c)
	switch {
	case session == nil: // a token: there is no page to tell
		return errs.Forbidden("error.live_only")
	case c.Get(fiber.HeaderAccept) != "text/event-stream":
		return errs.Invalid("error.live_only")
	}
	return s.Server.Stream(c, &pageEvents{
		stream: s.Live.Listen(httpd.Viewer(c).OwnKeys()), people: s.People, session: session, beat: time.NewTimer(beat),
		rest: fmt.Sprintf("retry: %d\n\n", 1000+rand.IntN(4000)), // so that not all come back at once when a replica ends
	})
}

// pageEvents are what one stream sends. It implements httpd.Events.
type pageEvents struct {
	stream  *live.Stream
	people  *people.Service
	session *people.Session
	beat    *time.Timer
	rest    string
}

// Next implements httpd.Events.
func (p *pageEvents) Next(ctx context.Context) ([]byte, error) {
	if p.rest != "" {
		first := []byte(p.rest)
		p.rest = ""
		return first, nil
	}
	select {
	case m := <-p.stream.C():
		return message(m)
	case <-p.beat.C:
		return p.look(ctx)
	case <-ctx.Done():
		return nil, io.EOF
	}
}

// look ends the stream of a session that has ended, and has the others hear what is for who they are now. A database that is away ends none.
func (p *pageEvents) look(ctx context.Context) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, beat)
	defer cancel()
	p.beat.Reset(beat)
	v, err := p.people.Watching(ctx, p.session)
	if errs.Is(err, errs.KindUnauthorized) {
		return nil, io.EOF
	}
	if err == nil {
		p.stream.Topics(v.OwnKeys())
	}
	return []byte(":\n\n"), nil
}

// Close implements httpd.Events.
func (p *pageEvents) Close() error {
	p.beat.Stop()
	p.stream.Close()
	return nil
}

// message is an event as browsers read it.
func message(m live.Message) ([]byte, error) {
	body, err := json.Marshal(struct {
		Name string `json:"name"`
		Data string `json:"data,omitempty"`
	}{m.Name, m.Data})
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, "event: told\ndata: %s\n\n", body), nil
}
