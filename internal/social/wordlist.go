package social

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/fold"
	"github.com/aanpak/aanpak/internal/markdown"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/settings"
)

// wordsSetting has the words, one a line.
const wordsSetting = "social.words"

// How many words and phrases there may be, and how long each.
const (
	maxWords = 500
	maxWord  = 100
)

// WordList returns the words and phrases that hold back what has one of them, until somebody has looked at it. None: nothing is held back.
func (s *Service) WordList(ctx context.Context, v auth.Viewer) ([]string, error) {
	if err := people.CanAdminister(v); err != nil {
		return nil, err
	}
	return wordList(ctx, s.db.Reader())
}

// SetWordList replaces the list.
func (s *Service) SetWordList(ctx context.Context, v auth.Viewer, words []string) error {
	if err := people.CanAdminister(v); err != nil {
		return err
	}
	var list []string
	for _, w := range words {
		if w = fold.Line(w); wordsOf(w) == "" || slices.Contains(list, w) {
			continue
		}
		if len([]rune(w)) > maxWord {
			return field("words", "error.field.too_long", "Max", maxWord)
		}
		list = append(list, w)
	}
	if len(list) > maxWords {
		return field("words", "error.field.too_many", "Max", maxWords)
	}
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := settings.Put(ctx, tx, wordsSetting, strings.Join(list, "\n")); err != nil {
			return err
		}
		return audit.Log(ctx, tx, v, "settings.words", "settings", fmt.Sprint(len(list)))
	})
	return db.Classify(err)
}

func wordList(ctx context.Context, tx bun.IDB) ([]string, error) {
	value, err := settings.Get(ctx, tx, wordsSetting)
	if err != nil || value == "" {
		return nil, err
	}
	return strings.Split(value, "\n"), nil
}

// listed tells whether one of the texts, in Markdown, has a word or phrase of the list, as people read it or in an address that it links to.
func listed(ctx context.Context, tx bun.IDB, texts ...string) (bool, error) {
	words, err := wordList(ctx, tx)
	if err != nil || len(words) == 0 {
		return false, err
	}
	for i, w := range words {
		words[i] = " " + wordsOf(w) + " "
	}
	return slices.ContainsFunc(texts, func(text string) bool {
		said := " " + wordsOf(markdown.Words(text)) + " "
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(said, w) })
	}), nil
}

// wordsOf is a text as its folded words with single spaces between: what is not a letter or digit only parts them, and what nobody sees, such
// as a soft hyphen, does not even do that.
func wordsOf(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, text)
	return strings.Join(strings.FieldsFunc(fold.Key(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ")
}

// hold puts what the word list held back before who moderates, and tells its author.
func (s *Service) hold(ctx context.Context, tx bun.Tx, p *Post, r *Report) error {
	r.Reason = ReasonWords
	if err := s.keepReport(ctx, tx, p, r); err != nil {
		return err
	}
	if err := audit.Log(ctx, tx, auth.System(), r.Target.Kind()+".held", string(r.Target), ""); err != nil {
		return err
	}
	r.PostID = p.ID
	return s.tellAuthor(ctx, tx, r.AuthorID, "held", r.page(), "")
}

func (s *Service) holdPost(ctx context.Context, tx bun.Tx, p *Post) error {
	return s.hold(ctx, tx, p, &Report{Target: p.Target(), AuthorID: p.AuthorID, Title: p.Title, Body: p.evidence()})
}

func (s *Service) holdComment(ctx context.Context, tx bun.Tx, p *Post, c *Comment) error {
	return s.hold(ctx, tx, p, &Report{Target: c.Target(), AuthorID: c.AuthorID, Body: c.Body})
}
