package spotlight

import "github.com/aanpak/aanpak/internal/people"

// References are the columns of this domain that name people.
var References = []people.Reference{
	{Table: "spotlights", Column: "user_id", How: people.Moves, Erase: people.Nameless},
	{Table: "spotlights", Column: "ended_by", How: people.Moves, Erase: people.Nameless},
	{Table: "spotlight_seen", Column: "user_id", How: people.Joins, Same: []string{"spotlight_id"}, Erase: people.Goes},
}
