-- Which key is filled, usable and shared, by source: where matches can come from and why they do not. Counts only.
-- One row per source and kind of key.
-- depends: staging.records, staging.identifiers, identity.key_values, identity.key_records, identity.record_customers, identity.blocked_values, identity.links, profile.join_keys
-- column: source VARCHAR | Source.
-- column: kind VARCHAR | email, user_id, phone or customer_id.
-- column: pass INTEGER | 1 join_key, 2 and later the secondary keys; NULL: the key is not used for matching.
-- column: records BIGINT | Records of the source.
-- column: given BIGINT | Of them, records with something in the field.
-- column: usable BIGINT | Of those, records whose value is a key: valid, no placeholder.
-- column: reformatted BIGINT | Of those, records whose value is written differently from the key (case, blanks, phone format).
-- column: blocked BIGINT | Records whose key links nobody (blocked_values).
-- column: shared BIGINT | Records whose key another source has too.
-- column: matched BIGINT | Of those, records that are one customer with a record of another source.
-- column: unmatched_shared BIGINT | Records in no other source's customer, though another source has their key: what this key could still match.
-- column: kept_apart BIGINT | Of those, records whose key links and whose customer a veto or a decision of people keeps from another: with reason.
-- unique: source, kind
-- not_null: source, kind, records, given, usable, reformatted, blocked, shared, matched, unmatched_shared, kept_apart
WITH fields AS (
    SELECT source, 'email' AS kind, COUNT(*) AS records, COUNT(email) AS given FROM staging.records GROUP BY source
    UNION ALL
    SELECT source, 'user_id', COUNT(*), COUNT(user_id) FROM staging.records GROUP BY source
    UNION ALL
    SELECT source, 'phone', COUNT(*), COUNT(COALESCE(phone, mobile_phone)) FROM staging.records GROUP BY source
    UNION ALL
    SELECT source, 'customer_id', COUNT(*), COUNT(customer_id) FROM staging.records GROUP BY source
),
-- Only values that several records carry can be shared or blocked.
shared_keys AS (
    SELECT k.key_id
    FROM identity.key_records AS k
    JOIN staging.records AS r ON r.node = k.node
    GROUP BY k.key_id
    HAVING MIN(r.source) <> MAX(r.source)
),
marked_keys AS (
    SELECT
        v.key_id,
        v.kind,
        CASE WHEN s.key_id IS NULL THEN 0 ELSE 1 END AS is_shared,
        CASE WHEN b.value IS NULL THEN 0 ELSE 1 END AS is_blocked
    FROM identity.key_values AS v
    LEFT JOIN shared_keys AS s ON s.key_id = v.key_id
    LEFT JOIN identity.blocked_values AS b ON b.kind = v.kind AND b.value = v.value
    WHERE s.key_id IS NOT NULL OR b.value IS NOT NULL
),
node_keys AS (
    SELECT node, kind, MAX(is_shared) AS is_shared, MAX(is_blocked) AS is_blocked
    FROM (
        SELECT node, kind, 0 AS is_shared, 0 AS is_blocked
        FROM staging.identifiers
        WHERE kind IN ('email', 'user_id', 'phone', 'customer_id')
        UNION ALL
        SELECT k.node, m.kind, m.is_shared, m.is_blocked
        FROM identity.key_records AS k
        JOIN marked_keys AS m ON m.key_id = k.key_id
    ) AS marks
    GROUP BY node, kind
),
customer_sources AS (
    SELECT c.customer_number, MIN(r.source) AS first_source, MAX(r.source) AS last_source
    FROM identity.record_customers AS c
    JOIN staging.records AS r ON r.node = c.node
    GROUP BY c.customer_number
),
refused AS (
    SELECT a.customer_number AS left_customer, b.customer_number AS right_customer
    FROM identity.links AS l
    JOIN identity.record_customers AS a ON a.node = l.left_node
    JOIN identity.record_customers AS b ON b.node = l.right_node
    WHERE l.status = 'vetoed'
),
-- Customers, not records: of several records on one side of a veto one stands in the link.
apart AS (
    SELECT left_customer AS customer_number FROM refused WHERE left_customer <> right_customer
    UNION
    SELECT right_customer FROM refused WHERE left_customer <> right_customer
),
matches AS (
    SELECT
        c.node,
        CASE WHEN s.first_source <> s.last_source THEN 1 ELSE 0 END AS is_matched,
        CASE WHEN a.customer_number IS NULL THEN 0 ELSE 1 END AS is_apart
    FROM identity.record_customers AS c
    JOIN customer_sources AS s ON s.customer_number = c.customer_number
    LEFT JOIN apart AS a ON a.customer_number = c.customer_number
),
keys AS (
    SELECT
        r.source,
        k.kind,
        COUNT(*) AS usable,
        -- An id is its own key.
        SUM(CASE
            WHEN k.kind = 'email' AND r.email <> r.email_key THEN 1
            WHEN k.kind = 'phone' AND COALESCE(r.phone, r.mobile_phone) <> r.phone_key THEN 1
            ELSE 0
        END) AS reformatted,
        SUM(k.is_blocked) AS blocked,
        SUM(k.is_shared) AS shared,
        SUM(CASE WHEN k.is_shared = 1 AND m.is_matched = 1 THEN 1 ELSE 0 END) AS matched,
        SUM(CASE WHEN k.is_shared = 1 AND m.is_matched = 0 THEN 1 ELSE 0 END) AS unmatched_shared,
        SUM(CASE WHEN k.is_shared = 1 AND k.is_blocked = 0 AND m.is_matched = 0 THEN m.is_apart ELSE 0 END) AS kept_apart
    FROM node_keys AS k
    JOIN staging.records AS r ON r.node = k.node
    LEFT JOIN matches AS m ON m.node = k.node
    GROUP BY r.source, k.kind
)
SELECT
    f.source,
    f.kind,
    j.pass,
    f.records,
    f.given,
    COALESCE(k.usable, 0) AS usable,
    CAST(COALESCE(k.reformatted, 0) AS BIGINT) AS reformatted,
    CAST(COALESCE(k.blocked, 0) AS BIGINT) AS blocked,
    CAST(COALESCE(k.shared, 0) AS BIGINT) AS shared,
    CAST(COALESCE(k.matched, 0) AS BIGINT) AS matched,
    CAST(COALESCE(k.unmatched_shared, 0) AS BIGINT) AS unmatched_shared,
    CAST(COALESCE(k.kept_apart, 0) AS BIGINT) AS kept_apart
FROM fields AS f
LEFT JOIN keys AS k ON k.source = f.source AND k.kind = f.kind
LEFT JOIN profile.join_keys AS j ON j.kind = f.kind
