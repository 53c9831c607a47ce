CREATE TABLE branches (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  name_folded TEXT NOT NULL UNIQUE,
  place TEXT NOT NULL DEFAULT '',
  created_at TIMESTAMP NOT NULL
);
--bun:split
CREATE TABLE users (
  id TEXT PRIMARY KEY,
  email TEXT NOT NULL,
  email_folded TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  name_folded TEXT NOT NULL,
  branch_id TEXT NOT NULL REFERENCES branches (id),
  role TEXT NOT NULL,
  function TEXT NOT NULL DEFAULT '',
  phone TEXT NOT NULL DEFAULT '',
  about TEXT NOT NULL DEFAULT '',
  password_hash TEXT NOT NULL DEFAULT '',
  language TEXT NOT NULL DEFAULT '',
  theme TEXT NOT NULL DEFAULT '',
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  deactivated_at TIMESTAMP
);
--bun:split
CREATE INDEX users_by_name ON users (name_folded, id);
--bun:split
CREATE INDEX users_by_branch ON users (branch_id, name_folded);
--bun:split
CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  secret_hash TEXT NOT NULL UNIQUE,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  user_agent TEXT NOT NULL DEFAULT '',
  address TEXT NOT NULL DEFAULT '',
  created_at TIMESTAMP NOT NULL,
  seen_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL
);
--bun:split
CREATE INDEX sessions_by_user ON sessions (user_id, seen_at);
--bun:split
CREATE TABLE tokens (
  id TEXT PRIMARY KEY,
  secret_hash TEXT NOT NULL UNIQUE,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  used_at TIMESTAMP
);
--bun:split
CREATE INDEX tokens_by_user ON tokens (user_id, created_at);
--bun:split
CREATE TABLE invitations (
  secret_hash TEXT PRIMARY KEY,
  user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
  created_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL,
  used_at TIMESTAMP
);
--bun:split
CREATE TABLE sign_in_attempts (
  key TEXT PRIMARY KEY,
  count INTEGER NOT NULL,
  first_at TIMESTAMP NOT NULL
);
--bun:split
CREATE TABLE tenders (
  id TEXT PRIMARY KEY,
  reference TEXT NOT NULL,
  reference_folded TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  title_folded TEXT NOT NULL,
  client TEXT NOT NULL,
  client_folded TEXT NOT NULL,
  place TEXT NOT NULL DEFAULT '',
  branch_id TEXT NOT NULL REFERENCES branches (id),
  year INTEGER NOT NULL,
  work TEXT NOT NULL DEFAULT '',
  procedure TEXT NOT NULL DEFAULT '',
  value BIGINT NOT NULL DEFAULT 0,
  outcome TEXT NOT NULL,
  score REAL NOT NULL DEFAULT 0,
  submit_at TIMESTAMP,
  summary TEXT NOT NULL DEFAULT '',
  created_by TEXT NOT NULL REFERENCES users (id),
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);
--bun:split
CREATE INDEX tenders_by_year ON tenders (year, id);
--bun:split
CREATE INDEX tenders_by_branch ON tenders (branch_id, year);
--bun:split
CREATE TABLE documents (
  id TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  title_folded TEXT NOT NULL,
  kind TEXT NOT NULL,
  branch_id TEXT NOT NULL REFERENCES branches (id),
  tender_id TEXT NOT NULL DEFAULT '',
  owner_id TEXT NOT NULL REFERENCES users (id),
  language TEXT NOT NULL DEFAULT '',
  language_set BOOLEAN NOT NULL DEFAULT FALSE,
  audience TEXT NOT NULL,
  version_id TEXT NOT NULL,
  readable_id TEXT NOT NULL DEFAULT '',
  reads INTEGER NOT NULL DEFAULT 0,
  source_id TEXT NOT NULL DEFAULT '',
  source_path TEXT NOT NULL DEFAULT '',
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  deleted_at TIMESTAMP,
  deleted_by TEXT NOT NULL DEFAULT ''
);
--bun:split
CREATE INDEX documents_by_time ON documents (created_at, id);
--bun:split
CREATE INDEX documents_by_version ON documents (version_id);
--bun:split
CREATE INDEX documents_by_tender ON documents (tender_id);
--bun:split
CREATE INDEX documents_by_owner ON documents (owner_id, created_at);
--bun:split
CREATE UNIQUE INDEX documents_by_source ON documents (source_id, source_path) WHERE source_id <> '';
--bun:split
CREATE TABLE document_audience (
  document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
  key TEXT NOT NULL,
  PRIMARY KEY (document_id, key)
);
--bun:split
CREATE TABLE document_tags (
  document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
  tag TEXT NOT NULL,
  tag_folded TEXT NOT NULL,
  PRIMARY KEY (document_id, tag_folded)
);
--bun:split
CREATE INDEX document_tags_by_tag ON document_tags (tag_folded);
--bun:split
CREATE TABLE versions (
  id TEXT PRIMARY KEY,
  document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  blob TEXT NOT NULL,
  size BIGINT NOT NULL,
  media_type TEXT NOT NULL,
  filename TEXT NOT NULL,
  status TEXT NOT NULL,
  failure TEXT NOT NULL DEFAULT '',
  failure_detail TEXT NOT NULL DEFAULT '',
  pages INTEGER NOT NULL DEFAULT 0,
  pages_without_text INTEGER NOT NULL DEFAULT 0,
  language TEXT NOT NULL DEFAULT '',
  created_by TEXT NOT NULL REFERENCES users (id),
  created_at TIMESTAMP NOT NULL,
  read_at TIMESTAMP,
  UNIQUE (document_id, number)
);
--bun:split
CREATE INDEX versions_by_sha256 ON versions (sha256);
--bun:split
CREATE INDEX versions_by_blob ON versions (blob);
--bun:split
CREATE INDEX versions_by_status ON versions (status, created_at);
--bun:split
CREATE TABLE pages (
  version_id TEXT NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  label TEXT NOT NULL DEFAULT '',
  text TEXT NOT NULL,
  grid BOOLEAN NOT NULL DEFAULT FALSE,
  reader TEXT NOT NULL,
  quality REAL NOT NULL,
  width REAL NOT NULL DEFAULT 0,
  height REAL NOT NULL DEFAULT 0,
  PRIMARY KEY (version_id, number)
);
--bun:split
CREATE TABLE page_prints (
  print BIGINT NOT NULL,
  version_id TEXT NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
  page INTEGER NOT NULL
);
--bun:split
CREATE INDEX page_prints_by_print ON page_prints (print);
--bun:split
CREATE INDEX page_prints_by_version ON page_prints (version_id);
--bun:split
CREATE TABLE near_copies (
  version_id TEXT NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
  other_id TEXT NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
  overlap REAL NOT NULL,
  pages TEXT NOT NULL,
  PRIMARY KEY (version_id, other_id)
);
--bun:split
CREATE INDEX near_copies_by_other ON near_copies (other_id);
--bun:split
CREATE TABLE document_reads (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
  page INTEGER NOT NULL,
  read_at TIMESTAMP NOT NULL,
  PRIMARY KEY (user_id, document_id)
);
--bun:split
CREATE INDEX document_reads_by_time ON document_reads (user_id, read_at);
--bun:split
CREATE TABLE index_queue (
  type TEXT NOT NULL,
  id TEXT NOT NULL,
  ticket TEXT NOT NULL,
  queued_at TIMESTAMP NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  failure TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (type, id)
);
--bun:split
CREATE UNIQUE INDEX index_queue_by_ticket ON index_queue (ticket);
--bun:split
CREATE INDEX index_queue_by_time ON index_queue (queued_at);
--bun:split
CREATE TABLE synonyms (
  id TEXT PRIMARY KEY,
  terms TEXT NOT NULL,
  created_by TEXT NOT NULL REFERENCES users (id),
  created_at TIMESTAMP NOT NULL
);
--bun:split
CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  updated_at TIMESTAMP NOT NULL
);
--bun:split
CREATE TABLE audit (
  id TEXT PRIMARY KEY,
  at TIMESTAMP NOT NULL,
  user_id TEXT NOT NULL,
  action TEXT NOT NULL,
  object TEXT NOT NULL,
  detail TEXT NOT NULL DEFAULT ''
);
--bun:split
CREATE INDEX audit_by_time ON audit (at, id);
