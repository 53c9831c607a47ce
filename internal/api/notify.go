package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/internal/notify"
)

// Notification is all that the caller has to hear of one thread.
type Notification struct {
	ID     string             `json:"id" doc:"Of the thread, such as document:ID."`
	URL    string             `json:"url" doc:"Path of the page, with the place on it."`
	Title  string             `json:"title" doc:"Of the thing; empty where there is nothing to name."`
	Text   string             `json:"text" doc:"Excerpt."`
	Unread int                `json:"unread" doc:"Events not read yet."`
	Muted  bool               `json:"muted"`
	At     time.Time          `json:"at" doc:"Of the newest event."`
	Lines  []NotificationLine `json:"lines" doc:"One for each kind of event, the newest first."`
}

// NotificationLine is all of one kind in a thread.
type NotificationLine struct {
	Kind     string `json:"kind"`
	Word     string `json:"word" doc:"Which of the kind's variants; empty for kinds that have one."`
	Count    int    `json:"count"`
	Actors   []Ref  `json:"actors" doc:"The latest first; none where Aanpak itself did it."`
	Sentence string `json:"sentence" doc:"In the caller's language."`
}

func notificationOf(l *i18n.Localizer, b *notify.Bundle) Notification {
	n := Notification{ID: b.Thread, URL: b.URL, Title: b.Title, Text: b.Text, Unread: b.Unread, Muted: b.Muted, At: b.At.UTC()}
	sentences := b.Sentences(l)
	for i, line := range b.Lines {
		x := NotificationLine{Kind: string(line.Kind), Word: line.Word, Count: line.Count, Actors: []Ref{}, Sentence: sentences[i]}
		for _, a := range line.Actors {
			x.Actors = append(x.Actors, Ref{ID: a.ID, Name: a.Name})
		}
		n.Lines = append(n.Lines, x)
	}
	return n
}

// NotifyPreferences are how the caller wants to hear.
type NotifyPreferences struct {
	Kinds      []NotifyKind `json:"kinds" doc:"Kinds that are left out stay as they are."`
	Zone       string       `json:"zone" doc:"IANA name of a time zone."`
	QuietFrom  int          `json:"quiet_from" minimum:"0" maximum:"1439" doc:"Minutes after midnight."`
	QuietUntil int          `json:"quiet_until" minimum:"0" maximum:"1439" doc:"The same as quiet_from where no hours are quiet."`
	Mail       bool         `json:"mail,omitempty" readOnly:"true" doc:"Whether mail is set up: else nothing is mailed."`
}

// NotifyKind is how the caller wants to hear of a kind of event.
type NotifyKind struct {
	Kind   string `json:"kind"`
	Rhythm string `json:"rhythm" enum:"app,now,daily,weekly" doc:"By mail. In the app everything is seen at once."`
	Push   bool   `json:"push" doc:"On the caller's devices."`
	Fixed  bool   `json:"fixed,omitempty" readOnly:"true" doc:"Cannot be changed."`
}

// Muted is a thread or group that is silent.
type Muted struct {
	Key   string    `json:"key"`
	Title string    `json:"title" doc:"Empty where the caller does not see it any more."`
	Since time.Time `json:"since"`
}

// MuteKey names a thread or group.
type MuteKey struct {
	Key string `path:"key" maxLength:"200" doc:"Id of a notification, or group:ID."`
}

// notifications declares notifications, how they are heard, and what is silent.
func (a *API) notifications() {
	tags := []string{"Notifications"}
	register(a, huma.Operation{OperationID: "list-notifications", Method: http.MethodGet, Path: "/notifications", Summary: "List notifications, unread first", Tags: tags}, a.listNotifications)
	register(a, huma.Operation{OperationID: "update-notification", Method: http.MethodPatch, Path: "/notifications/{id}", Summary: "Mark as read or unread", Tags: tags, DefaultStatus: 204}, a.markNotification)
	register(a, huma.Operation{OperationID: "read-notifications", Method: http.MethodPost, Path: "/notifications/read-all", Summary: "Mark all as read", Tags: tags, DefaultStatus: 204},
		func(ctx context.Context, _ *struct{}) (*struct{}, error) {
			return nil, a.Notify.ReadAll(ctx, viewer(ctx))
		})
	register(a, huma.Operation{OperationID: "get-notification-preferences", Method: http.MethodGet, Path: "/notifications/preferences", Summary: "Read how one hears", Tags: tags},
		func(ctx context.Context, _ *struct{}) (*Body[NotifyPreferences], error) { return a.preferences(ctx) })
	register(a, huma.Operation{OperationID: "put-notification-preferences", Method: http.MethodPut, Path: "/notifications/preferences", Summary: "Say how one wants to hear", Tags: tags}, a.putPreferences)
	register(a, huma.Operation{OperationID: "list-mutes", Method: http.MethodGet, Path: "/notifications/mutes", Summary: "List what is silent", Tags: tags}, a.listMutes)
	register(a, huma.Operation{OperationID: "put-mute", Method: http.MethodPut, Path: "/notifications/mutes/{key}", Summary: "Silence a thread or group", Tags: tags, DefaultStatus: 204},
		func(ctx context.Context, in *MuteKey) (*struct{}, error) {
			return nil, a.Notify.Mute(ctx, viewer(ctx), in.Key)
		})
	register(a, huma.Operation{OperationID: "delete-mute", Method: http.MethodDelete, Path: "/notifications/mutes/{key}", Summary: "Hear of it again", Tags: tags, DefaultStatus: 204},
		func(ctx context.Context, in *MuteKey) (*struct{}, error) {
			return nil, a.Notify.Unmute(ctx, viewer(ctx), in.Key)
		})
}

func (a *API) listNotifications(ctx context.Context, in *struct {
	Paging
	Unread bool `query:"unread" doc:"Only threads with something unread."`
},
) (*Body[List[Notification]], error) {
	list, next, err := a.Notify.List(ctx, viewer(ctx), notify.Filter{Unread: in.Unread, After: in.After, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	l, out := localizer(request(ctx)), List[Notification]{Items: []Notification{}, Next: next}
	for _, b := range list {
		out.Items = append(out.Items, notificationOf(l, b))
	}
	return &Body[List[Notification]]{out}, nil
}

func (a *API) markNotification(ctx context.Context, in *struct {
	ID   string `path:"id" maxLength:"200"`
	Body struct {
		Read bool `json:"read"`
	}
},
) (*struct{}, error) {
	if in.Body.Read {
		return nil, a.Notify.Read(ctx, viewer(ctx), in.ID)
	}
	return nil, a.Notify.Unread(ctx, viewer(ctx), in.ID)
}

func (a *API) preferences(ctx context.Context) (*Body[NotifyPreferences], error) {
	p, err := a.Notify.Preferences(ctx, viewer(ctx))
	if err != nil {
		return nil, err
	}
	out := NotifyPreferences{Zone: p.Zone, QuietFrom: p.QuietFrom, QuietUntil: p.QuietUntil, Mail: a.Notify.HasMail()}
	for _, k := range p.Kinds {
		out.Kinds = append(out.Kinds, NotifyKind{string(k.Kind), string(k.Rhythm), k.Push, k.Fixed})
	}
	return &Body[NotifyPreferences]{out}, nil
}

func (a *API) putPreferences(ctx context.Context, in *struct{ Body NotifyPreferences }) (*Body[NotifyPreferences], error) {
	p := notify.Preferences{Zone: in.Body.Zone, QuietFrom: in.Body.QuietFrom, QuietUntil: in.Body.QuietUntil}
	for _, k := range in.Body.Kinds {
		p.Kinds = append(p.Kinds, notify.Preference{Kind: notify.Kind(k.Kind), Rhythm: notify.Rhythm(k.Rhythm), Push: k.Push})
	}
	if err := a.Notify.SetPreferences(ctx, viewer(ctx), p); err != nil {
		return nil, err
	}
	return a.preferences(ctx)
}

func (a *API) listMutes(ctx context.Context, _ *struct{}) (*Body[List[Muted]], error) {
	list, err := a.Notify.Mutes(ctx, viewer(ctx))
	if err != nil {
		return nil, err
	}
	out := List[Muted]{Items: []Muted{}}
	for _, m := range list {
		out.Items = append(out.Items, Muted{m.Key, m.Title, m.At.UTC()})
	}
	return &Body[List[Muted]]{out}, nil
}
