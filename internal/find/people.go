package find

import (
	"context"
	"slices"
	"strings"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/fold"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/search"
)

// PeopleQuery is a question to the directory: who knows about this, who works there.
type PeopleQuery struct {
	Text   string
	People people.Narrowed // Name and Ranked are filled in here
}

const (
	// mostPeople is how many that the index finds are looked at: whoever comes after the first hundreds was not meant.
	mostPeople = 500
	atOnce     = 100
)

// asking are the folded words with which people ask for people, in Dutch and English. They say nothing of whom.
var asking = strings.Fields(`wie weet weten kent kennen kan kunnen heeft hebben iemand ervaring met verstand alles veel iets mij me ons helpen
	vraag collega collegas spreekt praat werkt zit
	who knows know knowing can has have someone somebody anybody experience with help about speaks works colleague colleagues`)

// aboutWhom leaves out the words that only ask; where there are no others, they are what is looked for.
func aboutWhom(text string) string {
	kept := slices.DeleteFunc(strings.Fields(text), func(w string) bool {
		return slices.Contains(asking, strings.Trim(fold.Key(w), "?!.,:;'’"))
	})
	if len(kept) == 0 {
		return text
	}
	return strings.TrimRight(strings.Join(kept, " "), "?")
}

// People chooses colleagues. Words are looked for in names, functions, branches and their places, expertise, languages and what they work on;
// while the index is away, in names and functions only, which away tells.
func (s *Service) People(ctx context.Context, v auth.Viewer, q PeopleQuery) (chosen *people.Chosen, away error, err error) {
	n := q.People
	if n.Name = strings.TrimSpace(q.Text); n.Name != "" {
		n.Ranked, away = s.rankPeople(ctx, v, aboutWhom(n.Name))
		if away != nil {
			n.Ranked = nil
		}
	}
	if chosen, err = s.people.Choose(ctx, v, n); err != nil {
		return nil, nil, err
	}
	return chosen, away, nil
}

// rankPeople asks the index for people, best first. Where nobody has every word, it is those who have the most of them.
func (s *Service) rankPeople(ctx context.Context, v auth.Viewer, text string) ([]string, error) {
	ids := []string{}
	for len(ids) < mostPeople {
		found, err := s.ask(ctx, search.Query{
			Text: text, Types: []search.Type{search.TypePerson}, Audience: v.AudienceKeys(), Limit: atOnce, Offset: len(ids), Prefix: true, Brief: true,
		})
		if err != nil {
			return nil, failed(ctx, err)
		}
		for _, h := range found.Hits {
			ids = append(ids, h.Parent)
		}
		if len(found.Hits) < atOnce {
			break
		}
	}
	return ids, nil
}
