CREATE TABLE scim_tokens (
  id TEXT PRIMARY KEY,
  secret_hash TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  created_by TEXT NOT NULL DEFAULT '',
  created_at TIMESTAMP NOT NULL,
  used_at TIMESTAMP
);
--bun:split
-- What a company's identity service says of people. The account is the one of source 'scim' whose external_id is this id.
CREATE TABLE scim_users (
  id TEXT PRIMARY KEY,
  user_name TEXT NOT NULL,
  user_name_folded TEXT NOT NULL UNIQUE,
  external_id TEXT NOT NULL DEFAULT '',
  attributes TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);
--bun:split
CREATE INDEX scim_users_by_external_id ON scim_users (external_id);
--bun:split
CREATE TABLE scim_groups (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  name_folded TEXT NOT NULL UNIQUE,
  external_id TEXT NOT NULL DEFAULT '',
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);
--bun:split
CREATE TABLE scim_members (
  group_id TEXT NOT NULL REFERENCES scim_groups (id) ON DELETE CASCADE,
  member_id TEXT NOT NULL REFERENCES scim_users (id) ON DELETE CASCADE,
  PRIMARY KEY (group_id, member_id)
);
--bun:split
CREATE INDEX scim_members_by_member ON scim_members (member_id);
