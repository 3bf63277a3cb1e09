-- What each record has paid, net: the order in which `highest_value` keeps records. One row per record with payments.
-- depends: profile.money
-- column: node INTEGER | The record.
-- column: net_revenue DECIMAL(18,2) | Charges less refunds and lost disputes, reporting currency.
-- unique: node
-- not_null: node, net_revenue
SELECT node, CAST(SUM(reporting_amount) AS DECIMAL(18, 2)) AS net_revenue
FROM profile.money
WHERE status = 'counted' AND node IS NOT NULL
GROUP BY node
