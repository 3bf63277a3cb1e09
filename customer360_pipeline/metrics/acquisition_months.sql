-- In which month each customer came: that of the first web session, marketing event or paid charge. One row per customer
-- with one of them or with a movement of money.
-- depends: metrics.customer_months
-- column: customer_number INTEGER | The customer.
-- column: acquisition_month DATE | First day of the month (UTC); NULL when no source says.
-- unique: customer_number
-- not_null: customer_number
SELECT customer_number, MIN(CASE WHEN is_active THEN month_date END) AS acquisition_month
FROM metrics.customer_months
GROUP BY customer_number
