-- Nothing: one process serves a SQLite database and counts its own transactions (internal/db/generation.go).
SELECT 1;
