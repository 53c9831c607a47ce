package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/aanpak/aanpak/internal/groups"
)

// Group is people around a theme.
type Group struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	About     string    `json:"about"`
	Kind      string    `json:"kind" enum:"open,closed,hidden"`
	Official  bool      `json:"official"`
	Members   int       `json:"members"`
	State     string    `json:"state" enum:",member,asked,invited" doc:"What the caller is in it; empty for nothing."`
	Owner     bool      `json:"owner" doc:"Whether the caller is one of its owners."`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

func groupOf(g *groups.Group) Group {
	return Group{g.ID, g.Name, g.About, string(g.Kind), g.Official, g.Members, string(g.State), g.Owner, g.CreatedAt.UTC(), g.UpdatedAt.UTC()}
}

// GroupInput is what is written of a group; on change what is left out stays.
type GroupInput struct {
	Name     *string `json:"name,omitempty"`
	About    *string `json:"about,omitempty"`
	Kind     *string `json:"kind,omitempty" enum:"open,closed,hidden"`
	Official *bool   `json:"official,omitempty" doc:"Administrators only."`
}

func (n GroupInput) over(in groups.Input) groups.Input {
	set(&in.Name, n.Name)
	set(&in.About, n.About)
	set(&in.Kind, (*groups.Kind)(n.Kind))
	set(&in.Official, n.Official)
	return in
}

// Member is somebody in a group or in a tender's team.
type Member struct {
	User     Ref       `json:"user"`
	Function string    `json:"function"`
	Branch   string    `json:"branch"`
	State    string    `json:"state" enum:"member,asked,invited"`
	Owner    bool      `json:"owner"`
	Since    time.Time `json:"since"`
}

// MemberID names somebody in a group or team.
type MemberID struct {
	ID   string `path:"id"`
	User string `path:"user" doc:"Id of a person; one's own joins or leaves."`
}

// groups declares groups and their members.
func (a *API) groups() {
	register(a, huma.Operation{OperationID: "list-groups", Method: http.MethodGet, Path: "/groups", Summary: "List groups", Tags: []string{"Groups"}}, a.listGroups)
	register(a, huma.Operation{OperationID: "create-group", Method: http.MethodPost, Path: "/groups", Summary: "Begin a group", Tags: []string{"Groups"}, DefaultStatus: 201}, a.createGroup)
	register(a, huma.Operation{OperationID: "get-group", Method: http.MethodGet, Path: "/groups/{id}", Summary: "Read a group", Tags: []string{"Groups"}},
		func(ctx context.Context, in *DocumentID) (*Body[Group], error) { return a.group(ctx, in.ID) })
	register(a, huma.Operation{OperationID: "update-group", Method: http.MethodPatch, Path: "/groups/{id}", Summary: "Change a group", Tags: []string{"Groups"}}, a.updateGroup)
	register(a, huma.Operation{OperationID: "list-members", Method: http.MethodGet, Path: "/groups/{id}/members", Summary: "List who is in a group", Tags: []string{"Groups"}}, a.listMembers)
	register(a, huma.Operation{
		OperationID: "put-member", Method: http.MethodPut, Path: "/groups/{id}/members/{user}", Summary: "Join, ask, invite, let in, or make an owner", Tags: []string{"Groups"},
	}, a.putMember)
	register(a, huma.Operation{OperationID: "delete-member", Method: http.MethodDelete, Path: "/groups/{id}/members/{user}", Summary: "Leave, or take somebody out", Tags: []string{"Groups"}, DefaultStatus: 204},
		func(ctx context.Context, in *MemberID) (*struct{}, error) {
			if in.User == viewer(ctx).UserID {
				return nil, a.Groups.Leave(ctx, viewer(ctx), in.ID)
			}
			return nil, a.Groups.Remove(ctx, viewer(ctx), in.ID, in.User)
		})
}

func (a *API) group(ctx context.Context, id string) (*Body[Group], error) {
	g, err := a.Groups.Get(ctx, viewer(ctx), id)
	if err != nil {
		return nil, err
	}
	return &Body[Group]{groupOf(g)}, nil
}

func (a *API) listGroups(ctx context.Context, in *struct {
	Paging
	Q    string `query:"q" doc:"Part of the name."`
	Mine bool   `query:"mine" doc:"Only those that the caller is in, or is invited to."`
},
) (*Body[List[Group]], error) {
	list, err := a.Groups.List(ctx, viewer(ctx), groups.Filter{Query: in.Q, Mine: in.Mine, After: in.After, Limit: in.Limit + 1})
	if err != nil {
		return nil, err
	}
	out := List[Group]{Items: []Group{}}
	if len(list) > in.Limit {
		list, out.Next = list[:in.Limit], list[in.Limit-1].ID
	}
	for _, g := range list {
		out.Items = append(out.Items, groupOf(g))
	}
	return &Body[List[Group]]{out}, nil
}

func (a *API) createGroup(ctx context.Context, in *struct{ Body GroupInput }) (*struct {
	Location string `header:"Location"`
	Body     Group
}, error,
) {
	g, err := a.Groups.Create(ctx, viewer(ctx), in.Body.over(groups.Input{}))
	if err != nil {
		return nil, err
	}
	return &struct {
		Location string `header:"Location"`
		Body     Group
	}{base + "/groups/" + g.ID, groupOf(g)}, nil
}

func (a *API) updateGroup(ctx context.Context, in *struct {
	DocumentID
	Body GroupInput
},
) (*Body[Group], error) {
	g, err := a.Groups.Get(ctx, viewer(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	if g, err = a.Groups.Update(ctx, viewer(ctx), in.ID, in.Body.over(g.Input())); err != nil {
		return nil, err
	}
	return &Body[Group]{groupOf(g)}, nil
}

func (a *API) listMembers(ctx context.Context, in *DocumentID) (*Body[List[Member]], error) {
	g, err := a.Groups.Get(ctx, viewer(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	list, err := a.Groups.Members(ctx, viewer(ctx), g)
	if err != nil {
		return nil, err
	}
	out := List[Member]{Items: []Member{}}
	for _, m := range list {
		out.Items = append(out.Items, Member{Ref{m.UserID, m.Name}, m.Function, m.BranchName, string(m.State), m.Owner, m.Since.UTC()})
	}
	return &Body[List[Member]]{out}, nil
}

func (a *API) putMember(ctx context.Context, in *struct {
	MemberID
	Body struct {
		Owner *bool `json:"owner,omitempty" doc:"Makes a member an owner, or an owner a plain member."`
	}
},
) (*Body[Group], error) {
	v := viewer(ctx)
	err := error(nil)
	switch {
	case in.Body.Owner != nil:
		err = a.Groups.SetOwner(ctx, v, in.ID, in.User, *in.Body.Owner)
	case in.User == v.UserID:
		_, err = a.Groups.Join(ctx, v, in.ID)
	default:
		err = a.Groups.Add(ctx, v, in.ID, in.User)
	}
	if err != nil {
		return nil, err
	}
	return a.group(ctx, in.ID)
}

// team declares the people of a tender.
func (a *API) team() {
	register(a, huma.Operation{OperationID: "list-team", Method: http.MethodGet, Path: "/tenders/{id}/team", Summary: "List who works on a tender", Tags: []string{"Tenders"}},
		func(ctx context.Context, in *DocumentID) (*Body[List[Member]], error) {
			list, err := a.Tenders.Team(ctx, viewer(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			out := List[Member]{Items: []Member{}}
			for _, m := range list {
				out.Items = append(out.Items, Member{Ref{m.UserID, m.Name}, m.Function, m.BranchName, string(groups.StateMember), false, m.Since.UTC()})
			}
			return &Body[List[Member]]{out}, nil
		})
	register(a, huma.Operation{OperationID: "put-team", Method: http.MethodPut, Path: "/tenders/{id}/team/{user}", Summary: "Put somebody into the team", Tags: []string{"Tenders"}, DefaultStatus: 204},
		func(ctx context.Context, in *MemberID) (*struct{}, error) {
			return nil, a.Tenders.AddMember(ctx, viewer(ctx), in.ID, in.User)
		})
	register(a, huma.Operation{OperationID: "delete-team", Method: http.MethodDelete, Path: "/tenders/{id}/team/{user}", Summary: "Take somebody out of the team", Tags: []string{"Tenders"}, DefaultStatus: 204},
		func(ctx context.Context, in *MemberID) (*struct{}, error) {
			return nil, a.Tenders.RemoveMember(ctx, viewer(ctx), in.ID, in.User)
		})
}
