CREATE TABLE erasures (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  asked_by TEXT NOT NULL,
  asked_at TIMESTAMPTZ NOT NULL,
  due_at TIMESTAMPTZ NOT NULL,
  done_at TIMESTAMPTZ,
  cancelled_at TIMESTAMPTZ
);
--bun:split
CREATE INDEX erasures_by_user ON erasures (user_id, asked_at);
--bun:split
CREATE TABLE exports (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  asked_at TIMESTAMPTZ NOT NULL,
  ready_at TIMESTAMPTZ,
  expires_at TIMESTAMPTZ NOT NULL,
  size BIGINT NOT NULL DEFAULT 0
);
--bun:split
CREATE INDEX exports_by_user ON exports (user_id, asked_at);
--bun:split
CREATE OR REPLACE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND OLD.at < now() - interval '90 days' THEN
    RETURN OLD;
  END IF;
  IF TG_OP = 'UPDATE' AND NEW.detail = '(erased)' AND NEW.id = OLD.id AND NEW.at = OLD.at AND NEW.user_id = OLD.user_id AND NEW.action = OLD.action
    AND NEW.object = OLD.object AND NEW.address = OLD.address AND NEW.via = OLD.via THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the audit trail is not changed, and kept for 90 days at least';
END $$;
