package site

import (
	"fmt"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/tenders"
	"github.com/aanpak/aanpak/templates/part"
)

// thumbWidth is the width in pixels of a page on a card, small that of one beside a line.
const (
	thumbWidth = 320
	smallWidth = 160
)

// card is a document as cards show it.
func (s *Site) card(c *fiber.Ctx, l *i18n.Localizer, d *library.Document) part.Document {
	p := part.Document{
		ID: d.ID, URL: documentURL(d.ID), Title: d.Title, Kind: string(d.Kind), Media: media(d.MediaType), Status: part.Status(d.Status),
		Pages: d.Pages, Language: d.Language, Year: d.Year, Tags: d.Tags, Branch: d.BranchName, Client: d.Client, Tender: d.TenderTitle,
		Outcome: d.Outcome, Score: d.Score, Owner: face(d.OwnerID, d.OwnerName, d.OwnerPhoto), Reads: d.Reads, Reused: d.Reused, Lit: s.lit(c, d.ID), Versions: d.Number, Size: d.Size,
		Created: d.CreatedAt, Updated: d.UpdatedAt, CardURL: documentURL(d.ID) + "/card",
	}
	if d.TenderID != "" {
		p.TenderURL = "/tenders/" + d.TenderID
	}
	if d.Status == library.StatusReady {
		p.Thumb = imageURL(d.ID, d.Number, 1, thumbWidth)
	}
	if d.Status == library.StatusFailed {
		p.Failure = failure(l, d.Failure)
	}
	if d.Failure == library.ReasonScanner && !d.Status.Final() {
		p.Notice = failure(l, d.Failure)
	}
	if d.NoText > 0 && d.Status == library.StatusReady {
		p.Notice = l.N("document.ocr_needed", d.NoText)
	}
	return p
}

// ownCard is a card with the way to try again, for who may change the document.
func (s *Site) ownCard(c *fiber.Ctx, l *i18n.Localizer, d *library.Document) part.Document {
	p := s.card(c, l, d)
	if d.Status == library.StatusFailed && library.CanEdit(httpd.Viewer(c), d) == nil {
		p.RetryURL = documentURL(d.ID) + "/retry"
	}
	return p
}

func (s *Site) cards(c *fiber.Ctx, l *i18n.Localizer, list []*library.Document) []part.Document {
	out := make([]part.Document, len(list))
	for i, d := range list {
		out[i] = s.ownCard(c, l, d)
	}
	return out
}

// fullCards are cards with how much is said about each document.
func (s *Site) fullCards(c *fiber.Ctx, l *i18n.Localizer, list []*library.Document) ([]part.Document, error) {
	out := s.cards(c, l, list)
	return out, s.withTalk(c, out)
}

// failure words why a file cannot be read and what to do.
func failure(l *i18n.Localizer, reason string) string {
	if key := "reader.failure." + reason; l.Has(key) {
		return l.T(key)
	}
	return l.T("reader.failure.internal")
}

func documentURL(id string) string { return "/documents/" + id }

// imageURL is the address of a page's picture. It names the version, so that a browser may keep it.
func imageURL(id string, version, page, width int) string {
	return fmt.Sprintf("/documents/%s/pages/%d/image?version=%d&width=%d", id, page, version, width)
}

// drawn tells whether there are pictures of the pages of a file of this type.
func drawn(mediaType string) bool {
	return mediaType == "application/pdf" || strings.HasPrefix(mediaType, "image/")
}

// media is the icon of a file's type.
func media(mediaType string) string {
	for _, m := range []struct{ part, icon string }{
		{"pdf", "pdf"},
		{"spreadsheet", "sheet"},
		{"excel", "sheet"},
		{"csv", "sheet"},
		{"presentation", "slides"},
		{"powerpoint", "slides"},
		{"image/", "image"},
		{"rfc822", "mail"},
		{"zip", "archive"},
		{"word", "text"},
		{"opendocument.text", "text"},
		{"text/", "text"},
	} {
		if strings.Contains(mediaType, m.part) {
			return m.icon
		}
	}
	return "file"
}

// tenderCard is a tender as lists show it.
func tenderCard(t *tenders.Tender) part.Tender {
	return part.Tender{
		ID: t.ID, URL: "/tenders/" + t.ID, Name: t.Title, Reference: t.Reference, Client: t.Client, Place: t.Place, Branch: t.BranchName,
		Work: t.Work, Year: t.Year, Outcome: string(t.Outcome), Score: t.Score, Deadline: t.SubmitAt.Time,
	}
}

func tenderCards(list []*tenders.Tender) []part.Tender {
	out := make([]part.Tender, len(list))
	for i, t := range list {
		out[i] = tenderCard(t)
	}
	return out
}

// documentCard sends one card again, for lists that follow a file being read.
func (s *Site) documentCard(c *fiber.Ctx) error {
	d, err := s.Library.Get(c.UserContext(), httpd.Viewer(c), c.Params("id"))
	if err != nil {
		return err
	}
	l := s.localizer(c)
	p := s.ownCard(c, l, d)
	switch c.Query("as") {
	case "card":
		return render(c, l, part.Card(p))
	case "row":
		return render(c, l, part.Row(p))
	case "mini":
		return render(c, l, part.Mini(p))
	}
	return errs.NotFound("page")
}
