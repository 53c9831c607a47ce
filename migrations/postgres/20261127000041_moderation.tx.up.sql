ALTER TABLE posts ADD COLUMN hidden_why TEXT NOT NULL DEFAULT '';
--bun:split
ALTER TABLE comments ADD COLUMN hidden_why TEXT NOT NULL DEFAULT '';
--bun:split
CREATE TABLE reports (
  id TEXT PRIMARY KEY,
  target TEXT NOT NULL,
  post_id TEXT NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
  author_id TEXT NOT NULL REFERENCES users (id),
  reporter_id TEXT NOT NULL DEFAULT '',
  reason TEXT NOT NULL,
  note TEXT NOT NULL DEFAULT '',
  title TEXT NOT NULL DEFAULT '',
  body TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  closed_at TIMESTAMPTZ,
  closed_by TEXT NOT NULL DEFAULT '',
  outcome TEXT NOT NULL DEFAULT '',
  why TEXT NOT NULL DEFAULT ''
);
--bun:split
CREATE UNIQUE INDEX reports_once ON reports (reporter_id, target) WHERE reporter_id <> '';
--bun:split
CREATE INDEX reports_by_target ON reports (target);
--bun:split
CREATE INDEX reports_by_closing ON reports (closed_at);
--bun:split
CREATE INDEX reports_by_post ON reports (post_id);
--bun:split
CREATE TABLE suspensions (
  user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  until TIMESTAMPTZ NOT NULL,
  why TEXT NOT NULL,
  by_id TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL
);
