package demo

import (
	"context"

	"github.com/aanpak/aanpak/internal/links"
	"github.com/aanpak/aanpak/internal/unfurl"
)

// elsewhere is a page that is nowhere, and what it would say of itself.
type elsewhere struct {
	Address, Title, Text, Site string
	Picture                    string // name of a scene
}

// linkHost is the only site of which the company shows previews: it is nowhere, so that the demo asks nobody.
const linkHost = "circulairbouwen.example"

// bring has a post show what the page says to which it links.
func (l *loader) bring(ctx context.Context, x *elsewhere) error {
	if x == nil {
		return nil
	}
	picture, err := scene(x.Picture)
	if err != nil {
		return err
	}
	return l.Links.Bring(ctx, x.Address, unfurl.Page{Title: x.Title, Description: x.Text, Site: x.Site, Picture: picture})
}

func (l *loader) showLinks(ctx context.Context) error {
	return l.Links.Set(ctx, l.staff["anouk"].Viewer(), links.Settings{On: true, Hosts: []string{linkHost}})
}
