ALTER TABLE participation_months ADD COLUMN news INTEGER;
--bun:split
CREATE TABLE participation_news (
  month TEXT NOT NULL REFERENCES participation_months (month) ON DELETE CASCADE,
  branch_id TEXT NOT NULL,
  part INTEGER NOT NULL,
  people INTEGER NOT NULL,
  PRIMARY KEY (month, branch_id, part)
);
