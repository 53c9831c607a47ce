package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/aanpak/aanpak/internal/social"
)

// Reach is how far a piece of news got, in numbers only.
type Reach struct {
	ReachCounts
	Branches []ReachBranch `json:"branches" doc:"Of news for the company. Branches of fewer than five readers stand together with others; they are all, together."`
	Reminded bool          `json:"reminded" doc:"A reminder was asked for today."`
}

// ReachCounts are numbers of people.
type ReachCounts struct {
	Few       bool `json:"few" doc:"There are fewer than five readers: no number is told of them."`
	People    int  `json:"people" doc:"For whom it is, but for who wrote it."`
	Seen      int  `json:"seen" doc:"Were shown it."`
	Confirmed int  `json:"confirmed" doc:"Said to have read it."`
}

// ReachBranch are the numbers of a branch, or of several.
type ReachBranch struct {
	Names []string `json:"names"`
	ReachCounts
}

// NewsChannel is how news works in a channel.
type NewsChannel struct {
	Channel  string `json:"channel" doc:"company or branch:ID: for whom its news is."`
	Comments bool   `json:"comments" doc:"New news takes comments."`
	Notify   bool   `json:"notify" doc:"Its readers are told of new news, each at their own rhythm."`
}

// newsParams are the parameters of the list of news.
type newsParams struct {
	Limit   int    `query:"limit" minimum:"1" maximum:"100" default:"30" doc:"Pieces a page."`
	After   string `query:"after" doc:"The cursor next of the page before."`
	Channel string `query:"channel" maxLength:"200" doc:"company or branch:ID; all where left out."`
	ToRead  bool   `query:"to_read" doc:"Only what the caller must read and has not confirmed, the most urgent first; at most ten, on one page."`
}

func (a *API) news() {
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"News"}}
	}
	register(a, op("list-news", http.MethodGet, "/news", "List the news, the newest first"), a.listNews)
	register(a, op("list-news-channels", http.MethodGet, "/news/channels", "List the channels in which one may write news"), a.listChannels)
	register(a, done(op("set-news-channel", http.MethodPut, "/news/channels", "Say how news works in a channel")),
		func(ctx context.Context, in *struct{ Body NewsChannel }) (*struct{}, error) {
			return nil, a.Social.SetChannel(ctx, viewer(ctx), social.Channel{Channel: in.Body.Channel, Comments: in.Body.Comments, Notify: in.Body.Notify})
		})
	register(a, done(op("put-read", http.MethodPut, "/posts/{id}/read", "Confirm that one has read news that must be read")),
		func(ctx context.Context, in *DocumentID) (*struct{}, error) {
			return nil, a.Social.Confirm(ctx, viewer(ctx), in.ID)
		})
	register(a, op("get-reach", http.MethodGet, "/posts/{id}/reach", "Read how far a piece of news got, as who may write in its channel"), a.reach)
	register(a, done(op("remind-readers", http.MethodPost, "/posts/{id}/remind", "Remind who has not confirmed a piece of news, once a day")),
		func(ctx context.Context, in *DocumentID) (*struct{}, error) {
			return nil, a.Social.Remind(ctx, viewer(ctx), in.ID)
		})
}

func (a *API) listNews(ctx context.Context, in *newsParams) (*Body[List[Post]], error) {
	if in.ToRead {
		items, err := a.Social.ToRead(ctx, viewer(ctx))
		if err != nil {
			return nil, err
		}
		list, err := a.shownPosts(ctx, items)
		return &Body[List[Post]]{List[Post]{Items: list}}, err
	}
	return a.listPosts(ctx, &feedParams{Limit: in.Limit, After: in.After, Feed: string(social.FeedNews), ID: in.Channel})
}

func (a *API) listChannels(ctx context.Context, _ *struct{}) (*Body[List[NewsChannel]], error) {
	found, err := a.Social.Channels(ctx, viewer(ctx))
	list := make([]NewsChannel, len(found))
	for i, ch := range found {
		list[i] = NewsChannel{ch.Channel, ch.Comments, ch.Notify}
	}
	return &Body[List[NewsChannel]]{List[NewsChannel]{Items: list}}, err
}

func (a *API) reach(ctx context.Context, in *DocumentID) (*Body[Reach], error) {
	r, err := a.Social.Reach(ctx, viewer(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	out := Reach{ReachCounts: ReachCounts(r.Counts), Branches: []ReachBranch{}, Reminded: r.Reminded}
	for _, b := range r.Branches {
		out.Branches = append(out.Branches, ReachBranch{b.Names, ReachCounts(b.Counts)})
	}
	return &Body[Reach]{out}, nil
}
