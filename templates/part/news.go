package part

import "time"

// News is what a post has that is news.
type News struct {
	Channel    string    // worded: of the company, or of a branch
	Picture    *Photo    // the first
	MustRead   bool      // its readers confirm that they have read it
	By         time.Time // until when they are asked to; zero = as soon as they can
	Late       bool      // that has passed
	ConfirmURL string    // takes the viewer's confirmation; empty = they are not asked, or have confirmed
	Confirmed  time.Time // when they did
}

// NewsLine is a piece of news in a list.
type NewsLine struct {
	ID, URL string
	Title   string
	Text    string // how it begins
	At      time.Time
	Author  string
	News    News
	Talk    int // comments
}
