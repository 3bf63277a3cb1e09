-- The web sessions of each record, counted once here so that nothing later scans sessions to count them. One row per
-- record with web events up to as_of.
-- depends: staging.sessions
-- setting: as_of
-- column: node INTEGER | The record the sessions belong to.
-- column: sessions BIGINT | Sessions: distinct (device, session id); events outside a session are none.
-- column: page_views BIGINT | Page and screen views.
-- column: first_at TIMESTAMP | Start of the first session, UTC.
-- column: last_at TIMESTAMP | Last event of the latest session, UTC, never after as_of.
-- unique: node
-- not_null: node, sessions, page_views, first_at, last_at
SELECT
    node,
    COUNT(session_id) AS sessions,
    CAST(COALESCE(SUM(page_views), 0) AS BIGINT) AS page_views,
    MIN(started_at) AS first_at,
    MAX(CASE WHEN ended_at <= $as_of THEN ended_at ELSE started_at END) AS last_at
FROM staging.sessions
WHERE node IS NOT NULL AND started_at <= $as_of
GROUP BY node
