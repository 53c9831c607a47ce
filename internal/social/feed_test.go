package social_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/db/dbtest"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/social"
)

// However far one reads, every post comes once, in order, whatever its audiences are.
func TestFeedPages(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx := t.Context()
		a.Social.UseClock(dbtest.NewClock(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), 200*time.Microsecond).Now) // several in a millisecond
		var ids []string
		for range 3 {
			g := must(a.Groups.Create(ctx, a.Sanne.Viewer(), groups.Input{Name: "Kring " + strings.Repeat("x", len(ids)+1)}))(t)
			ids = append(ids, g.ID)
		}
		sanne := again(t, a, a.Sanne)
		audiences := []string{"company", "branch:" + a.Zwolle.ID, "group:" + ids[0], "group:" + strings.Join(ids, ",")}
		var want []string
		for i := range 40 {
			body := "bericht " + string(rune('A'+i))
			write(t, a, sanne, audiences[i%len(audiences)], body)
			want = append(want, body)
		}
		slices.Sort(want)
		for _, f := range []social.Feed{
			{Kind: social.FeedAll, Limit: 7}, {Kind: social.FeedAll, Limit: 7, Active: true}, {Kind: social.FeedForYou, Limit: 7}, {Kind: social.FeedPerson, ID: a.Sanne.ID, Limit: 7},
		} {
			got := bodies(t, a, sanne, f)
			if f.Kind == social.FeedAll && !slices.IsSortedFunc(got, func(a, b string) int { return strings.Compare(b, a) }) && f.Limit == 0 {
				t.Errorf("%v: not the latest first: %q", f, got)
			}
			slices.Sort(got)
			wantBodies(t, string(f.Kind), got, want...)
		}
	})
}

func TestTopicsAndFollowing(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx := t.Context()
		clock(a)
		sanne, tom := a.Sanne.Viewer(), a.Tom.Viewer()
		write(t, a, sanne, "", "Over #Circulair bouwen")
		write(t, a, sanne, "branch:"+a.Zwolle.ID, "Ook #circulair en #hout")
		wantBodies(t, "topic to Tom", bodies(t, a, tom, social.Feed{Kind: social.FeedTopic, ID: "CIRCULAIR"}), "Over #Circulair bouwen")
		if list := must(a.Social.Topics(ctx, tom, "", 10))(t); len(list) != 1 || list[0].Posts != 1 {
			t.Errorf("topics to Tom: %+v", list)
		}
		if list := must(a.Social.Topics(ctx, sanne, "#CIR", 10))(t); len(list) != 1 || list[0].Posts != 2 {
			t.Errorf("topics to Sanne: %+v", list)
		}
		write(t, a, a.Manager.Viewer(), "", "van Henk")
		following := social.Feed{Kind: social.FeedFollowing}
		wantBodies(t, "following nobody", bodies(t, a, tom, following))
		ok(t, a.Social.SetFollow(ctx, tom, social.UserTarget(a.Manager.ID), true))
		ok(t, a.Social.SetFollow(ctx, tom, social.TopicTarget("Circulair"), true))
		wantBodies(t, "following", bodies(t, a, tom, following), "van Henk", "Over #Circulair bouwen")
		ok(t, a.Social.SetFollow(ctx, tom, social.UserTarget(a.Manager.ID), false))
		wantBodies(t, "no longer", bodies(t, a, tom, following), "Over #Circulair bouwen")
		wantKind(t, "oneself", a.Social.SetFollow(ctx, tom, social.UserTarget(a.Tom.ID), true), errs.KindNotFound)
	})
}
