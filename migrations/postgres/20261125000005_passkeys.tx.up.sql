-- What an authenticator knows a person by is random: whoever holds it learns nothing of the account.
CREATE TABLE passkey_handles (
  user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  handle TEXT NOT NULL UNIQUE
);
--bun:split
CREATE TABLE passkeys (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  credential_id TEXT NOT NULL UNIQUE,
  credential TEXT NOT NULL,
  sign_count BIGINT NOT NULL DEFAULT 0,
  name TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  used_at TIMESTAMPTZ
);
--bun:split
CREATE INDEX passkeys_by_user ON passkeys (user_id);
--bun:split
CREATE TABLE passkey_challenges (
  hash TEXT PRIMARY KEY,
  user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
  purpose TEXT NOT NULL,
  asked TEXT NOT NULL,
  address TEXT NOT NULL DEFAULT '',
  expires_at TIMESTAMPTZ NOT NULL
);
--bun:split
CREATE INDEX passkey_challenges_by_address ON passkey_challenges (address, expires_at);
--bun:split
ALTER TABLE sessions ADD COLUMN passkey BOOLEAN NOT NULL DEFAULT FALSE;
