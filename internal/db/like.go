package db

import "strings"

var likeEscaper = strings.NewReplacer("!", "!!", "%", "!%", "_", "!_")

// EscapeLike makes s stand for itself in LIKE … ESCAPE '!'.
func EscapeLike(s string) string { return likeEscaper.Replace(s) }
