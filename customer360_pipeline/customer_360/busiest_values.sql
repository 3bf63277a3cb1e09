-- The key values that most records carry, whether they link or not: where an over-merge would begin. One row per kind
-- and value, the twenty with most records of each kind.
-- depends: identity.key_values, identity.key_records, identity.record_customers, identity.nicknames, staging.records
-- column: kind VARCHAR | email, email_mailbox, user_id, customer_id or phone.
-- column: value VARCHAR | The canonical value.
-- column: records BIGINT | Records that carry it.
-- column: distinct_names BIGINT | Distinct given names among them, a nickname as its formal name; 0: no record has one.
-- column: customers BIGINT | Customers these records belong to; 1: the value, or other keys, made them one.
-- column: reason VARCHAR | Why it links nobody (blocked_values); NULL: it links.
-- unique: kind, value
-- not_null: kind, value, records, distinct_names, customers
WITH ranked AS (
    SELECT
        key_id, kind, value, records, reason,
        ROW_NUMBER() OVER (PARTITION BY kind ORDER BY records DESC, value) AS place
    FROM identity.key_values
    WHERE kind <> 'source_merge'
)
SELECT
    r.kind, r.value, r.records,
    COUNT(DISTINCT CASE WHEN LENGTH(s.first_name_key) > 1 THEN COALESCE(f.formal, s.first_name_key) END) AS distinct_names,
    COUNT(DISTINCT c.customer_number) AS customers, r.reason
FROM ranked AS r
JOIN identity.key_records AS k ON k.key_id = r.key_id
JOIN identity.record_customers AS c ON c.node = k.node
JOIN staging.records AS s ON s.node = k.node
LEFT JOIN identity.nicknames AS f ON f.name = s.first_name_key AND f.is_first
WHERE r.place <= 20
GROUP BY r.kind, r.value, r.records, r.reason
