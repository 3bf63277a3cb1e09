-- What ever happened to customer ids, and where each leads now: look an old id up here. One row per event.
-- depends: identity.id_events, identity.id_redirects
-- column: customer_id VARCHAR | The id the event is about.
-- column: event VARCHAR | created; split: made of records of another customer; returned: its records are back; merged into another; retired: none of its records is left.
-- column: other_customer_id VARCHAR | merged: the id it leads to since; split: the id most of its records had before; else NULL.
-- column: records BIGINT | Records of the customer then; of a merged id those it brought along, of a retired one those it had.
-- column: sequence INTEGER | Number of the change of ids, from 1; a run that changes ids makes one.
-- column: as_of TIMESTAMP | Clock of the run, UTC.
-- column: after_version VARCHAR | The version that the run followed; NULL for a first run.
-- column: current_customer_id VARCHAR | Where customer_id leads in this version: itself, or what it was merged into, followed to the end.
-- column: is_living BOOLEAN | current_customer_id names a customer of this version; false: it retired.
-- unique: customer_id, sequence
-- not_null: customer_id, event, records, sequence, as_of, current_customer_id, is_living
SELECT
    e.customer_id,
    e.event,
    e.other_customer_id,
    e.records,
    e.sequence,
    e.as_of,
    e.after_version,
    r.current_customer_id,
    r.is_living
FROM identity.id_events AS e
JOIN identity.id_redirects AS r ON r.customer_id = e.customer_id
