package notify

import (
	"fmt"
	"slices"
)

// Kind is what sort of thing happened. People choose a rhythm for each.
type Kind string

// The kinds.
const (
	Mention     Kind = "mention"
	Reply       Kind = "reply"
	Question    Kind = "question" // asked about something of mine
	Answer      Kind = "answer"
	Comment     Kind = "comment"
	Reaction    Kind = "reaction"
	Praise      Kind = "praise"
	Endorsement Kind = "endorsement"
	Follow      Kind = "follow"
	Post        Kind = "post" // in a group, or of whom or what I follow
	News        Kind = "news"
	Spotlight   Kind = "spotlight"
	Membership  Kind = "membership"
	Share       Kind = "share" // a document, with me by name
	Document    Kind = "document"
	Reuse       Kind = "reuse"
	Link        Kind = "link" // a share link of mine
	Access      Kind = "access"
	Search      Kind = "search"
	Account     Kind = "account"    // my ways in
	Opening     Kind = "opening"    // of the whole company
	Moderation  Kind = "moderation" // what was decided about what I said
	Report      Kind = "report"     // of what another said, for me to decide on
	Task        Kind = "task"       // that another ambassador gave me
	Director    Kind = "director"   // what to do for my branch; a letter of its own on Monday, see Letter
)

// Rhythm is how somebody hears of a kind by mail. In the app everybody hears at once.
type Rhythm string

// The rhythms.
const (
	InApp  Rhythm = "app" // no mail
	AtOnce Rhythm = "now"
	Daily  Rhythm = "daily"
	Weekly Rhythm = "weekly"
)

// Rhythms lists every rhythm in the order in which forms show them.
var Rhythms = []Rhythm{InApp, AtOnce, Daily, Weekly}

// Valid tells whether r exists.
func (r Rhythm) Valid() bool { return slices.Contains(Rhythms, r) }

// Sort is what is said of a kind: its words, and what holds until somebody chooses.
type Sort struct {
	Kind   Kind
	Words  []string // variants, each with a sentence of its own; none = the kind has one sentence
	Rhythm Rhythm
	Push   bool
	Loud   []string // of the words those that muting does not silence
	Fixed  bool     // cannot be switched off, muted or put off to the end of quiet hours
}

// Sorts lists every kind in the order in which forms show them.
var Sorts = []Sort{
	{Kind: Mention, Rhythm: AtOnce, Push: true},
	{Kind: Reply, Rhythm: AtOnce, Push: true},
	{Kind: Question, Rhythm: AtOnce, Push: true},
	{Kind: Answer, Rhythm: AtOnce, Push: true},
	{Kind: Comment, Rhythm: Daily, Push: true},
	{Kind: Praise, Rhythm: AtOnce, Push: true},
	{Kind: Reaction, Rhythm: InApp},
	{Kind: Endorsement, Rhythm: Weekly},
	{Kind: Follow, Rhythm: InApp},
	{Kind: Post, Rhythm: Weekly},
	{Kind: News, Words: []string{"", "must", "reminder"}, Loud: []string{"reminder"}, Rhythm: Daily, Push: true},
	{Kind: Spotlight, Words: []string{"", "mine"}, Rhythm: Weekly},
	{Kind: Membership, Words: []string{"asked", "invited", "let_in", "team"}, Rhythm: AtOnce, Push: true},
	{Kind: Share, Rhythm: AtOnce, Push: true},
	{Kind: Document, Words: []string{"failed"}, Rhythm: Daily},
	{Kind: Reuse, Words: []string{"", "scored", "outdated", "answered"}, Rhythm: Daily},
	{Kind: Link, Rhythm: Daily},
	{Kind: Access, Words: []string{"document", "person", "group"}, Rhythm: AtOnce},
	{Kind: Search, Rhythm: Daily},
	{Kind: Opening, Rhythm: AtOnce, Push: true},
	{Kind: Task, Rhythm: AtOnce, Push: true},
	{Kind: Report, Words: reportWords, Rhythm: AtOnce, Push: true},
	{Kind: Director, Rhythm: Weekly},
	{Kind: Moderation, Words: []string{"hidden", "held", "restored", "warned", "suspended", "lifted"}, Rhythm: AtOnce, Push: true, Fixed: true},
	{Kind: Account, Words: accountWords, Rhythm: AtOnce, Push: true, Fixed: true},
}

// reportWords are what was reported, and why, as package social calls both.
var reportWords = []string{
	"post_unkind", "post_private", "post_false", "post_elsewhere", "post_other", "post_words",
	"comment_unkind", "comment_private", "comment_false", "comment_elsewhere", "comment_other", "comment_words",
}

// accountWords are the changes of ways in, as package people calls them.
var accountWords = []string{
	"password", "email", "passkey", "passkey_gone", "factor", "factor_gone", "recovery", "token", "device",
}

// sortOf returns what is said of a kind.
func sortOf(k Kind) (Sort, bool) {
	i := slices.IndexFunc(Sorts, func(s Sort) bool { return s.Kind == k })
	if i < 0 {
		return Sort{}, false
	}
	return Sorts[i], true
}

// Valid tells whether k exists.
func (k Kind) Valid() bool { _, ok := sortOf(k); return ok }

// check refuses what nobody could word: a mistake of the caller's.
func (e *Event) check() error {
	s, ok := sortOf(e.Kind)
	switch {
	case !ok:
		return fmt.Errorf("notify: there is no kind %q", e.Kind)
	case len(s.Words) == 0 && e.Word != "", len(s.Words) > 0 && !slices.Contains(s.Words, e.Word):
		return fmt.Errorf("notify: %s has no word %q", e.Kind, e.Word)
	case e.About == "" || e.URL == "":
		return fmt.Errorf("notify: %s is about nothing that can be opened", e.Kind)
	}
	return nil
}
