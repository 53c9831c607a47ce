package share

import "github.com/aanpak/aanpak/internal/people"

// References are the columns of this domain that name people.
var References = []people.Reference{
	{Table: "share_links", Column: "user_id", How: people.Moves, Erase: people.Nameless},
	{Table: "share_links", Column: "revoked_by", How: people.Moves, Erase: people.Nameless},
	{Table: "share_rules", Column: "updated_by", How: people.Moves, Erase: people.Nameless},
}
