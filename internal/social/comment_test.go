package social_test

import (
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/social"
)

func TestEdits(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx := t.Context()
		clock(a)
		sanne, tom, henk := a.Sanne.Viewer(), a.Tom.Viewer(), a.Manager.Viewer()
		p := write(t, a, sanne, "", "eerste")
		_, err := a.Social.Update(ctx, tom, p.ID, social.Input{Body: "gekaapt"})
		wantKind(t, "another's post", err, errs.KindForbidden)
		p = must(a.Social.Update(ctx, sanne, p.ID, social.Input{Body: "tweede"}))(t)
		if p.EditedAt.IsZero() {
			t.Error("nothing tells that it was changed")
		}
		if list := must(a.Social.Revisions(ctx, tom, p.ID))(t); len(list) != 1 || list[0].Body != "eerste" {
			t.Errorf("revisions: %v", list)
		}
		c := must(a.Social.AddComment(ctx, tom, p.ID, "", "mooi"))(t)
		must(a.Social.EditComment(ctx, tom, c.ID, "heel mooi"))(t)
		_, err = a.Social.EditComment(ctx, sanne, c.ID, "lelijk")
		wantKind(t, "another's comment", err, errs.KindForbidden)
		if list := must(a.Social.CommentRevisions(ctx, sanne, c.ID))(t); len(list) != 1 || list[0].Body != "mooi" {
			t.Errorf("revisions of the comment: %v", list)
		}
		wantKind(t, "deleting another's comment", a.Social.DeleteComment(ctx, henk, c.ID), errs.KindForbidden)
		ok(t, a.Social.DeleteComment(ctx, a.Admin.Viewer(), c.ID))
		if p = must(a.Social.Get(ctx, tom, p.ID))(t); p.Comments != 0 {
			t.Errorf("%d comments are counted after the only one went", p.Comments)
		}
		wantKind(t, "deleting another's post", a.Social.Delete(ctx, tom, p.ID), errs.KindForbidden)
		ok(t, a.Social.Delete(ctx, sanne, p.ID))
		_, err = a.Social.Get(ctx, sanne, p.ID)
		wantKind(t, "a deleted post", err, errs.KindNotFound)
	})
}

func TestThreads(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx := t.Context()
		clock(a)
		sanne, tom := a.Sanne.Viewer(), a.Tom.Viewer()
		p := must(a.Social.Create(ctx, sanne, social.Input{Kind: social.KindQuestion, Body: "Wie weet het?"}))(t)
		one := must(a.Social.AddComment(ctx, tom, p.ID, "", "een"))(t)
		two := must(a.Social.AddComment(ctx, sanne, p.ID, "", "twee"))(t)
		answer := must(a.Social.AddComment(ctx, sanne, p.ID, one.ID, "op een"))(t)
		must(a.Social.AddComment(ctx, tom, p.ID, answer.ID, "daarop"))(t)
		said := func() (out []string) {
			for _, c := range must(a.Social.Comments(ctx, tom, p.ID))(t) {
				out = append(out, c.Body)
			}
			return out
		}
		wantBodies(t, "thread", said(), "een", "op een", "daarop", "twee")
		ok(t, a.Social.DeleteComment(ctx, tom, one.ID))
		wantBodies(t, "thread without its head", said(), "", "op een", "daarop", "twee")

		wantKind(t, "Tom accepts", a.Social.Accept(ctx, tom, p.ID, two.ID), errs.KindForbidden)
		ok(t, a.Social.Accept(ctx, sanne, p.ID, two.ID))
		if p = must(a.Social.Get(ctx, tom, p.ID))(t); p.AnswerID != two.ID || p.Comments != 3 {
			t.Errorf("answer %q of %d comments", p.AnswerID, p.Comments)
		}
		ok(t, a.Social.DeleteComment(ctx, sanne, two.ID))
		if p = must(a.Social.Get(ctx, tom, p.ID))(t); p.AnswerID != "" {
			t.Error("a deleted comment is still the answer")
		}
		ok(t, a.Social.SetClosed(ctx, sanne, p.ID, true))
		_, err := a.Social.AddComment(ctx, tom, p.ID, "", "nog iets")
		wantKind(t, "a comment on what is closed", err, errs.KindConflict)
	})
}

func TestReactions(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx := t.Context()
		sanne, tom := a.Sanne.Viewer(), a.Tom.Viewer()
		p := write(t, a, sanne, "", "hoera")
		for _, k := range []social.ReactionKind{social.ReactionLike, social.ReactionUseful, social.ReactionUseful} {
			ok(t, a.Social.React(ctx, tom, p.Target(), k))
		}
		ok(t, a.Social.React(ctx, sanne, p.Target(), social.ReactionLike))
		r := must(a.Social.ReactionsOf(ctx, tom, []social.Target{p.Target()}))(t)[p.Target()]
		if r.Mine != social.ReactionUseful || r.Total() != 2 || r.Counts[social.ReactionUseful] != 1 || r.Counts[social.ReactionLike] != 1 {
			t.Errorf("reactions: %+v", r)
		}
		if list := must(a.Social.WhoReacted(ctx, tom, p.Target()))(t); len(list) != 2 {
			t.Errorf("%d people reacted, want 2", len(list))
		}
		ok(t, a.Social.React(ctx, tom, p.Target(), ""))
		if r := must(a.Social.ReactionsOf(ctx, tom, []social.Target{p.Target()}))(t)[p.Target()]; r.Total() != 1 || r.Mine != "" {
			t.Errorf("after taking it back: %+v", r)
		}
		wantKind(t, "a reaction that does not exist", a.Social.React(ctx, tom, p.Target(), "hate"), errs.KindInvalid)
	})
}

func TestPoll(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx, later := t.Context(), clock(a)
		sanne, tom := a.Sanne.Viewer(), a.Tom.Viewer()
		_, err := a.Social.Create(ctx, sanne, social.Input{Kind: social.KindPoll, Body: "?", Poll: social.Poll{Options: []string{"een", " "}}})
		wantKind(t, "one option", err, errs.KindInvalid)
		p := must(a.Social.Create(ctx, sanne, social.Input{
			Kind: social.KindPoll, Body: "Hout of beton?", Poll: social.Poll{Options: []string{"Hout", "Beton"}, EndsAt: time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC)},
		}))(t)
		wantKind(t, "two of one", a.Social.Vote(ctx, tom, p.ID, []int{0, 1}), errs.KindInvalid)
		wantKind(t, "one that is not there", a.Social.Vote(ctx, tom, p.ID, []int{7}), errs.KindInvalid)
		ok(t, a.Social.Vote(ctx, tom, p.ID, []int{0}))
		ok(t, a.Social.Vote(ctx, tom, p.ID, []int{1}))
		ok(t, a.Social.Vote(ctx, sanne, p.ID, []int{1}))
		it := must(a.Social.Item(ctx, tom, p.ID))(t)
		if it.Options[0].Votes != 0 || it.Options[1].Votes != 2 || !it.Options[1].Mine {
			t.Errorf("options: %+v %+v", it.Options[0], it.Options[1])
		}
		later(24 * time.Hour)
		wantKind(t, "a vote after the end", a.Social.Vote(ctx, tom, p.ID, []int{0}), errs.KindConflict)
	})
}

// What others say in a group is not for somebody who left it, not even under their own post that was hidden.
func TestCommentsUnderWhatIsHidden(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx := t.Context()
		g := must(a.Groups.Create(ctx, a.Sanne.Viewer(), groups.Input{Name: "Kring hout"}))(t)
		_, err := a.Groups.Join(ctx, a.Tom.Viewer(), g.ID)
		ok(t, err)
		sanne, tom := again(t, a, a.Sanne), again(t, a, a.Tom)
		p := write(t, a, tom, "group:"+g.ID, "hm")
		c := must(a.Social.AddComment(ctx, sanne, p.ID, "", "onder ons"))(t)
		ok(t, a.Social.ReportPost(ctx, sanne, p.ID, social.Complaint{Reason: social.ReasonOther}))
		cases := must(a.Social.Cases(ctx, sanne, true))(t)
		ok(t, a.Social.Decide(ctx, sanne, cases[0].ID, social.Decision{Act: social.ActHide, Why: "niet hier"}))
		ok(t, a.Groups.Leave(ctx, tom, g.ID))
		tom = again(t, a, a.Tom)
		if it := must(a.Social.Item(ctx, tom, p.ID))(t); len(it.Latest) != 0 {
			t.Errorf("beside the post: %q", it.Latest[0].Body)
		}
		if list := must(a.Social.Comments(ctx, tom, p.ID))(t); len(list) != 0 {
			t.Errorf("under the post: %q", list[0].Body)
		}
		_, err = a.Social.Comment(ctx, tom, c.ID)
		wantKind(t, "the comment by itself", err, errs.KindNotFound)
	})
}
