-- What each order brought in the end: a paid charge less its own refunds and lost disputes, in the reporting currency. One
-- row per charge and customer; the sum of a customer's is the revenue of `metrics.revenue`.
-- depends: profile.money, identity.record_customers
-- column: source VARCHAR | Source of the charge.
-- column: charge_id VARCHAR | The charge.
-- column: customer_number INTEGER | The customer who paid.
-- column: node INTEGER | The record that paid.
-- column: ordered_at TIMESTAMP | When it was paid, UTC; NULL when the source does not say.
-- column: net_amount DECIMAL(18,2) | Charge less refunds less lost disputes that have an exchange rate.
-- unique: source, charge_id, node
-- not_null: source, charge_id, customer_number, node, net_amount
SELECT
    m.source,
    m.charge_id,
    c.customer_number,
    m.node,
    MAX(CASE WHEN m.movement = 'charge' THEN m.occurred_at END) AS ordered_at,
    CAST(SUM(m.reporting_amount) AS DECIMAL(18, 2)) AS net_amount
FROM profile.money AS m
JOIN identity.record_customers AS c ON c.node = m.node
WHERE m.status = 'counted'
GROUP BY m.source, m.charge_id, c.customer_number, m.node
