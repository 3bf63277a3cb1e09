-- What people decided about who is who, and which customer each record is now. One row per decision in force and
-- record it names.
-- depends: identity.decided_records, staging.records, identity.record_customers
-- column: decision_id VARCHAR | The decision, as `customer360 decisions` lists it.
-- column: kind VARCHAR | must_link: all its records are one person; cannot_link: records of different parts are not.
-- column: part INTEGER | Part of the decision the record stands in, from 0.
-- column: source VARCHAR | Source of the record.
-- column: record_id VARCHAR | Its id there.
-- column: customer_id VARCHAR | The customer it belongs to; NULL: the record is not in the extracts, the decision waits for it.
-- column: author VARCHAR | Who decided.
-- column: reason VARCHAR | Why, in their words.
-- column: decided_at TIMESTAMP | When, UTC.
-- unique: decision_id, source, record_id
-- not_null: decision_id, kind, part, source, record_id, author, reason, decided_at
SELECT d.decision_id, d.kind, d.part, d.source, d.record_id, c.customer_id, d.author, d.reason, d.decided_at
FROM identity.decided_records AS d
LEFT JOIN staging.records AS r ON r.source = d.source AND r.record_id = d.record_id
LEFT JOIN identity.record_customers AS c ON c.node = r.node
