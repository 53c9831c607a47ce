package reuse

import (
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/search"
)

// References are the columns of this domain that name people. Two accounts that become one may make two uses one, which the index counts.
var References = []people.Reference{
	{
		Table: "uses", Column: "user_id", How: people.Joins, Same: []string{"document_id", "page", "tender_id"}, Erase: people.Nameless,
		Marks: search.TypeDocument, MarkBy: "document_id",
	},
	{Table: "outdated_marks", Column: "user_id", How: people.Joins, Same: []string{"document_id"}, Erase: people.Goes},
	{Table: "outdated_marks", Column: "answered_by", How: people.Moves, Erase: people.Nameless},
}
