ALTER TABLE users ADD COLUMN source TEXT NOT NULL DEFAULT '';
--bun:split
ALTER TABLE users ADD COLUMN external_id TEXT NOT NULL DEFAULT '';
--bun:split
ALTER TABLE users ADD COLUMN gone_at TIMESTAMP;
--bun:split
CREATE UNIQUE INDEX users_by_source ON users (source, external_id) WHERE external_id <> '';
--bun:split
CREATE TABLE directory_runs (
  id TEXT PRIMARY KEY,
  started_at TIMESTAMP NOT NULL,
  ended_at TIMESTAMP NOT NULL,
  asked_by TEXT NOT NULL DEFAULT '',
  dry BOOLEAN NOT NULL DEFAULT FALSE,
  failure TEXT NOT NULL DEFAULT '',
  report TEXT NOT NULL DEFAULT ''
);
--bun:split
CREATE INDEX directory_runs_by_start ON directory_runs (started_at);
