-- What ever happened to customer ids: the history that this run follows, and what this run adds. One row per event.
-- depends: identity.known_events, identity.customer_ids, identity.id_run
-- materialized: view
-- column: customer_id VARCHAR | The id.
-- column: event VARCHAR | created, split, returned, merged or retired.
-- column: other_customer_id VARCHAR | merged: the id it leads to since; split: the id most of its records had before.
-- column: records BIGINT | Records of the customer; of a merged id those it brought along, of a retired one those it had.
-- column: sequence INTEGER | Number of the change of ids, from 1; a run makes at most one.
-- column: as_of TIMESTAMP | Clock of the run, UTC.
-- column: after_version VARCHAR | The version that the run followed; NULL for a first run.
-- unique: customer_id, sequence
-- not_null: customer_id, event, records, sequence, as_of
SELECT customer_id, event, other_customer_id, records, sequence, as_of, after_version
FROM identity.known_events
UNION ALL
SELECT c.customer_id, c.event, c.other_customer_id, c.records, r.sequence, r.as_of, r.after_version
FROM identity.customer_ids AS c
CROSS JOIN identity.id_run AS r
WHERE c.event IS NOT NULL
