ALTER TABLE tenders ADD COLUMN outcome_at TIMESTAMP;
--bun:split
ALTER TABLE tenders ADD COLUMN outcome_by TEXT NOT NULL DEFAULT '';
--bun:split
CREATE TABLE proposals_aside (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  about TEXT NOT NULL,
  event TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  PRIMARY KEY (user_id, about, event)
);
