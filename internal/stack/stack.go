// Package stack holds the tests of the whole set of compose.yaml: replicas behind Caddy on PostgreSQL, S3 and Meilisearch. There is
// no Docker engine in them: scripts/stack runs the same programs with the same settings, and a test compares the two.
package stack
