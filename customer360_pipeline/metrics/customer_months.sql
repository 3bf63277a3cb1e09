-- What each customer did and brought in each calendar month (UTC) up to as_of. One row per customer and month with a web
-- session, a marketing event or a movement of money.
-- depends: staging.sessions, staging.touches, profile.money, identity.record_customers
-- setting: as_of
-- column: customer_number INTEGER | The customer.
-- column: month_date DATE | First day of the month; NULL: money whose day the source does not say.
-- column: is_active BOOLEAN | A web session, a marketing event or a paid charge in it.
-- column: orders BIGINT | Paid charges in it.
-- column: revenue DECIMAL(18,2) | Charges less settled refunds less lost disputes of the month that have an exchange rate.
-- unique: customer_number, month_date
-- not_null: customer_number, is_active, orders, revenue
WITH seen AS (
    SELECT node, CAST(DATE_TRUNC('month', started_at) AS DATE) AS month_date, 1 AS active, 0 AS orders, NULL AS revenue
    FROM staging.sessions
    WHERE node IS NOT NULL AND started_at <= $as_of
    GROUP BY node, CAST(DATE_TRUNC('month', started_at) AS DATE)
    UNION ALL
    SELECT node, CAST(DATE_TRUNC('month', occurred_at) AS DATE), 1, 0, NULL
    FROM staging.touches
    WHERE node IS NOT NULL AND occurred_at <= $as_of
    GROUP BY node, CAST(DATE_TRUNC('month', occurred_at) AS DATE)
    UNION ALL
    SELECT
        node, CAST(DATE_TRUNC('month', occurred_at) AS DATE),
        MAX(CASE WHEN movement = 'charge' AND occurred_at IS NOT NULL THEN 1 ELSE 0 END),
        SUM(CASE WHEN movement = 'charge' THEN 1 ELSE 0 END), SUM(reporting_amount)
    FROM profile.money
    WHERE node IS NOT NULL AND status IN ('counted', 'no_rate')
    GROUP BY node, CAST(DATE_TRUNC('month', occurred_at) AS DATE)
)
SELECT
    c.customer_number,
    s.month_date,
    MAX(s.active) = 1 AS is_active,
    CAST(SUM(s.orders) AS BIGINT) AS orders,
    CAST(COALESCE(SUM(s.revenue), 0) AS DECIMAL(18, 2)) AS revenue
FROM seen AS s
JOIN identity.record_customers AS c ON c.node = s.node
GROUP BY c.customer_number, s.month_date
