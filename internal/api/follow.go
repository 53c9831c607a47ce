package api

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/social"
)

// Follow is something that the caller wants to hear of.
type Follow struct {
	Target string    `json:"target"`
	Since  time.Time `json:"since"`
}

// FollowTarget names a thing.
type FollowTarget struct {
	Target string `path:"target" maxLength:"600" doc:"user:ID, group:ID, topic:name, tender:ID, document:ID or post:ID."`
}

// target is the thing. A topic may have any letters, which an address has in escapes.
func (t FollowTarget) target() (social.Target, error) {
	s, err := url.PathUnescape(t.Target)
	if err != nil {
		return "", errs.NotFound("follow").Because(err)
	}
	return social.Target(s), nil
}

// Topic is what is talked about.
type Topic struct {
	Topic string `json:"topic" doc:"Folded, as in a feed's id and a follow's target."`
	Name  string `json:"name" doc:"As somebody wrote it."`
	Posts int    `json:"posts" doc:"That the caller sees."`
}

// follows declares what people follow, and the topics that they can.
func (a *API) follows() {
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"Posts"}}
	}
	register(a, op("list-follows", http.MethodGet, "/follows", "List what one follows, the latest first, at most 1000"), a.listFollows)
	register(a, op("get-follow", http.MethodGet, "/follows/{target}", "Read whether one follows a thing: 404 where not"),
		func(ctx context.Context, in *FollowTarget) (*Body[Follow], error) { return a.follow(ctx, in) })
	register(a, op("put-follow", http.MethodPut, "/follows/{target}", "Follow a thing"),
		func(ctx context.Context, in *FollowTarget) (*Body[Follow], error) {
			if err := a.setFollow(ctx, in, true); err != nil {
				return nil, err
			}
			return a.follow(ctx, in)
		})
	register(a, done(op("delete-follow", http.MethodDelete, "/follows/{target}", "No longer follow a thing")),
		func(ctx context.Context, in *FollowTarget) (*struct{}, error) {
			return nil, a.setFollow(ctx, in, false)
		})
	register(a, op("list-topics", http.MethodGet, "/topics", "List what is talked about, the most posts of half a year first"), a.listTopics)
}

func (a *API) setFollow(ctx context.Context, in *FollowTarget, on bool) error {
	t, err := in.target()
	if err != nil {
		return err
	}
	return a.Social.SetFollow(ctx, viewer(ctx), t, on)
}

func (a *API) follow(ctx context.Context, in *FollowTarget) (*Body[Follow], error) {
	t, err := in.target()
	if err != nil {
		return nil, err
	}
	f, err := a.Social.FollowOf(ctx, viewer(ctx), t)
	if err != nil {
		return nil, err
	}
	return &Body[Follow]{Follow{string(f.Target), f.Since.UTC()}}, nil
}

func (a *API) listFollows(ctx context.Context, _ *struct{}) (*Body[List[Follow]], error) {
	list, err := a.Social.Following(ctx, viewer(ctx))
	if err != nil {
		return nil, err
	}
	out := List[Follow]{Items: []Follow{}}
	for _, f := range list {
		out.Items = append(out.Items, Follow{string(f.Target), f.Since.UTC()})
	}
	return &Body[List[Follow]]{out}, nil
}

func (a *API) listTopics(ctx context.Context, in *struct {
	Q     string `query:"q" maxLength:"200" doc:"How the topic begins."`
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
},
) (*Body[List[Topic]], error) {
	list, err := a.Social.Topics(ctx, viewer(ctx), in.Q, in.Limit)
	if err != nil {
		return nil, err
	}
	out := List[Topic]{Items: []Topic{}}
	for _, t := range list {
		out.Items = append(out.Items, Topic{t.Topic, t.Shown, t.Posts})
	}
	return &Body[List[Topic]]{out}, nil
}
