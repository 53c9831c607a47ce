CREATE TABLE share_rules (
  branch_id TEXT PRIMARY KEY REFERENCES branches (id) ON DELETE CASCADE,
  most_days INTEGER NOT NULL,
  password BOOLEAN NOT NULL DEFAULT FALSE,
  calculations BOOLEAN NOT NULL DEFAULT FALSE,
  updated_by TEXT NOT NULL DEFAULT '',
  updated_at TIMESTAMPTZ NOT NULL
);
--bun:split
CREATE TABLE share_links (
  id TEXT PRIMARY KEY,
  document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
  version INTEGER NOT NULL DEFAULT 0,
  user_id TEXT NOT NULL REFERENCES users (id),
  recipient TEXT NOT NULL,
  recipient_mail TEXT NOT NULL DEFAULT '',
  token_hash TEXT NOT NULL,
  password_hash TEXT NOT NULL DEFAULT '',
  download BOOLEAN NOT NULL DEFAULT FALSE,
  watermark BOOLEAN NOT NULL DEFAULT FALSE,
  created_at TIMESTAMPTZ NOT NULL,
  expires_at TIMESTAMPTZ NOT NULL,
  revoked_at TIMESTAMPTZ,
  revoked_by TEXT NOT NULL DEFAULT ''
);
--bun:split
CREATE UNIQUE INDEX share_links_by_token ON share_links (token_hash);
--bun:split
CREATE INDEX share_links_by_document ON share_links (document_id, created_at);
--bun:split
CREATE INDEX share_links_by_user ON share_links (user_id, created_at);
--bun:split
CREATE TABLE share_visits (
  id TEXT PRIMARY KEY,
  link_id TEXT NOT NULL REFERENCES share_links (id) ON DELETE CASCADE,
  at TIMESTAMPTZ NOT NULL,
  what TEXT NOT NULL,
  address TEXT NOT NULL DEFAULT ''
);
--bun:split
CREATE INDEX share_visits_by_link ON share_visits (link_id, at);
