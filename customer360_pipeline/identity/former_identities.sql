-- Which customers a record once was and is no more: records that left, and records that moved to another customer.
-- One row per record and former id.
-- depends: identity.known_records, identity.known_customers, identity.record_customers, identity.id_run, staging.records
-- column: record_hash VARCHAR | MD5 of `source:record_id`, in hexadecimal; the id itself may be an address.
-- column: customer_id VARCHAR | The id the record had.
-- column: sequence INTEGER | Change of ids with which it lost it.
-- column: as_of TIMESTAMP | Clock of that run, UTC.
-- unique: record_hash, customer_id
-- not_null: record_hash, customer_id, sequence, as_of
SELECT
    COALESCE(k.record_hash, MD5(r.source || ':' || r.record_id)) AS record_hash,
    o.customer_id,
    COALESCE(k.sequence, u.sequence) AS sequence,
    COALESCE(k.as_of, u.as_of) AS as_of
FROM identity.known_records AS k
JOIN identity.known_customers AS o ON o.number = k.number
CROSS JOIN identity.id_run AS u
LEFT JOIN identity.record_customers AS c ON c.node = k.node
LEFT JOIN staging.records AS r ON r.node = k.node AND k.record_hash IS NULL
WHERE c.customer_id IS NULL OR c.customer_id <> o.customer_id
