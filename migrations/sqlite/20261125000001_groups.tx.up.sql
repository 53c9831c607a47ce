CREATE TABLE groups (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  name_folded TEXT NOT NULL,
  about TEXT NOT NULL DEFAULT '',
  kind TEXT NOT NULL,
  official BOOLEAN NOT NULL DEFAULT FALSE,
  created_by TEXT NOT NULL REFERENCES users (id),
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);
--bun:split
CREATE UNIQUE INDEX groups_by_name ON groups (name_folded) WHERE kind <> 'hidden';
--bun:split
CREATE TABLE group_members (
  group_id TEXT NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  state TEXT NOT NULL,
  owner BOOLEAN NOT NULL DEFAULT FALSE,
  since TIMESTAMP NOT NULL,
  PRIMARY KEY (group_id, user_id)
);
--bun:split
CREATE INDEX group_members_by_user ON group_members (user_id, state);
--bun:split
CREATE TABLE tender_members (
  tender_id TEXT NOT NULL REFERENCES tenders (id) ON DELETE CASCADE,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  since TIMESTAMP NOT NULL,
  PRIMARY KEY (tender_id, user_id)
);
--bun:split
CREATE INDEX tender_members_by_user ON tender_members (user_id);
--bun:split
INSERT INTO tender_members (tender_id, user_id, since) SELECT id, created_by, created_at FROM tenders;
