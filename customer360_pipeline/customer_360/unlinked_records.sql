-- Records that are a customer by themselves, and the likely reason. Counts only. One row per source, kind of record and
-- reason.
-- depends: staging.records, staging.identifiers, identity.record_customers, identity.links, identity.review, identity.key_values, profile.join_keys
-- column: source VARCHAR | Source.
-- column: record_type VARCHAR | contact, payer, mention or device.
-- column: reason VARCHAR | in_review (a person should look at a pair), vetoed (a shared key, and something that contradicts), no_key (none that is used for matching), blocked (only values that link nobody), nobody_else (no other record has its keys), not_joined (shares a key, and nothing joined it).
-- column: records BIGINT | Such records.
-- unique: source, record_type, reason
-- not_null: source, record_type, reason, records
WITH sizes AS (
    SELECT customer_number FROM identity.record_customers GROUP BY customer_number HAVING COUNT(*) = 1
),
alone AS (
    SELECT r.node, r.source, r.record_type
    FROM staging.records AS r
    JOIN identity.record_customers AS c ON c.node = r.node
    JOIN sizes AS s ON s.customer_number = c.customer_number
),
ends AS (
    SELECT left_node AS node, 1 AS is_vetoed, 0 AS is_in_review FROM identity.links WHERE status = 'vetoed'
    UNION ALL
    SELECT right_node, 1, 0 FROM identity.links WHERE status = 'vetoed'
    UNION ALL
    SELECT left_node, 0, 1 FROM identity.review
    UNION ALL
    SELECT right_node, 0, 1 FROM identity.review
),
near AS (
    SELECT node, MAX(is_in_review) AS is_in_review, MAX(is_vetoed) AS is_vetoed FROM ends GROUP BY node
),
used AS (
    SELECT kind FROM profile.join_keys
    UNION ALL
    SELECT 'email_mailbox' FROM profile.join_keys WHERE kind = 'email'
    UNION ALL
    SELECT 'source_merge'
),
keys AS (
    SELECT
        i.node,
        MAX(CASE WHEN v.reason IS NOT NULL THEN 1 ELSE 0 END) AS is_blocked,
        MAX(CASE WHEN v.key_id IS NOT NULL AND v.reason IS NULL THEN 1 ELSE 0 END) AS is_shared
    FROM staging.identifiers AS i
    JOIN used AS u ON u.kind = i.kind
    LEFT JOIN identity.key_values AS v ON v.kind = i.kind AND v.value = i.value
    GROUP BY i.node
),
reasons AS (
    SELECT
        a.source,
        a.record_type,
        CASE
            WHEN n.is_in_review = 1 THEN 'in_review'
            WHEN n.is_vetoed = 1 THEN 'vetoed'
            WHEN k.node IS NULL THEN 'no_key'
            WHEN k.is_shared = 1 THEN 'not_joined'
            WHEN k.is_blocked = 1 THEN 'blocked'
            ELSE 'nobody_else'
        END AS reason
    FROM alone AS a
    LEFT JOIN near AS n ON n.node = a.node
    LEFT JOIN keys AS k ON k.node = a.node
)
SELECT source, record_type, reason, COUNT(*) AS records FROM reasons GROUP BY source, record_type, reason
