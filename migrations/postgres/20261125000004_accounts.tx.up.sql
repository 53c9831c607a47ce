-- Who has no mail address has a key in email_folded that no address can be, '-' and the id: so it stays unique as it is.
ALTER TABLE users ADD COLUMN personnel_number TEXT NOT NULL DEFAULT '';
--bun:split
CREATE UNIQUE INDEX users_by_personnel_number ON users (lower(personnel_number)) WHERE personnel_number <> '';
--bun:split
ALTER TABLE users ADD COLUMN seen_at TIMESTAMPTZ;
--bun:split
UPDATE users SET seen_at = (SELECT max(s.seen_at) FROM sessions AS s WHERE s.user_id = users.id);
--bun:split
ALTER TABLE invitations ADD COLUMN code_hash TEXT NOT NULL DEFAULT '';
--bun:split
CREATE TABLE second_factors (
  user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  secret TEXT NOT NULL,
  last_step BIGINT NOT NULL DEFAULT 0,
  created_at TIMESTAMPTZ NOT NULL,
  confirmed_at TIMESTAMPTZ
);
--bun:split
CREATE TABLE recovery_codes (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  code_hash TEXT NOT NULL,
  used_at TIMESTAMPTZ,
  PRIMARY KEY (user_id, code_hash)
);
--bun:split
CREATE TABLE pending_sign_ins (
  secret_hash TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  tries INTEGER NOT NULL DEFAULT 0,
  created_at TIMESTAMPTZ NOT NULL,
  expires_at TIMESTAMPTZ NOT NULL
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
CREATE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND OLD.at < now() - interval '90 days' THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'the audit trail is not changed, and kept for 90 days at least';
END $$;
--bun:split
CREATE TRIGGER audit_is_kept BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_is_kept();
