-- When each customer was first and last seen doing something: a web session, a marketing event, use of the product, a
-- login, a help article or a paid charge, of
-- any source, up to as_of. Records being created or changed are no interaction. One row per customer with one.
-- depends: metrics.record_sessions, metrics.record_touches, metrics.people_activity, profile.money, identity.record_customers
-- column: customer_number INTEGER | The customer.
-- column: first_interaction_at TIMESTAMP | Earliest web session, marketing event, use of the product, login, help article or paid charge, UTC.
-- column: last_interaction_at TIMESTAMP | Latest interaction, UTC.
-- column: last_session_at TIMESTAMP | Latest web session, UTC.
-- column: last_touch_at TIMESTAMP | Latest marketing event, UTC.
-- column: last_order_at TIMESTAMP | Latest paid charge, UTC.
-- unique: customer_number
-- not_null: customer_number, first_interaction_at, last_interaction_at
-- assert: first_interaction_at <= last_interaction_at | the first cannot follow the last
WITH acts AS (
    SELECT c.customer_number, 'session' AS kind, s.first_at, s.last_at
    FROM metrics.record_sessions AS s
    JOIN identity.record_customers AS c ON c.node = s.node
    UNION ALL
    SELECT c.customer_number, 'touch', t.first_at, t.last_at
    FROM metrics.record_touches AS t
    JOIN identity.record_customers AS c ON c.node = t.node
    UNION ALL
    SELECT c.customer_number, 'order', MIN(m.occurred_at), MAX(m.occurred_at)
    FROM profile.money AS m
    JOIN identity.record_customers AS c ON c.node = m.node
    WHERE m.movement = 'charge' AND m.status IN ('counted', 'no_rate') AND m.occurred_at IS NOT NULL
    GROUP BY c.customer_number
    UNION ALL
    SELECT customer_number, 'product', first_seen_at, last_seen_at FROM metrics.people_activity
)
SELECT
    customer_number,
    MIN(first_at) AS first_interaction_at,
    MAX(last_at) AS last_interaction_at,
    MAX(CASE WHEN kind = 'session' THEN last_at END) AS last_session_at,
    MAX(CASE WHEN kind = 'touch' THEN last_at END) AS last_touch_at,
    MAX(CASE WHEN kind = 'order' THEN last_at END) AS last_order_at
FROM acts
GROUP BY customer_number
