ALTER TABLE posts ADD COLUMN must_read BOOLEAN NOT NULL DEFAULT FALSE;
--bun:split
ALTER TABLE posts ADD COLUMN read_by TIMESTAMP;
--bun:split
CREATE INDEX posts_news ON posts (published_at, id) WHERE kind = 'news';
--bun:split
CREATE TABLE news_channels (
  channel TEXT PRIMARY KEY,
  comments BOOLEAN NOT NULL,
  notify BOOLEAN NOT NULL,
  updated_at TIMESTAMP NOT NULL
);
--bun:split
CREATE TABLE news_seen (
  post_id TEXT NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  at TIMESTAMP NOT NULL,
  PRIMARY KEY (post_id, user_id)
);
--bun:split
CREATE INDEX news_seen_by_user ON news_seen (user_id);
--bun:split
CREATE TABLE news_confirmed (
  post_id TEXT NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  at TIMESTAMP NOT NULL,
  PRIMARY KEY (post_id, user_id)
);
--bun:split
CREATE INDEX news_confirmed_by_user ON news_confirmed (user_id);
--bun:split
CREATE TABLE news_reminders (
  post_id TEXT NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
  round TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  PRIMARY KEY (post_id, round)
);
