CREATE TABLE erasures (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  asked_by TEXT NOT NULL,
  asked_at TIMESTAMP NOT NULL,
  due_at TIMESTAMP NOT NULL,
  done_at TIMESTAMP,
  cancelled_at TIMESTAMP
);
--bun:split
CREATE INDEX erasures_by_user ON erasures (user_id, asked_at);
--bun:split
CREATE TABLE exports (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  asked_at TIMESTAMP NOT NULL,
  ready_at TIMESTAMP,
  expires_at TIMESTAMP NOT NULL,
  size BIGINT NOT NULL DEFAULT 0
);
--bun:split
CREATE INDEX exports_by_user ON exports (user_id, asked_at);
--bun:split
DROP TRIGGER audit_is_not_changed;
--bun:split
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
WHEN NOT (NEW.detail = '(erased)' AND NEW.id = OLD.id AND NEW.at = OLD.at AND NEW.user_id = OLD.user_id AND NEW.action = OLD.action
  AND NEW.object = OLD.object AND NEW.address = OLD.address AND NEW.via = OLD.via)
BEGIN SELECT RAISE(ABORT, 'the audit trail is not changed'); END;
