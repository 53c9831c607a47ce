// Package migrations embeds the SQL that brings a database to this version: one folder per dialect, with paired
// names. A test in internal/db compares the schemas that both make.
package migrations

import "embed"

// FS holds sqlite/*.sql and postgres/*.sql.
//
//go:embed sqlite/*.sql postgres/*.sql
var FS embed.FS
