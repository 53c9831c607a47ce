package social_test

import (
	"slices"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/db/dbtest"
	"github.com/aanpak/aanpak/internal/social"
)

// What is near comes before what is only newer, and says why; what was talked about comes before what was not; one's own post stands first for an
// hour, where one looks for it.
func TestForYou(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx, clock := t.Context(), dbtest.NewClock(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), time.Second)
		a.Social.UseClock(clock.Now)
		sanne, tom := a.Sanne.Viewer(), a.Tom.Viewer()
		ok(t, a.Social.SetFollow(ctx, tom, social.UserTarget(a.Manager.ID), true))
		write(t, a, a.Manager.Viewer(), "", "van wie Tom volgt")
		talked := write(t, a, sanne, "", "waar over gepraat wordt")
		write(t, a, sanne, "", "het nieuwste")
		for range 2 {
			must(a.Social.AddComment(ctx, sanne, talked.ID, "", "Kijk ook eens hier."))(t)
		}
		feed := social.Feed{Kind: social.FeedForYou}
		inOrder := func(what string, want ...string) {
			t.Helper()
			if got := bodies(t, a, tom, feed); !slices.Equal(got, want) {
				t.Errorf("%s: %q, want %q", what, got, want)
			}
		}
		inOrder("for Tom", "van wie Tom volgt", "waar over gepraat wordt", "het nieuwste")
		for i, want := range []social.WhyKind{social.WhyPerson, social.WhyTalk} {
			if got := must(a.Social.Feed(ctx, tom, feed))(t).Items[i].Why.Kind; got != want {
				t.Errorf("%d is there for %s, want %s", i, got, want)
			}
		}
		write(t, a, tom, "", "van Tom zelf")
		inOrder("just said", "van Tom zelf", "van wie Tom volgt", "waar over gepraat wordt", "het nieuwste")
		clock.Advance(time.Hour)
		inOrder("an hour later", "van wie Tom volgt", "waar over gepraat wordt", "van Tom zelf", "het nieuwste")
	})
}
