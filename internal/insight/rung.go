package insight

// Rung is how far somebody came in a month: the highest of what they did.
type Rung int

// The rungs of the ladder, lowest first.
const (
	None     Rung = iota // was not here
	Read                 // read a document, or looked at a feed
	React                // liked, or voted
	Judge                // "used this", "outdated"
	Comment              // on a post or in the margin
	Answer               // a colleague's question
	Post                 // wrote one
	Document             // added one
)

// rungs is how many there are.
const rungs = int(Document) + 1

// names are the rungs as catalogues, exports and the API call them.
var names = [rungs]string{"none", "read", "react", "judge", "comment", "answer", "post", "document"}

// String is the rung's name.
func (r Rung) String() string { return names[r] }

// The three parts of the rule of 90, 9 and 1: who looks, who reacts and who contributes.
var (
	Looking      = Cell{From: None, To: Read}
	Reacting     = Cell{From: React, To: Judge}
	Contributing = Cell{From: Comment, To: Document}
	Reached      = Cell{From: Read, To: Document}
)

// Thirds are the parts in their order.
var Thirds = []Cell{Looking, Reacting, Contributing}

// Cell is how many people stood on some rungs next to each other.
type Cell struct {
	From, To Rung
	People   int
}

// Name is that of its rungs: "read", or "read-judge" of several.
func (c Cell) Name() string { return c.named(names[:]) }

func (c Cell) named(names []string) string {
	if c.From == c.To {
		return names[c.From]
	}
	return names[c.From] + "-" + names[c.To]
}
