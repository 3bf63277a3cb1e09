-- What each customer has paid us, in the reporting currency. One row per customer; `metrics.revenue` has those with money.
-- depends: profile.customers, metrics.revenue, metrics.zeros
-- column: customer_number INTEGER | The customer.
-- column: total_revenue DECIMAL(18,2) | Lifetime revenue: captured charges less settled refunds less lost disputes. 0 without any; NULL when no charges were read, or nothing paid has an exchange rate.
-- column: total_orders BIGINT | Succeeded, captured charges, refunded ones included; NULL when no charges were read.
-- columns: metrics.revenue only avg_order_value
-- column: gross_revenue DECIMAL(18,2) | Captured charges, before refunds and disputes.
-- column: total_refunds DECIMAL(18,2) | Settled refunds, positive.
-- column: total_disputes_lost DECIMAL(18,2) | Lost disputes, positive.
-- column: open_disputes BIGINT | Disputes not decided; still part of total_revenue.
-- column: unconverted_movements BIGINT | Charges, refunds and lost disputes left out of the money columns: no exchange rate on their day.
-- columns: metrics.revenue only first_order_at, last_order_at
-- unique: customer_number
-- not_null: customer_number
-- assert: total_revenue >= 0 or total_refunds > 0 or total_disputes_lost > 0 | only money given back makes a sum negative
-- assert: total_orders > 0 or coalesce(avg_order_value, 0) = 0 | an average needs an order
SELECT
    c.customer_number,
    COALESCE(r.total_revenue, converted.payments) AS total_revenue,
    COALESCE(r.total_orders, z.payments) AS total_orders,
    r.avg_order_value,
    COALESCE(r.gross_revenue, converted.payments) AS gross_revenue,
    COALESCE(r.total_refunds, converted.payments) AS total_refunds,
    COALESCE(r.total_disputes_lost, converted.payments) AS total_disputes_lost,
    COALESCE(r.open_disputes, z.payments) AS open_disputes,
    COALESCE(r.unconverted_movements, z.payments) AS unconverted_movements,
    r.first_order_at,
    r.last_order_at
FROM profile.customers AS c
CROSS JOIN metrics.zeros AS z
LEFT JOIN metrics.revenue AS r ON r.customer_number = c.customer_number
-- Who paid in currencies without a rate alone has paid an unknown sum, not 0.
LEFT JOIN metrics.zeros AS converted ON COALESCE(r.unconverted_movements, 0) = 0
