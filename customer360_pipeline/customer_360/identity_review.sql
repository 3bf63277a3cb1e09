-- Pairs of records that may be one person and were not merged: for a person to judge. One row per pair of records.
-- depends: identity.review, identity.record_customers, staging.records
-- column: left_customer_id VARCHAR | Customer of one record.
-- column: left_source VARCHAR | Its source.
-- column: left_record_id VARCHAR | Its id there.
-- column: right_customer_id VARCHAR | Customer of the other record.
-- column: right_source VARCHAR | Its source.
-- column: right_record_id VARCHAR | Its id there.
-- column: score DOUBLE | Mean log-odds that the two customers are one person.
-- column: probability DOUBLE | The same as a probability.
-- column: reason VARCHAR | What speaks for one person most, besides the names.
-- column: evidence VARCHAR | JSON: field -> how the two compare and its weight; no values.
-- unique: left_source, left_record_id, right_source, right_record_id
-- not_null: left_customer_id, left_source, left_record_id, right_customer_id, right_source, right_record_id, score, probability
SELECT
    c.customer_id AS left_customer_id,
    a.source AS left_source,
    a.record_id AS left_record_id,
    d.customer_id AS right_customer_id,
    b.source AS right_source,
    b.record_id AS right_record_id,
    r.score,
    r.probability,
    r.reason,
    r.evidence
FROM identity.review AS r
JOIN identity.record_customers AS c ON c.node = r.left_node
JOIN identity.record_customers AS d ON d.node = r.right_node
JOIN staging.records AS a ON a.node = r.left_node
JOIN staging.records AS b ON b.node = r.right_node
