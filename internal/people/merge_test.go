package people_test

import (
	"testing"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/people"
)

// Who had an account by the directory and one of our own signs in by the directory to the one that stays.
func TestMergeMovesTheSource(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		x := &people.External{Source: people.SourceOIDC, ID: "https://login.example|1", Email: "tom.bakker@b.nl", Name: "Tom Bakker", Branches: []string{"Zwolle"}}
		_, from, err := w.Enter(ctx, x, from)
		if err != nil {
			t.Fatal(err)
		}
		into := w.person("tom@b.nl", auth.RoleMember)
		if err := w.Merge(ctx, w.admin.Viewer(), from.ID, into.ID); err != nil {
			t.Fatal(err)
		}
		_, u, err := w.Enter(ctx, x, people.Client{Address: "192.0.2.1"})
		if err != nil || u.ID != into.ID {
			t.Errorf("signs in as %+v, err %v", u, err)
		}
	})
}
