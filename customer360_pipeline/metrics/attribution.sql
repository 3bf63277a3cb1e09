-- What each channel earned of each customer, by five models side by side. One row per customer and channel; every model's sum
-- is the customer's revenue, to the cent. Orders that no touch led to stand with the source (unattributed).
-- depends: metrics.orders, metrics.order_touches, metrics.order_credits
-- column: customer_number INTEGER | The customer.
-- column: channel_source VARCHAR | Traffic source; (direct); (unattributed): no touch within the window.
-- column: channel_medium VARCHAR | Medium.
-- column: channel_campaign VARCHAR | Campaign.
-- column: touches BIGINT | Touches that led to an order, once for each order; of unattributed orders 0.
-- column: first_touch DECIMAL(18,2) | Revenue when an order's first touch gets all of it.
-- column: last_touch DECIMAL(18,2) | When the last one does.
-- column: linear DECIMAL(18,2) | When all get the same.
-- column: time_decay DECIMAL(18,2) | When later ones get more.
-- column: position_based DECIMAL(18,2) | When the first and the last get most.
-- unique: customer_number, channel_source, channel_medium, channel_campaign
-- not_null: customer_number, channel_source, touches, first_touch, last_touch, linear, time_decay, position_based
WITH led AS (
    SELECT source, charge_id, node FROM metrics.order_touches WHERE place = 1
),
unattributed AS (
    SELECT o.customer_number, CAST(SUM(o.net_amount) AS DECIMAL(18, 2)) AS amount
    FROM metrics.orders AS o
    LEFT JOIN led AS l ON l.source = o.source AND l.charge_id = o.charge_id AND l.node = o.node
    WHERE l.node IS NULL
    GROUP BY o.customer_number
),
earned AS (
    SELECT
        customer_number, channel_source, channel_medium, channel_campaign, COUNT(*) AS touches,
        SUM(first_touch) AS first_touch, SUM(last_touch) AS last_touch, SUM(linear) AS linear,
        SUM(time_decay) AS time_decay, SUM(position_based) AS position_based
    FROM metrics.order_credits
    GROUP BY customer_number, channel_source, channel_medium, channel_campaign
)
SELECT
    customer_number, channel_source, channel_medium, channel_campaign, touches,
    CAST(CAST(first_touch AS DECIMAL(18, 0)) * CAST(0.01 AS DECIMAL(3, 2)) AS DECIMAL(18, 2)) AS first_touch,
    CAST(CAST(last_touch AS DECIMAL(18, 0)) * CAST(0.01 AS DECIMAL(3, 2)) AS DECIMAL(18, 2)) AS last_touch,
    CAST(CAST(linear AS DECIMAL(18, 0)) * CAST(0.01 AS DECIMAL(3, 2)) AS DECIMAL(18, 2)) AS linear,
    CAST(CAST(time_decay AS DECIMAL(18, 0)) * CAST(0.01 AS DECIMAL(3, 2)) AS DECIMAL(18, 2)) AS time_decay,
    CAST(CAST(position_based AS DECIMAL(18, 0)) * CAST(0.01 AS DECIMAL(3, 2)) AS DECIMAL(18, 2)) AS position_based
FROM earned
UNION ALL
SELECT customer_number, '(unattributed)', NULL, NULL, 0, amount, amount, amount, amount, amount
FROM unattributed
