-- Which source records are which customer, and by which link each came in. One row per source record.
-- depends: staging.records, identity.record_customers, identity.links
-- setting: as_of
-- column: source VARCHAR | Source.
-- column: record_id VARCHAR | The source's id of the record.
-- column: customer_id VARCHAR | The customer it belongs to.
-- column: entity VARCHAR | Kind of the source's object.
-- column: record_type VARCHAR | contact; or payer, mention, device for people known only from a payment, from another fact that names them, or from a device.
-- column: rule VARCHAR | Key of its strongest link: a decision or the source's own merge first, then join_key, then each secondary key; NULL when the customer has no other record.
-- column: pass INTEGER | Pass that made this link: 0 people's decisions and the source's own merges, 1 join_key, 2 and later the secondary keys.
-- column: links BIGINT | Accepted links of the record.
-- column: updated_at TIMESTAMP | Last changed in the source, UTC; NULL when the source says after as_of.
-- column: billing_customer_id VARCHAR | The person's id in the billing system, as the record gives it; of a billing system's own contact its record_id.
-- unique: source, record_id
-- not_null: source, record_id, customer_id, record_type, links
WITH ends AS (
    SELECT left_node AS node, pass, rule FROM identity.links WHERE status = 'accepted'
    UNION ALL
    SELECT right_node, pass, rule FROM identity.links WHERE status = 'accepted'
),
first_pass AS (
    SELECT node, MIN(pass) AS pass, COUNT(*) AS links FROM ends GROUP BY node
),
strongest AS (
    SELECT f.node, f.pass, f.links, MIN(e.rule) AS rule
    FROM first_pass AS f
    JOIN ends AS e ON e.node = f.node AND e.pass = f.pass
    GROUP BY f.node, f.pass, f.links
)
SELECT
    r.source,
    r.record_id,
    c.customer_id,
    r.entity,
    r.record_type,
    s.rule,
    CAST(s.pass AS INTEGER) AS pass,
    CAST(COALESCE(s.links, 0) AS BIGINT) AS links,
    CASE WHEN r.updated_at <= $as_of THEN r.updated_at END AS updated_at,
    r.customer_id AS billing_customer_id
FROM staging.records AS r
JOIN identity.record_customers AS c ON c.node = r.node
LEFT JOIN strongest AS s ON s.node = r.node
