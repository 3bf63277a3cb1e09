-- How much each customer uses the website and reacts to marketing. One row per customer with a session or a
-- marketing event.
-- depends: metrics.record_sessions, metrics.record_touches, identity.record_customers
-- column: customer_number INTEGER | The customer.
-- column: total_sessions BIGINT | Web sessions of all the customer's devices: distinct (device, session id).
-- column: total_page_views BIGINT | Page and screen views in them.
-- column: total_touches BIGINT | Marketing events.
-- unique: customer_number
-- not_null: customer_number, total_sessions, total_page_views, total_touches
SELECT
    c.customer_number,
    CAST(SUM(a.sessions) AS BIGINT) AS total_sessions,
    CAST(SUM(a.page_views) AS BIGINT) AS total_page_views,
    CAST(SUM(a.touches) AS BIGINT) AS total_touches
FROM (
    SELECT node, sessions, page_views, 0 AS touches FROM metrics.record_sessions
    UNION ALL
    SELECT node, 0, 0, touches FROM metrics.record_touches
) AS a
JOIN identity.record_customers AS c ON c.node = a.node
GROUP BY c.customer_number
