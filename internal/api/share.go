package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/aanpak/aanpak/internal/lookin"
	"github.com/aanpak/aanpak/internal/share"
)

// Share is a link by which an outsider reads a document.
type Share struct {
	ID            string     `json:"id"`
	Document      Ref        `json:"document" doc:"The title is empty where the caller may not see it."`
	Version       int        `json:"version" doc:"0 is always the newest."`
	By            Ref        `json:"by"`
	Recipient     string     `json:"recipient"`
	RecipientMail string     `json:"recipient_mail"`
	Password      bool       `json:"password" doc:"Whether it has one."`
	Download      bool       `json:"download"`
	Watermark     bool       `json:"watermark"`
	CreatedAt     time.Time  `json:"created_at"`
	ExpiresAt     time.Time  `json:"expires_at"`
	RevokedAt     *time.Time `json:"revoked_at,omitempty"`
	Opened        int        `json:"opened"`
	Downloaded    int        `json:"downloaded"`
}

// MadeShare is a new link.
type MadeShare struct {
	ID        string    `json:"id"`
	URL       string    `json:"url" doc:"The link itself, which is never told again."`
	ExpiresAt time.Time `json:"expires_at"`
}

// ShareInput is what is said of a link to be made.
type ShareInput struct {
	Recipient     string `json:"recipient,omitempty" doc:"For whom; needed."`
	RecipientMail string `json:"recipient_mail,omitempty"`
	Days          int    `json:"days,omitempty" doc:"For how long; 14 where left out, or what the branch allows at most."`
	Password      string `json:"password,omitempty"`
	Version       int    `json:"version,omitempty" doc:"Number of a version; left out is always the newest."`
	Download      bool   `json:"download,omitempty"`
	Watermark     bool   `json:"watermark,omitempty" doc:"The recipient on every page of what is downloaded, which then must be a PDF."`
}

// Access is temporary access of an administrator.
type Access struct {
	ID      string     `json:"id"`
	Kind    string     `json:"kind" enum:"document,person,group"`
	By      Ref        `json:"by"`
	Reason  string     `json:"reason"`
	BeganAt time.Time  `json:"began_at"`
	Until   time.Time  `json:"until"`
	EndedAt *time.Time `json:"ended_at,omitempty"`
}

// AccessInput is what an administrator asks for.
type AccessInput struct {
	Kind    string `json:"kind" enum:"document,person,group"`
	What    string `json:"what" doc:"Id or address."`
	Reason  string `json:"reason"`
	Minutes int    `json:"minutes" minimum:"15" maximum:"480"`
}

func shareOf(l *share.Link) Share {
	out := Share{
		ID: l.ID, Document: Ref{ID: l.DocumentID, Name: l.Title}, Version: l.Version, By: Ref{ID: l.UserID, Name: l.UserName}, Recipient: l.Recipient, RecipientMail: l.RecipientMail,
		Password: l.PasswordHash != "", Download: l.Download, Watermark: l.Watermark, CreatedAt: l.CreatedAt.UTC(), ExpiresAt: l.ExpiresAt.UTC(), Opened: l.Opened, Downloaded: l.Downloaded,
	}
	if !l.RevokedAt.IsZero() {
		at := l.RevokedAt.UTC()
		out.RevokedAt = &at
	}
	return out
}

func accessOf(x *lookin.Access) Access {
	out := Access{ID: x.ID, Kind: string(x.Kind), By: Ref{ID: x.UserID, Name: x.UserName}, Reason: x.Reason, BeganAt: x.BeganAt.UTC(), Until: x.Until.UTC()}
	if !x.EndedAt.IsZero() {
		at := x.EndedAt.UTC()
		out.EndedAt = &at
	}
	return out
}

// shares declares links for outsiders, and temporary access.
func (a *API) shares() {
	tags := []string{"Sharing"}
	register(a, huma.Operation{OperationID: "list-document-shares", Method: http.MethodGet, Path: "/documents/{id}/shares", Summary: "List a document's links for outsiders", Tags: tags}, a.documentShares)
	register(a, huma.Operation{OperationID: "create-share", Method: http.MethodPost, Path: "/documents/{id}/shares", Summary: "Make a link for an outsider", Tags: tags, DefaultStatus: 201}, a.createShare)
	register(a, huma.Operation{OperationID: "list-shares", Method: http.MethodGet, Path: "/shares", Summary: "List the links that one made", Tags: tags}, a.listShares)
	register(a, huma.Operation{OperationID: "delete-share", Method: http.MethodDelete, Path: "/shares/{id}", Summary: "End a link", Tags: tags, DefaultStatus: 204},
		func(ctx context.Context, in *DocumentID) (*struct{}, error) {
			return nil, a.Share.Revoke(ctx, viewer(ctx), in.ID)
		})
	tags = []string{"Administration"}
	register(a, huma.Operation{OperationID: "list-access", Method: http.MethodGet, Path: "/access", Summary: "List temporary access of administrators", Tags: tags}, a.listAccess)
	register(a, huma.Operation{OperationID: "create-access", Method: http.MethodPost, Path: "/access", Summary: "Ask for temporary access", Tags: tags, DefaultStatus: 201}, a.createAccess)
	register(a, huma.Operation{OperationID: "delete-access", Method: http.MethodDelete, Path: "/access/{id}", Summary: "Give temporary access back", Tags: tags, DefaultStatus: 204},
		func(ctx context.Context, in *DocumentID) (*struct{}, error) {
			return nil, a.LookIn.End(ctx, viewer(ctx), in.ID)
		})
}

func sharesOf(list []*share.Link) *Body[List[Share]] {
	out := List[Share]{Items: []Share{}}
	for _, l := range list {
		out.Items = append(out.Items, shareOf(l))
	}
	return &Body[List[Share]]{out}
}

func (a *API) documentShares(ctx context.Context, in *DocumentID) (*Body[List[Share]], error) {
	d, err := a.Library.Get(ctx, viewer(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	list, err := a.Share.Of(ctx, viewer(ctx), d)
	if err != nil {
		return nil, err
	}
	return sharesOf(list), nil
}

func (a *API) listShares(ctx context.Context, _ *struct{}) (*Body[List[Share]], error) {
	list, err := a.Share.Mine(ctx, viewer(ctx))
	if err != nil {
		return nil, err
	}
	return sharesOf(list), nil
}

func (a *API) createShare(ctx context.Context, in *struct {
	DocumentID
	Body ShareInput
},
) (*Body[MadeShare], error) {
	n := in.Body.input()
	if n.Days == 0 {
		d, err := a.Library.Get(ctx, viewer(ctx), in.ID)
		if err != nil {
			return nil, err
		}
		rule, err := a.Share.Allowed(ctx, viewer(ctx), d)
		if err != nil {
			return nil, err
		}
		n.Days = rule.Days()
	}
	secret, l, err := a.Share.Create(ctx, viewer(ctx), in.ID, n)
	if err != nil {
		return nil, err
	}
	base := a.URL
	if base == "" {
		base = request(ctx).BaseURL()
	}
	return &Body[MadeShare]{MadeShare{ID: l.ID, URL: strings.TrimSuffix(base, "/") + "/s/" + secret, ExpiresAt: l.ExpiresAt.UTC()}}, nil
}

func (n ShareInput) input() share.Input {
	return share.Input{Recipient: n.Recipient, RecipientMail: n.RecipientMail, Days: n.Days, Password: n.Password, Version: n.Version, Download: n.Download, Watermark: n.Watermark}
}

func (a *API) listAccess(ctx context.Context, _ *struct{}) (*Body[List[Access]], error) {
	list, err := a.LookIn.List(ctx, viewer(ctx))
	if err != nil {
		return nil, err
	}
	out := List[Access]{Items: []Access{}}
	for _, x := range list {
		out.Items = append(out.Items, accessOf(x))
	}
	return &Body[List[Access]]{out}, nil
}

func (a *API) createAccess(ctx context.Context, in *struct{ Body AccessInput }) (*Body[Access], error) {
	v := viewer(ctx)
	x, err := a.LookIn.Ask(ctx, v, lookin.Input{Kind: lookin.Kind(in.Body.Kind), What: in.Body.What, Reason: in.Body.Reason, Minutes: in.Body.Minutes})
	if err != nil {
		return nil, err
	}
	x.UserName = v.Name
	return &Body[Access]{accessOf(x)}, nil
}
