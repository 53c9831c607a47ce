CREATE TABLE temporary_access (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  kind TEXT NOT NULL,
  object_id TEXT NOT NULL DEFAULT '',
  concerns_user_id TEXT NOT NULL DEFAULT '',
  reason TEXT NOT NULL,
  began_at TIMESTAMP NOT NULL,
  until TIMESTAMP NOT NULL,
  ended_at TIMESTAMP
);
--bun:split
CREATE INDEX temporary_access_by_user ON temporary_access (user_id, ended_at);
--bun:split
CREATE INDEX temporary_access_by_concerns ON temporary_access (concerns_user_id, began_at);
--bun:split
CREATE TABLE temporary_access_seen (
  access_id TEXT NOT NULL REFERENCES temporary_access (id) ON DELETE CASCADE,
  object TEXT NOT NULL,
  seen_at TIMESTAMP NOT NULL,
  PRIMARY KEY (access_id, object)
);
--bun:split
CREATE INDEX temporary_access_seen_by_object ON temporary_access_seen (object);
--bun:split
INSERT INTO document_audience (document_id, key) SELECT id, 'owner:' || owner_id FROM documents;
--bun:split
INSERT INTO document_audience (document_id, key) SELECT id, 'document:' || id FROM documents;
--bun:split
INSERT INTO index_queue (type, id, ticket, queued_at) SELECT 'document', id, 'keys-' || id, updated_at FROM documents WHERE id IS NOT NULL ON CONFLICT (type, id) DO NOTHING;
