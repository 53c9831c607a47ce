package part

import "time"

// Post is something said, as feeds and its own page show it. Empty addresses offer nothing.
type Post struct {
	ID, URL   string
	Author    Person
	AuthorURL string
	Audience  []Labelled // for whom it is: groups, a branch, or the company without an address
	At        time.Time
	Kind      string // text, question, praise, poll, news
	State     string // worded, of what is not published: draft, scheduled, hidden; empty else
	Title     string
	HTML      string // of the text, safe
	Long      bool   // its text is cut in a feed
	Edited    string // address of what it said before; empty = never changed
	Pinned    bool
	Closed    bool
	Fresh     bool   // came since the viewer last looked
	Why       string // worded: why it is in the feed for you
	Answered  bool   // of a question
	About     *Place
	Cards     []PostCard
	Link      *LinkCard
	Photos    []Photo
	Poll      *Poll
	Praised   []Person
	React     React
	Comments  int
	Talk      []Comment // the last few, or all on the post's own page
	Typed     string    // a comment that was not taken
	TalkURL   string    // takes a comment; empty = none may be made
	FollowURL string
	Following bool
	EditURL   string
	DeleteURL string
	PinURL    string
	CloseURL  string
	ReportURL string
	Reported  bool   // by the viewer
	Hidden    string // worded: why nobody but its author sees it; empty = others do
	News      *News
}

// Labelled is a worded address.
type Labelled struct{ Label, URL string }

// Place is what a post is about.
type Place struct {
	Label string // worded: document and page, or tender
	URL   string // opens it there
	Quote string
	Gone  bool // the passage is not in the document any more
}

// PostCard is a thing that a post shows; one of the fields is set.
type PostCard struct {
	Document *Document
	Page     int // of the document; 0 = the whole
	PageURL  string
	Tender   *Tender
	Post     *Labelled
	By       Person // of the post
}

// Photo is a picture of a post.
type Photo struct {
	URL, Small    string
	Width, Height int
	Alt           string
	RemoveURL     string
}

// Poll is a question with answers to choose from.
type Poll struct {
	URL     string // takes a vote; empty = none may be given any more
	Many    bool
	Options []PollOption
	Votes   int
	Voted   bool
	Ends    time.Time
}

// PollOption is an answer of a poll.
type PollOption struct {
	N       int
	Text    string
	Votes   int
	Percent int
	Mine    bool
}

// React is the row of reactions under a thing.
type React struct {
	ID      string // of the element
	Target  string
	URL     string // takes a reaction; empty = none may be given
	Choices []Reaction
	Mine    string // kind of the viewer's own
	Total   int
	WhoURL  string
	Back    string // where to go without JavaScript
}

// Reaction is one way to react.
type Reaction struct {
	Kind  string
	Icon  string
	Label string // worded
	Count int
}

func (r React) like() Reaction {
	for _, c := range r.Choices {
		if c.Kind == r.Mine {
			return c
		}
	}
	return r.Choices[0]
}

// send is what the first button sends: a like, or nothing, which takes back what is there.
func (r React) send() string {
	if r.Mine != "" {
		return ""
	}
	return r.Choices[0].Kind
}

func (r React) given() (list []Reaction) {
	for _, c := range r.Choices {
		if c.Count > 0 {
			list = append(list, c)
		}
	}
	return list
}

// Comment is an answer under a post.
type Comment struct {
	ID          string
	Author      Person
	At          time.Time
	HTML        string // safe
	Gone        bool   // its text was taken away, others answer it
	Answer      bool   // is the accepted answer
	Under       bool   // answers a comment
	Edited      string // address of what it said before
	React       React
	ReplyTo     string // id that an answer names; empty = none may be made
	EditURL     string
	DeleteURL   string
	AcceptURL   string // makes it the answer
	UnacceptURL string
	ReportURL   string
	Reported    bool
	Hidden      string // as of a post
}

// ComposeNews are the fields that only news has.
type ComposeNews struct {
	MustRead, ReadBy, Closed Field
}

// Composer is where a post is written.
type Composer struct {
	Action     string
	Self       Person
	ID         string // of the draft that is being written; empty = none yet
	Kind       string
	Kinds      []Option
	Title      Field
	Body       Field
	Audience   Field
	Groups     Field // further groups
	Options    []string
	Many       bool
	Ends       Field
	At         Field  // publish later
	NoPreview  *Field // leaves out what the page says to which it links; nil = there is nothing to leave out
	Card       *PostCard
	Cards      []Hidden
	Files      []Enclosed
	FileError  string // worded
	FileURL    string // takes a file
	Photos     []Photo
	PhotoURL   string // takes a picture; of a draft that exists
	DraftURL   string // keeps what is typed
	MentionURL string
	SimilarURL string
	MoreURL    string // the page with everything
	Drafts     int
	Small      bool         // on the home page: opens when it is used
	News       *ComposeNews // of news; nil else
	Published  bool         // what is changed is published: its audience stays
	Message    string
	Errors     []FieldError
}

// Enclosed is a file that goes with a post.
type Enclosed struct {
	Value string // of its field in the form
	Title string
	Media string // icon
	Size  int64  // bytes
}
