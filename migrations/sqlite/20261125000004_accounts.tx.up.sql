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
