-- photo is the SHA-256 of the largest size that is kept; supplied are the fields that a directory says, between commas.
ALTER TABLE users ADD COLUMN photo TEXT NOT NULL DEFAULT '';
--bun:split
ALTER TABLE users ADD COLUMN mobile TEXT NOT NULL DEFAULT '';
--bun:split
ALTER TABLE users ADD COLUMN mobile_hidden BOOLEAN NOT NULL DEFAULT FALSE;
--bun:split
ALTER TABLE users ADD COLUMN languages TEXT NOT NULL DEFAULT '';
--bun:split
ALTER TABLE users ADD COLUMN working_on TEXT NOT NULL DEFAULT '';
--bun:split
ALTER TABLE users ADD COLUMN working_on_at TIMESTAMP;
--bun:split
ALTER TABLE users ADD COLUMN supplied TEXT NOT NULL DEFAULT '';
--bun:split
CREATE TABLE expertise (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  name_folded TEXT NOT NULL UNIQUE,
  created_by TEXT NOT NULL REFERENCES users (id),
  created_at TIMESTAMP NOT NULL
);
--bun:split
CREATE TABLE user_expertise (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  expertise_id TEXT NOT NULL REFERENCES expertise (id) ON DELETE CASCADE,
  since TIMESTAMP NOT NULL,
  PRIMARY KEY (user_id, expertise_id)
);
--bun:split
CREATE INDEX user_expertise_by_expertise ON user_expertise (expertise_id);
--bun:split
CREATE TABLE endorsements (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  expertise_id TEXT NOT NULL REFERENCES expertise (id) ON DELETE CASCADE,
  by_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  at TIMESTAMP NOT NULL,
  PRIMARY KEY (user_id, expertise_id, by_id)
);
--bun:split
CREATE INDEX endorsements_by_colleague ON endorsements (by_id);
--bun:split
-- People are found by the place of their branch and what they work on from now.
INSERT INTO index_queue (type, id, ticket, queued_at) SELECT 'person', id, 'profiles-' || id, strftime('%Y-%m-%d %H:%M:%f+00:00', 'now') FROM users WHERE true ON CONFLICT (type, id) DO NOTHING;
