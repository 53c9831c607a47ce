-- What changed, written by the transaction that changed it, so that an answer made of some tables outlives changes of others
-- (internal/db/changes.go). The sum of n of a table never falls and is another one after each commit that changed it.
CREATE TABLE changes (
    part TEXT   NOT NULL,
    xact XID8   NOT NULL,
    n    BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (part, xact)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);

CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO changes (part, xact) VALUES (TG_TABLE_NAME, pg_current_xact_id()) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
