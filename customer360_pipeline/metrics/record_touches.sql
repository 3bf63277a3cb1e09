-- The marketing events of each record. One row per record with events up to as_of.
-- depends: staging.touches
-- setting: as_of
-- column: node INTEGER | The record.
-- column: touches BIGINT | Marketing events.
-- column: first_at TIMESTAMP | First event, UTC.
-- column: last_at TIMESTAMP | Latest event, UTC.
-- unique: node
-- not_null: node, touches, first_at, last_at
SELECT node, COUNT(*) AS touches, MIN(occurred_at) AS first_at, MAX(occurred_at) AS last_at
FROM staging.touches
WHERE node IS NOT NULL AND occurred_at <= $as_of
GROUP BY node
