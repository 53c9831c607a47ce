package tenders

import "github.com/aanpak/aanpak/internal/people"

// References are the columns of this domain that name people.
var References = []people.Reference{
	{Table: "tenders", Column: "created_by", How: people.Moves, Erase: people.Nameless},
	{Table: "tenders", Column: "outcome_by", How: people.Moves, Erase: people.Nameless},
	{Table: "tender_members", Column: "user_id", How: people.Joins, Same: []string{"tender_id"}, Erase: people.Goes},
}
