package social_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db/dbtest"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/social"
)

// What is followed comes in order, each post once and only what one sees, also where most of it is for others.
func TestFollowedFeed(t *testing.T) {
	for name, hidden := range map[string]float64{"much is seen": 0.1, "little is seen": 0.9} {
		t.Run(name, func(t *testing.T) {
			apptest.Each(t, func(t *testing.T, a *apptest.App) {
				ctx, dice := t.Context(), rand.New(rand.NewPCG(7, 7))
				a.Social.UseClock(dbtest.NewClock(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), 700*time.Microsecond).Now) // some in the same millisecond
				sanne := a.Sanne.Viewer()
				for _, target := range []social.Target{social.UserTarget(a.Tom.ID), social.UserTarget(a.Admin.ID), social.TopicTarget("hout"), social.TopicTarget("kade")} {
					ok(t, a.Social.SetFollow(ctx, sanne, target, true))
				}
				piet := a.Person(t, "Piet Smit", "Eindhoven", auth.RoleMember) // whom she does not follow
				type said struct {
					at       int64
					id, body string
				}
				var want []said
				for i := range 150 {
					by := []*people.User{a.Tom, a.Tom, a.Admin, piet}[dice.IntN(4)]
					body, audience, followed := fmt.Sprintf("bericht %d", i), "company", by != piet
					if dice.IntN(4) == 0 {
						body, followed = body+" over #Hout en #kade", true
					}
					if dice.Float64() < hidden && by != a.Admin {
						audience = "branch:" + a.Eindhoven.ID
					}
					p := write(t, a, by.Viewer(), audience, body)
					if followed && audience == "company" {
						want = append(want, said{p.PublishedAt.UnixMilli(), p.ID, body})
					}
				}
				slices.SortFunc(want, func(a, b said) int {
					if a.at != b.at {
						return int(b.at - a.at)
					}
					if a.id < b.id {
						return 1
					}
					return -1
				})
				var bodiesWanted []string
				for _, x := range want {
					bodiesWanted = append(bodiesWanted, x.body)
				}
				for _, limit := range []int{3, 30} {
					f := social.Feed{Kind: social.FeedFollowing, Limit: limit}
					for page := must(a.Social.Feed(ctx, sanne, f))(t); page.Next != ""; page = must(a.Social.Feed(ctx, sanne, f))(t) {
						if f.After = page.Next; len(page.Items) != limit { // fewer would tell that there are posts that she does not see
							t.Fatalf("%d posts on a page of %d", len(page.Items), limit)
						}
					}
					wantBodies(t, fmt.Sprintf("by %d", limit), bodies(t, a, sanne, social.Feed{Kind: social.FeedFollowing, Limit: limit}), bodiesWanted...)
				}
			})
		})
	}
}
