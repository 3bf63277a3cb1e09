-- Which records carry each value that several carry. One row per value and record.
-- depends: identity.key_values, staging.identifiers
-- column: key_id INTEGER | The value.
-- column: node INTEGER | The record.
-- unique: key_id, node
-- not_null: key_id, node
SELECT k.key_id, i.node
FROM identity.key_values AS k
INNER JOIN staging.identifiers AS i ON i.kind = k.kind AND i.value = k.value
