CREATE TABLE uses (
  document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
  user_id TEXT NOT NULL REFERENCES users (id),
  page INTEGER NOT NULL DEFAULT 0,
  tender_id TEXT NOT NULL DEFAULT '',
  created_at TIMESTAMP NOT NULL,
  told TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (document_id, user_id, page, tender_id)
);
--bun:split
CREATE INDEX uses_by_tender ON uses (tender_id);
--bun:split
CREATE INDEX uses_by_user ON uses (user_id);
--bun:split
CREATE TABLE outdated_marks (
  document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  version INTEGER NOT NULL,
  why TEXT NOT NULL DEFAULT '',
  created_at TIMESTAMP NOT NULL,
  answered_at TIMESTAMP,
  answered_by TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (document_id, user_id)
);
--bun:split
CREATE INDEX outdated_marks_by_user ON outdated_marks (user_id);
