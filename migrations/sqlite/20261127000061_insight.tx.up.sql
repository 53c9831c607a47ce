CREATE TABLE participation_months (
  month TEXT PRIMARY KEY,
  readers BOOLEAN NOT NULL,
  counted_at TIMESTAMP NOT NULL
);
--bun:split
CREATE TABLE participation (
  month TEXT NOT NULL REFERENCES participation_months (month) ON DELETE CASCADE,
  branch_id TEXT NOT NULL,
  rung INTEGER NOT NULL,
  people INTEGER NOT NULL,
  PRIMARY KEY (month, branch_id, rung)
);
--bun:split
CREATE TABLE director_asides (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  tip TEXT NOT NULL,
  until TIMESTAMP NOT NULL,
  PRIMARY KEY (user_id, tip)
);
--bun:split
CREATE TABLE welcome_tasks (
  task TEXT PRIMARY KEY,
  taken_by TEXT NOT NULL DEFAULT '',
  done_by TEXT NOT NULL DEFAULT '',
  at TIMESTAMP NOT NULL
);
--bun:split
CREATE INDEX posts_recent ON posts (published_at) WHERE state = 'published';
