-- When each customer was first and last seen doing something: a web session, a marketing event or a paid charge, of
-- any source, up to as_of. Records being created or changed are no interaction. One row per customer with one.
-- depends: metrics.record_sessions, metrics.record_touches, profile.money, identity.record_customers
-- column: customer_number INTEGER | The customer.
-- column: first_interaction_at TIMESTAMP | Earliest interaction, UTC.
-- column: last_interaction_at TIMESTAMP | Latest interaction, UTC.
-- column: last_session_at TIMESTAMP | Latest web session, UTC.
-- column: last_touch_at TIMESTAMP | Latest marketing event, UTC.
-- column: last_order_at TIMESTAMP | Latest paid charge, UTC.
-- unique: customer_number
-- not_null: customer_number, first_interaction_at, last_interaction_at
-- assert: first_interaction_at <= last_interaction_at | the first cannot follow the last
SELECT
    c.customer_number,
    MIN(a.first_at) AS first_interaction_at,
    MAX(a.last_at) AS last_interaction_at,
    MAX(CASE WHEN a.kind = 'session' THEN a.last_at END) AS last_session_at,
    MAX(CASE WHEN a.kind = 'touch' THEN a.last_at END) AS last_touch_at,
    MAX(CASE WHEN a.kind = 'order' THEN a.last_at END) AS last_order_at
FROM (
    SELECT node, 'session' AS kind, first_at, last_at FROM metrics.record_sessions
    UNION ALL
    SELECT node, 'touch', first_at, last_at FROM metrics.record_touches
    UNION ALL
    SELECT node, 'order', MIN(occurred_at), MAX(occurred_at)
    FROM profile.money
    WHERE node IS NOT NULL AND movement = 'charge' AND status IN ('counted', 'no_rate') AND occurred_at IS NOT NULL
    GROUP BY node
) AS a
JOIN identity.record_customers AS c ON c.node = a.node
GROUP BY c.customer_number
