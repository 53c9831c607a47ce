package find

import "github.com/aanpak/aanpak/internal/people"

// References are the columns of this domain that name people.
var References = []people.Reference{{Table: "synonyms", Column: "created_by", How: people.Moves, Erase: people.Nameless}}
