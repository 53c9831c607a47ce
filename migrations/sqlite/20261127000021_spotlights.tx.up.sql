CREATE TABLE spotlights (
  id TEXT PRIMARY KEY,
  document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
  version INTEGER NOT NULL DEFAULT 0,
  page INTEGER NOT NULL DEFAULT 0,
  why TEXT NOT NULL,
  audience TEXT NOT NULL,
  user_id TEXT NOT NULL REFERENCES users (id),
  created_at TIMESTAMP NOT NULL,
  until TIMESTAMP NOT NULL,
  ended_by TEXT NOT NULL DEFAULT ''
);
--bun:split
CREATE INDEX spotlights_by_document ON spotlights (document_id);
--bun:split
CREATE INDEX spotlights_by_time ON spotlights (created_at, id);
--bun:split
CREATE INDEX spotlights_by_end ON spotlights (until);
--bun:split
CREATE TABLE spotlight_seen (
  spotlight_id TEXT NOT NULL REFERENCES spotlights (id) ON DELETE CASCADE,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  at TIMESTAMP NOT NULL,
  PRIMARY KEY (spotlight_id, user_id)
);
--bun:split
CREATE INDEX spotlight_seen_by_user ON spotlight_seen (user_id);
