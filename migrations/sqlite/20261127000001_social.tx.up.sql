CREATE TABLE posts (
  id TEXT PRIMARY KEY,
  author_id TEXT NOT NULL REFERENCES users (id),
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  title TEXT NOT NULL DEFAULT '',
  body TEXT NOT NULL,
  audience TEXT NOT NULL,
  about TEXT NOT NULL DEFAULT '',
  about_version TEXT NOT NULL DEFAULT '',
  about_page INTEGER NOT NULL DEFAULT 0,
  quote TEXT NOT NULL DEFAULT '',
  quote_before TEXT NOT NULL DEFAULT '',
  quote_after TEXT NOT NULL DEFAULT '',
  publish_at TIMESTAMP,
  published_at TIMESTAMP,
  active_at TIMESTAMP,
  edited_at TIMESTAMP,
  closed BOOLEAN NOT NULL DEFAULT FALSE,
  pinned BOOLEAN NOT NULL DEFAULT FALSE,
  answer_id TEXT NOT NULL DEFAULT '',
  poll_many BOOLEAN NOT NULL DEFAULT FALSE,
  poll_ends_at TIMESTAMP,
  comments INTEGER NOT NULL DEFAULT 0,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);
--bun:split
CREATE INDEX posts_by_author ON posts (author_id, state, published_at);
--bun:split
CREATE INDEX posts_by_about ON posts (about, state, published_at) WHERE about <> '';
--bun:split
CREATE INDEX posts_to_publish ON posts (publish_at) WHERE state = 'scheduled';
--bun:split
CREATE INDEX posts_pinned ON posts (id) WHERE pinned;
--bun:split
CREATE TABLE post_audience (
  post_id TEXT NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
  key TEXT NOT NULL,
  published BIGINT NOT NULL,
  active BIGINT NOT NULL,
  PRIMARY KEY (post_id, key)
);
--bun:split
CREATE INDEX post_audience_newest ON post_audience (key, published, post_id);
--bun:split
CREATE INDEX post_audience_active ON post_audience (key, active, post_id);
--bun:split
CREATE TABLE post_topics (
  post_id TEXT NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
  topic TEXT NOT NULL,
  shown TEXT NOT NULL,
  published BIGINT NOT NULL,
  PRIMARY KEY (post_id, topic)
);
--bun:split
CREATE INDEX post_topics_newest ON post_topics (topic, published, post_id);
--bun:split
CREATE TABLE post_cards (
  post_id TEXT NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
  n INTEGER NOT NULL,
  target TEXT NOT NULL,
  page INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (post_id, n)
);
--bun:split
CREATE INDEX post_cards_by_target ON post_cards (target, post_id);
--bun:split
CREATE TABLE post_photos (
  post_id TEXT NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
  n INTEGER NOT NULL,
  sum TEXT NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  alt TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (post_id, n)
);
--bun:split
CREATE TABLE post_praised (
  post_id TEXT NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  PRIMARY KEY (post_id, user_id)
);
--bun:split
CREATE INDEX post_praised_by_user ON post_praised (user_id, post_id);
--bun:split
CREATE TABLE poll_options (
  post_id TEXT NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
  n INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (post_id, n)
);
--bun:split
CREATE TABLE poll_votes (
  post_id TEXT NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
  n INTEGER NOT NULL,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at TIMESTAMP NOT NULL,
  PRIMARY KEY (post_id, user_id, n)
);
--bun:split
CREATE TABLE comments (
  id TEXT PRIMARY KEY,
  post_id TEXT NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
  parent_id TEXT NOT NULL DEFAULT '',
  author_id TEXT NOT NULL REFERENCES users (id),
  state TEXT NOT NULL,
  body TEXT NOT NULL,
  edited_at TIMESTAMP,
  created_at TIMESTAMP NOT NULL
);
--bun:split
CREATE INDEX comments_by_post ON comments (post_id, parent_id, created_at, id);
--bun:split
CREATE INDEX comments_by_author ON comments (author_id, created_at);
--bun:split
CREATE TABLE revisions (
  item TEXT NOT NULL,
  n INTEGER NOT NULL,
  title TEXT NOT NULL DEFAULT '',
  body TEXT NOT NULL,
  written_at TIMESTAMP NOT NULL,
  PRIMARY KEY (item, n)
);
--bun:split
CREATE TABLE reactions (
  target TEXT NOT NULL,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  PRIMARY KEY (target, user_id)
);
--bun:split
CREATE INDEX reactions_by_user ON reactions (user_id, created_at);
--bun:split
CREATE TABLE reaction_counts (
  target TEXT NOT NULL,
  kind TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (target, kind)
);
--bun:split
CREATE TABLE follows (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  target TEXT NOT NULL,
  since TIMESTAMP NOT NULL,
  PRIMARY KEY (user_id, target)
);
--bun:split
CREATE INDEX follows_by_target ON follows (target);
--bun:split
CREATE TABLE feeds_seen (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  feed TEXT NOT NULL,
  seen_at TIMESTAMP NOT NULL,
  PRIMARY KEY (user_id, feed)
);
