CREATE TABLE searches (
  day TEXT NOT NULL,
  question TEXT NOT NULL,
  asked INTEGER NOT NULL,
  found_nothing INTEGER NOT NULL,
  slowest_ms INTEGER NOT NULL,
  PRIMARY KEY (day, question)
);
