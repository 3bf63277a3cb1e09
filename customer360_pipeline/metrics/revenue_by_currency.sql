-- What each customer has paid in each currency, exactly as charged. One row per customer and currency.
-- depends: profile.money, identity.record_customers
-- column: customer_number INTEGER | The customer.
-- column: currency VARCHAR | ISO 4217 code.
-- column: orders BIGINT | Succeeded, captured charges.
-- column: gross_amount DECIMAL(18,3) | Captured charges, major units of `currency`.
-- column: refunded_amount DECIMAL(18,3) | Settled refunds, positive.
-- column: disputed_amount DECIMAL(18,3) | Lost disputes, positive.
-- column: net_amount DECIMAL(18,3) | Charges less refunds and lost disputes.
-- column: reporting_amount DECIMAL(18,2) | The part of it that has an exchange rate, in the reporting currency.
-- column: unconverted_amount DECIMAL(18,3) | The part of `net_amount` without an exchange rate.
-- unique: customer_number, currency
-- not_null: customer_number, orders, gross_amount, refunded_amount, disputed_amount, net_amount, unconverted_amount
SELECT
    c.customer_number,
    m.currency,
    CAST(SUM(CASE WHEN m.movement = 'charge' THEN 1 ELSE 0 END) AS BIGINT) AS orders,
    CAST(SUM(CASE WHEN m.movement = 'charge' THEN m.amount ELSE 0 END) AS DECIMAL(18, 3)) AS gross_amount,
    CAST(-SUM(CASE WHEN m.movement = 'refund' THEN m.amount ELSE 0 END) AS DECIMAL(18, 3)) AS refunded_amount,
    CAST(-SUM(CASE WHEN m.movement = 'dispute' THEN m.amount ELSE 0 END) AS DECIMAL(18, 3)) AS disputed_amount,
    CAST(SUM(m.amount) AS DECIMAL(18, 3)) AS net_amount,
    CAST(SUM(m.reporting_amount) AS DECIMAL(18, 2)) AS reporting_amount,
    CAST(SUM(CASE WHEN m.status = 'no_rate' THEN m.amount ELSE 0 END) AS DECIMAL(18, 3)) AS unconverted_amount
FROM profile.money AS m
JOIN identity.record_customers AS c ON c.node = m.node
WHERE m.status IN ('counted', 'no_rate')
GROUP BY c.customer_number, m.currency
