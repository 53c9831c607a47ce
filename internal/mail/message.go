package mail

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"strings"

	gomail "github.com/wneessen/go-mail"
)

// Message is what somebody reads. The parts are words in their language.
type Message struct {
	To, Name string // address and name of the reader
	Language string // "nl" or "en"
	Subject  string
	Lines    []string // paragraphs before the button
	Button   string   // what it says, and where it leads; none where Link is empty
	Link     string
	After    []string // paragraphs after it
	Items    []Item   // what there is to tell, before the button
	// Unsubscribe is an address that takes the reader off what the message is of, by one POST without signing in (RFC 8058); "" where that
	// cannot be.
	Unsubscribe string
	Key         string // the same for the same message sent twice, so that readers' programs see one; "" = each is its own
}

// Item is one thing of several that a message tells.
type Item struct {
	Lines []string // the first is the heading and leads to Link
	Text  string   // excerpt
	Link  string
}

//go:embed message.html
var files embed.FS

var page = template.Must(template.ParseFS(files, "message.html"))

// build makes the message of its two forms, which say the same.
func (m Message) build(from string) (*gomail.Msg, error) {
	out := gomail.NewMsg()
	if err := out.FromFormat("Aanpak", from); err != nil {
		return nil, fmt.Errorf("%w: its sender is no address", ErrRefused)
	}
	if err := out.AddToFormat(m.Name, m.To); err != nil {
		return nil, fmt.Errorf("%w: its reader has no address", ErrRefused)
	}
	var b bytes.Buffer
	if err := page.Execute(&b, m); err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	out.Subject(m.Subject)
	out.SetDate()
	if m.Key == "" {
		out.SetMessageID()
	} else {
		_, host, _ := strings.Cut(from, "@")
		out.SetMessageIDWithValue(m.Key + "@" + host)
	}
	if m.Unsubscribe != "" {
		out.SetGenHeader("List-Unsubscribe", "<"+m.Unsubscribe+">")
		out.SetGenHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	out.SetGenHeader("Auto-Submitted", "auto-generated") // no answers of absence
	out.SetGenHeader("Content-Language", m.Language)
	out.SetBodyString(gomail.TypeTextPlain, m.text())
	out.AddAlternativeString(gomail.TypeTextHTML, b.String())
	return out, nil
}

func (m Message) text() string {
	parts := append([]string{}, m.Lines...)
	for _, i := range m.Items {
		lines := append([]string{}, i.Lines...)
		if i.Text != "" {
			lines = append(lines, "> "+i.Text)
		}
		parts = append(parts, strings.Join(append(lines, i.Link), "\n"))
	}
	if m.Link != "" {
		parts = append(parts, m.Button+":\n"+m.Link)
	}
	return strings.Join(append(parts, m.After...), "\n\n") + "\n"
}
