-- Every link between two source records that was accepted or vetoed, with its rule and evidence. One row per pair of
-- records and rule.
-- depends: identity.links, identity.record_customers, staging.records
-- column: customer_id VARCHAR | Customer of the left record; of both, when the link is accepted.
-- column: left_source VARCHAR | Source of one record.
-- column: left_record_id VARCHAR | Its id there.
-- column: right_source VARCHAR | Source of the other record.
-- column: right_record_id VARCHAR | Its id there.
-- column: rule VARCHAR | decision, what they share (email, user_id, phone, customer_id, the source's own merge), or fuzzy: alike in many fields.
-- column: pass INTEGER | 0 people's decisions and the source's own merges, 1 join_key, 2 and later the secondary keys in order, last fuzzy.
-- column: status VARCHAR | accepted or vetoed.
-- column: reason VARCHAR | Why vetoed, or what corroborates it.
-- column: evidence VARCHAR | JSON: field -> how the two compare; no values.
-- column: score DOUBLE | Log-odds that the two are one person; NULL for a decision or a key.
-- not_null: customer_id, left_source, left_record_id, right_source, right_record_id, rule, pass, status
SELECT
    c.customer_id,
    a.source AS left_source,
    a.record_id AS left_record_id,
    b.source AS right_source,
    b.record_id AS right_record_id,
    l.rule,
    l.pass,
    l.status,
    l.reason,
    l.evidence,
    l.score
FROM identity.links AS l
JOIN identity.record_customers AS c ON c.node = l.left_node
JOIN identity.record_customers AS d ON d.node = l.right_node
JOIN staging.records AS a ON a.node = l.left_node
JOIN staging.records AS b ON b.node = l.right_node
-- A veto that likeness overcame (first and last name swapped) keeps nobody apart.
WHERE l.status = 'accepted' OR c.customer_number <> d.customer_number
