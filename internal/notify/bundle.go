package notify

import "time"

// Bundle is all that somebody has to hear of one thread.
type Bundle struct {
	Thread string
	URL    string // of the first that is unread, else of the newest
	Title  string // of the thing that the thread is, as the viewer may see it; "" where there is nothing to name
	Wide   bool   // it, and what is said of it, may leave the program by mail
	Unread int
	At     time.Time // of the newest
	Text   string    // excerpt of what URL opens
	Lines  []Line    // one for each kind and word, the newest first
	Group  string    // id of the group it happens in
	Muted  bool      // the thread, not its group
	Fixed  bool      // cannot be muted
}

// Line is all of one kind in a bundle.
type Line struct {
	Kind   Kind
	Word   string
	Actors []Actor // the latest first, each once; none where the program did it
	Count  int     // of events
}

// Actor is somebody who did something.
type Actor struct{ ID, Name, Photo string }

// told is a notification with its event, as it is read.
type told struct {
	Thread, About, Path, Kind string
	Word, URL, Text, GroupID  string
	ActorID, Name, Photo      string
	At                        time.Time
	Unread                    bool
}

// bundle makes one of the notifications of a thread that the viewer may see, the newest first.
func bundle(list []told, seen map[string]Target, muted bool) *Bundle {
	newest := list[0]
	b := &Bundle{Thread: newest.Thread, URL: newest.URL, At: newest.At, Text: newest.Text, Group: newest.GroupID, Muted: muted, Fixed: true}
	t, ok := seen[newest.Thread]
	if !ok {
		t = seen[newest.About]
	}
	b.Title, b.Wide = t.Title, t.Wide
	for _, n := range list {
		if n.Unread {
			b.Unread++
			b.URL, b.Text = n.URL, n.Text // the oldest that is unread: reading begins there
		}
		if sort, _ := sortOf(Kind(n.Kind)); !sort.Fixed {
			b.Fixed = false
		}
		b.Wide = b.Wide && seen[n.About].Wide
		b.add(n)
	}
	return b
}

// add counts a notification in the line of its kind.
func (b *Bundle) add(n told) {
	i := 0
	for i < len(b.Lines) && (b.Lines[i].Kind != Kind(n.Kind) || b.Lines[i].Word != n.Word) {
		i++
	}
	if i == len(b.Lines) {
		b.Lines = append(b.Lines, Line{Kind: Kind(n.Kind), Word: n.Word})
	}
	l := &b.Lines[i]
	l.Count++
	if n.ActorID == "" {
		return
	}
	for _, a := range l.Actors {
		if a.ID == n.ActorID {
			return
		}
	}
	l.Actors = append(l.Actors, Actor{n.ActorID, n.Name, n.Photo})
}
