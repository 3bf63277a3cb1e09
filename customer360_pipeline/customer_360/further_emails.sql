-- Addresses that a record is known by besides the one it names itself: further ones of a contact, and those of its payments and other facts. One row per record and address.
-- They link records as its own address does, unless they link nobody (`blocked_values`). `customer360 explain` finds a
-- customer by each.
-- depends: staging.records, staging.identifiers, identity.record_customers
-- column: customer_id VARCHAR | The customer the record belongs to.
-- column: source VARCHAR | Source.
-- column: record_id VARCHAR | The source's id of the record.
-- column: email VARCHAR | The address, canonical.
-- unique: source, record_id, email
-- not_null: customer_id, source, record_id, email
SELECT c.customer_id, r.source, r.record_id, i.value AS email
FROM staging.identifiers AS i
JOIN staging.records AS r ON r.node = i.node
JOIN identity.record_customers AS c ON c.node = i.node
WHERE i.kind = 'email' AND COALESCE(r.email_key <> i.value, TRUE)
