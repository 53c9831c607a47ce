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
	out.SetMessageID()
	out.SetGenHeader("Auto-Submitted", "auto-generated") // no answers of absence
	out.SetGenHeader("Content-Language", m.Language)
	out.SetBodyString(gomail.TypeTextPlain, m.text())
	out.AddAlternativeString(gomail.TypeTextHTML, b.String())
	return out, nil
}

func (m Message) text() string {
	parts := append([]string{}, m.Lines...)
	if m.Link != "" {
		parts = append(parts, m.Button+":\n"+m.Link)
	}
	return strings.Join(append(parts, m.After...), "\n\n") + "\n"
}
