ALTER TABLE posts ADD COLUMN no_preview BOOLEAN NOT NULL DEFAULT FALSE;
--bun:split
CREATE TABLE post_links (
  post_id TEXT NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
  n INTEGER NOT NULL,
  address TEXT NOT NULL,
  PRIMARY KEY (post_id, n)
);
--bun:split
CREATE INDEX post_links_by_address ON post_links (address);
--bun:split
CREATE TABLE link_previews (
  address TEXT PRIMARY KEY,
  domain TEXT NOT NULL,
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  site TEXT NOT NULL,
  picture TEXT NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  failed BOOLEAN NOT NULL,
  asked_at TIMESTAMPTZ NOT NULL
);
--bun:split
CREATE INDEX link_previews_asked ON link_previews (domain, asked_at);
--bun:split
CREATE INDEX link_previews_picture ON link_previews (picture) WHERE picture <> '';
