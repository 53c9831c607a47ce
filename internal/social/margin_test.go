package social_test

import (
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/social"
)

// What is said about a document stands beside the page that it is about, with its thread, and is counted for who sees it.
func TestMargin(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx := t.Context()
		clock(a)
		sanne, tom := a.Sanne.Viewer(), a.Tom.Viewer()
		d := a.Upload(t, a.Sanne, "plan.pdf", apptest.PDF("Wij melden ons op tijd.", "De stofschermen staan er op dag een."), library.Meta{})
		say := func(body string, page int, quote string) *social.Post {
			return must(a.Social.Create(ctx, tom, social.Input{Body: body, About: social.About{Target: social.DocumentTarget(d.ID), Page: page, Quote: quote}}))(t)
		}
		say("Mooi stuk", 0, "")
		say("Op tijd?", 1, "op tijd")
		p := say("Welke?", 2, "stofschermen")
		c := must(a.Social.AddComment(ctx, sanne, p.ID, "", "Die met een rits"))(t)
		for _, body := range []string{"Dank", "En hoe hoog?", "Tot het plafond"} {
			must(a.Social.AddComment(ctx, tom, p.ID, c.ID, body))(t)
		}

		_, ver, err := a.Library.Version(ctx, sanne, d.ID, 0)
		ok(t, err)
		m := must(a.Social.Margin(ctx, sanne, ver, 2))(t)
		if len(m.Here) != 1 || len(m.Here[0].Latest) != 4 || len(m.Whole) != 1 || len(m.Other) != 1 || len(m.Gone) != 0 || m.Said != 7 {
			t.Errorf("%d here with %d comments, %d on the whole, %d elsewhere, %d gone, %d in all", len(m.Here), len(m.Here[0].Latest), len(m.Whole), len(m.Other), len(m.Gone), m.Said)
		}
		if len(m.Pages) != 2 || m.Found[p.ID].Page != 2 {
			t.Errorf("pages %v, %+v", m.Pages, m.Found)
		}
		list := must(a.Social.Passages(ctx, sanne, d.ID, 0, 2))(t)
		if len(list) != 1 || list[0].Text != "stofschermen" || list[0].Post.AuthorName != a.Tom.Name || len(list[0].Lines) != 1 {
			t.Errorf("passages: %+v", list)
		}

		about := social.DocumentTarget(d.ID)
		if n := must(a.Social.Said(ctx, tom, about))(t)[about]; n != 7 {
			t.Errorf("Tom counts %d", n)
		}
		zwolle := "branch"
		must(a.Library.Update(ctx, sanne, d.ID, library.Meta{Audience: &zwolle}))(t)
		if n := must(a.Social.Said(ctx, tom, about))(t)[about]; n != 0 {
			t.Errorf("Tom, who lost sight of it, counts %d", n)
		}
		_, err = a.Social.Passages(ctx, tom, d.ID, 0, 2)
		wantKind(t, "its passages", err, errs.KindNotFound)
		m = must(a.Social.Margin(ctx, tom, ver, 2))(t)
		if m.Said != 0 || len(m.Here)+len(m.Other)+len(m.Whole) != 0 {
			t.Errorf("beside it: %+v", m)
		}
	})
}

// A passage that runs on over lines is one box a line, and one that a selection has with the hyphen of a line's end is found without.
func TestPassageOverLines(t *testing.T) {
	a := apptest.New(t, "sqlite")
	ctx, tom := t.Context(), a.Tom.Viewer()
	d := a.Upload(t, a.Sanne, "plan.pdf", apptest.PDF("De bewonersconsulent belt aan en\nlegt uit wat er gebeurt."), library.Meta{})
	p := must(a.Social.Create(ctx, tom, social.Input{Body: "Wanneer?", About: social.About{Target: social.DocumentTarget(d.ID), Page: 1, Quote: "bewoners-\nconsulent belt aan en\nlegt uit"}}))(t)
	if got := strings.Join(strings.Fields(p.Quote), " "); got != "bewonersconsulent belt aan en legt uit" {
		t.Errorf("the passage is kept as %q", got)
	}
	list := must(a.Social.Passages(ctx, tom, d.ID, 0, 1))(t)
	if len(list) != 1 || len(list[0].Lines) != 2 {
		t.Errorf("passages: %+v", list)
	}
}

// Who shares something with a group is offered the one of last time.
func TestLastGroup(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx, sanne := t.Context(), a.Sanne.Viewer()
		clock(a)
		if id := must(a.Social.LastGroup(ctx, sanne))(t); id != "" {
			t.Errorf("before anything was said: %q", id)
		}
		first := must(a.Groups.Create(ctx, sanne, groups.Input{Name: "Kring hout", Kind: groups.KindOpen}))(t)
		second := must(a.Groups.Create(ctx, sanne, groups.Input{Name: "Kring staal", Kind: groups.KindOpen}))(t)
		sanne = again(t, a, a.Sanne)
		for _, g := range []*groups.Group{first, second, first} {
			write(t, a, sanne, "group:"+g.ID, "Dag")
		}
		write(t, a, sanne, "", "Dag allemaal")
		if id := must(a.Social.LastGroup(ctx, sanne))(t); id != first.ID {
			t.Errorf("last: %q, want %q", id, first.ID)
		}
	})
}
