-- Who has no mail address has a key in email_folded that no address can be, '-' and the id: so it stays unique as it is.
ALTER TABLE users ADD COLUMN personnel_number TEXT NOT NULL DEFAULT '';
--bun:split
CREATE UNIQUE INDEX users_by_personnel_number ON users (lower(personnel_number)) WHERE personnel_number <> '';
--bun:split
ALTER TABLE users ADD COLUMN seen_at TIMESTAMP;
--bun:split
UPDATE users SET seen_at = (SELECT max(s.seen_at) FROM sessions AS s WHERE s.user_id = users.id);
--bun:split
ALTER TABLE invitations ADD COLUMN code_hash TEXT NOT NULL DEFAULT '';
--bun:split
CREATE TABLE second_factors (
  user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  secret TEXT NOT NULL,
  last_step BIGINT NOT NULL DEFAULT 0,
  created_at TIMESTAMP NOT NULL,
  confirmed_at TIMESTAMP
);
--bun:split
CREATE TABLE recovery_codes (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  code_hash TEXT NOT NULL,
  used_at TIMESTAMP,
  PRIMARY KEY (user_id, code_hash)
);
--bun:split
CREATE TABLE pending_sign_ins (
  secret_hash TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  tries INTEGER NOT NULL DEFAULT 0,
  created_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL
);
--bun:split
ALTER TABLE audit ADD COLUMN address TEXT NOT NULL DEFAULT '';
--bun:split
ALTER TABLE audit ADD COLUMN via TEXT NOT NULL DEFAULT '';
--bun:split
CREATE INDEX audit_by_user ON audit (user_id, at);
--bun:split
CREATE INDEX audit_by_object ON audit (object, at);
--bun:split
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail is not changed'); END;
--bun:split
CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit WHEN OLD.at > strftime('%Y-%m-%d %H:%M:%f', 'now', '-90 days')
BEGIN SELECT RAISE(ABORT, 'the audit trail is kept for 90 days at least'); END;
