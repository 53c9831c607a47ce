CREATE TABLE notify_events (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  word TEXT NOT NULL DEFAULT '',
  thread TEXT NOT NULL,
  group_id TEXT NOT NULL DEFAULT '',
  actor_id TEXT NOT NULL DEFAULT '',
  about TEXT NOT NULL,
  url TEXT NOT NULL,
  text TEXT NOT NULL DEFAULT '',
  source TEXT NOT NULL,
  audience TEXT NOT NULL DEFAULT '',
  reached TEXT NOT NULL DEFAULT '',
  at TIMESTAMPTZ NOT NULL
);
--bun:split
CREATE INDEX notify_events_by_source ON notify_events (source);
--bun:split
CREATE INDEX notify_events_by_time ON notify_events (at);
--bun:split
CREATE TABLE notifications (
  id TEXT PRIMARY KEY,
  event_id TEXT NOT NULL REFERENCES notify_events (id) ON DELETE CASCADE,
  user_id TEXT NOT NULL REFERENCES users (id),
  source TEXT NOT NULL,
  kind TEXT NOT NULL,
  thread TEXT NOT NULL,
  about TEXT NOT NULL,
  path TEXT NOT NULL,
  at TIMESTAMPTZ NOT NULL,
  read_at TIMESTAMPTZ,
  mail_at TIMESTAMPTZ,
  push_at TIMESTAMPTZ
);
--bun:split
CREATE UNIQUE INDEX notifications_once ON notifications (user_id, source);
--bun:split
CREATE INDEX notifications_by_thread ON notifications (user_id, thread, at);
--bun:split
CREATE INDEX notifications_by_event ON notifications (event_id);
--bun:split
CREATE INDEX notifications_by_time ON notifications (at);
--bun:split
CREATE INDEX notifications_unread ON notifications (user_id, path) WHERE read_at IS NULL;
--bun:split
CREATE INDEX notifications_to_mail ON notifications (mail_at) WHERE mail_at IS NOT NULL;
--bun:split
CREATE INDEX notifications_to_push ON notifications (push_at) WHERE push_at IS NOT NULL;
--bun:split
CREATE TABLE notify_mutes (
  user_id TEXT NOT NULL REFERENCES users (id),
  key TEXT NOT NULL,
  at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (user_id, key)
);
--bun:split
CREATE TABLE notify_rhythms (
  user_id TEXT NOT NULL REFERENCES users (id),
  kind TEXT NOT NULL,
  rhythm TEXT NOT NULL,
  push BOOLEAN NOT NULL DEFAULT FALSE,
  PRIMARY KEY (user_id, kind)
);
--bun:split
CREATE TABLE notify_hours (
  user_id TEXT PRIMARY KEY REFERENCES users (id),
  zone TEXT NOT NULL DEFAULT '',
  quiet_from BIGINT NOT NULL,
  quiet_until BIGINT NOT NULL
);
--bun:split
CREATE TABLE push_devices (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  endpoint TEXT NOT NULL,
  endpoint_hash TEXT NOT NULL,
  p256dh TEXT NOT NULL,
  auth_secret TEXT NOT NULL,
  name TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  used_at TIMESTAMPTZ
);
--bun:split
CREATE UNIQUE INDEX push_devices_by_endpoint ON push_devices (endpoint_hash);
--bun:split
CREATE INDEX push_devices_by_user ON push_devices (user_id);
--bun:split
CREATE INDEX push_devices_by_session ON push_devices (session_id);
