-- What each customer has paid us, in the reporting currency. One row per customer with a charge, refund or dispute.
-- Amounts without an exchange rate are left out of the sums and counted in `unconverted_movements`.
-- depends: profile.money, staging.disputes, identity.record_customers
-- setting: as_of
-- column: customer_number INTEGER | The customer.
-- column: total_revenue DECIMAL(18,2) | Captured charges less settled refunds less lost disputes; NULL when none of it has a rate.
-- column: total_orders BIGINT | Succeeded, captured charges, refunded ones included.
-- column: avg_order_value DECIMAL(18,2) | total_revenue / the orders that have an exchange rate, half a cent away from zero; NULL without one.
-- column: gross_revenue DECIMAL(18,2) | Captured charges.
-- column: total_refunds DECIMAL(18,2) | Settled refunds, positive.
-- column: total_disputes_lost DECIMAL(18,2) | Lost disputes, positive.
-- column: open_disputes BIGINT | Disputes not decided yet; their amount is still in total_revenue.
-- column: unconverted_movements BIGINT | Charges, refunds and lost disputes in a currency without a rate on their day.
-- column: first_order_at TIMESTAMP | First succeeded charge, UTC.
-- column: last_order_at TIMESTAMP | Latest succeeded charge, UTC.
-- unique: customer_number
-- not_null: customer_number, total_orders, open_disputes, unconverted_movements
-- assert: total_revenue = gross_revenue - total_refunds - total_disputes_lost | net is what its parts say
-- assert: total_revenue >= 0 or total_refunds > 0 or total_disputes_lost > 0 | only money given back makes a sum negative
WITH movements AS (
    SELECT c.customer_number, m.movement, m.reporting_amount, m.status, m.occurred_at, 0 AS open_disputes
    FROM profile.money AS m
    JOIN identity.record_customers AS c ON c.node = m.node
    WHERE m.status IN ('counted', 'no_rate')
    UNION ALL
    SELECT c.customer_number, 'open dispute', NULL, 'open', NULL, COUNT(*)
    FROM staging.disputes AS d
    JOIN identity.record_customers AS c ON c.node = d.node
    WHERE d.is_open AND d.occurred_at <= $as_of
    GROUP BY c.customer_number
),
sums AS (
    SELECT
        customer_number,
        SUM(reporting_amount) AS net,
        SUM(CASE WHEN movement = 'charge' THEN reporting_amount ELSE 0 END) AS gross,
        -SUM(CASE WHEN movement = 'refund' THEN reporting_amount ELSE 0 END) AS refunds,
        -SUM(CASE WHEN movement = 'dispute' THEN reporting_amount ELSE 0 END) AS disputes,
        SUM(CASE WHEN movement = 'charge' THEN 1 ELSE 0 END) AS orders,
        SUM(CASE WHEN movement = 'charge' AND status = 'counted' THEN 1 ELSE 0 END) AS converted_orders,
        SUM(open_disputes) AS open_disputes,
        SUM(CASE WHEN status = 'no_rate' THEN 1 ELSE 0 END) AS unconverted,
        MIN(CASE WHEN movement = 'charge' THEN occurred_at END) AS first_order_at,
        MAX(CASE WHEN movement = 'charge' THEN occurred_at END) AS last_order_at
    FROM movements
    GROUP BY customer_number
)
SELECT
    customer_number,
    CAST(net AS DECIMAL(18, 2)) AS total_revenue,
    CAST(orders AS BIGINT) AS total_orders,
    -- In whole cents, so that a half is exactly a half on every engine.
    CAST(
        CASE
            WHEN converted_orders > 0 THEN SIGN(net) * FLOOR(
                (2 * CAST(ABS(net) * 100 AS BIGINT) + CAST(converted_orders AS BIGINT))
                / (2 * CAST(converted_orders AS BIGINT))
            ) / 100
        END AS DECIMAL(18, 2)
    ) AS avg_order_value,
    CASE WHEN net IS NOT NULL THEN CAST(gross AS DECIMAL(18, 2)) END AS gross_revenue,
    CASE WHEN net IS NOT NULL THEN CAST(refunds AS DECIMAL(18, 2)) END AS total_refunds,
    CASE WHEN net IS NOT NULL THEN CAST(disputes AS DECIMAL(18, 2)) END AS total_disputes_lost,
    CAST(open_disputes AS BIGINT) AS open_disputes,
    CAST(unconverted AS BIGINT) AS unconverted_movements,
    first_order_at,
    last_order_at
FROM sums
