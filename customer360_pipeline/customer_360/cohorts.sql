-- What became of the customers of each month: how many came back and what they brought. One row per acquisition month and
-- month since, from 0 to the month of as_of; the sum of `revenue` is the revenue of all customers, to the cent.
-- depends: metrics.acquisition_months, metrics.customer_months, metrics.zeros
-- setting: as_of
-- column: acquisition_month DATE | Month (UTC) of the customers' first interaction; NULL: no source says, one row.
-- column: months_since BIGINT | Whole calendar months since; 0 is the acquisition month itself.
-- column: month_date DATE | That month's first day.
-- column: is_complete BOOLEAN | The month had ended at as_of: a later run changes it only by facts that came late.
-- column: customers BIGINT | Customers acquired in the month.
-- column: active_customers BIGINT | Of them, those with a web session, a marketing event or a paid charge in that month.
-- column: retained_ratio DECIMAL(9,6) | active_customers / customers.
-- column: paying_customers BIGINT | Of them, those with a paid charge in that month; NULL when no charges were read.
-- column: revenue DECIMAL(18,2) | What they brought in that month, refunds and lost disputes of the month taken off; may be negative; NULL when no charges were read.
-- column: cumulative_revenue DECIMAL(18,2) | The same up to and with that month.
-- unique: acquisition_month, months_since
-- not_null: months_since, is_complete, customers, active_customers, retained_ratio
-- assert: active_customers <= customers | nobody comes back who was not acquired
-- assert: months_since > 0 or acquisition_month is null or active_customers = customers | everybody did something in the month of acquisition
WITH digits AS (
    SELECT 0 AS d
    UNION ALL SELECT 1
    UNION ALL SELECT 2
    UNION ALL SELECT 3
    UNION ALL SELECT 4
    UNION ALL SELECT 5
    UNION ALL SELECT 6
    UNION ALL SELECT 7
    UNION ALL SELECT 8
    UNION ALL SELECT 9
),
cohorts AS (
    SELECT
        acquisition_month, COUNT(*) AS customers,
        EXTRACT(YEAR FROM acquisition_month) * 12 + EXTRACT(MONTH FROM acquisition_month) - 1 AS acquired_in,
        EXTRACT(YEAR FROM CAST($as_of AS DATE)) * 12 + EXTRACT(MONTH FROM CAST($as_of AS DATE)) - 1 AS now_in
    FROM metrics.acquisition_months
    GROUP BY acquisition_month
),
-- Money given back before the acquisition (a clock that was wrong) or on an unknown day counts in the first month.
parts AS (
    SELECT
        a.acquisition_month,
        CASE
            WHEN m.month_date > a.acquisition_month THEN
                (EXTRACT(YEAR FROM m.month_date) - EXTRACT(YEAR FROM a.acquisition_month)) * 12
                + EXTRACT(MONTH FROM m.month_date) - EXTRACT(MONTH FROM a.acquisition_month)
            ELSE 0
        END AS months_since,
        CASE WHEN m.is_active THEN 1 ELSE 0 END AS active,
        CASE WHEN m.orders > 0 AND m.month_date IS NOT NULL THEN 1 ELSE 0 END AS paying,
        m.revenue
    FROM metrics.customer_months AS m
    JOIN metrics.acquisition_months AS a ON a.customer_number = m.customer_number
    UNION ALL
    -- Every month up to as_of has its row, also one in which nobody came back.
    SELECT c.acquisition_month, x.d + 10 * y.d + 100 * z.d, 0, 0, 0
    FROM cohorts AS c
    CROSS JOIN digits AS x
    CROSS JOIN digits AS y
    CROSS JOIN digits AS z
    WHERE x.d + 10 * y.d + 100 * z.d <= c.now_in - c.acquired_in
),
months AS (
    SELECT
        acquisition_month, months_since, SUM(active) AS active_customers, SUM(paying) AS paying_customers,
        SUM(revenue) AS revenue
    FROM parts
    GROUP BY acquisition_month, months_since
)
SELECT
    m.acquisition_month,
    CAST(m.months_since AS BIGINT) AS months_since,
    MAKE_DATE(
        CAST((c.acquired_in + m.months_since - (c.acquired_in + m.months_since) % 12) / 12 AS BIGINT),
        CAST((c.acquired_in + m.months_since) % 12 + 1 AS BIGINT), 1
    ) AS month_date,
    COALESCE(c.acquired_in + m.months_since < c.now_in, FALSE) AS is_complete,
    c.customers,
    CAST(m.active_customers AS BIGINT) AS active_customers,
    CAST(CAST(m.active_customers AS DOUBLE) / c.customers AS DECIMAL(9, 6)) AS retained_ratio,
    CAST(COALESCE(NULLIF(m.paying_customers, 0), z.payments) AS BIGINT) AS paying_customers,
    CAST(COALESCE(NULLIF(m.revenue, 0), z.payments) AS DECIMAL(18, 2)) AS revenue,
    CAST(COALESCE(NULLIF(SUM(m.revenue) OVER (
        PARTITION BY m.acquisition_month ORDER BY m.months_since
    ), 0), z.payments) AS DECIMAL(18, 2)) AS cumulative_revenue
FROM months AS m
JOIN cohorts AS c ON c.acquisition_month IS NOT DISTINCT FROM m.acquisition_month
CROSS JOIN metrics.zeros AS z
