-- Invoice lines that bill a period of a subscription, each with the item it bills. One row per line of an invoice that is
-- not void.
-- depends: staging.invoice_lines, staging.invoices, metrics.subscription_prices
-- column: source VARCHAR | The source's name.
-- column: subscription_id VARCHAR | The subscription.
-- column: item_key VARCHAR | The item's id; of a line without one the item of its price, else its price.
-- column: product_id VARCHAR | Product.
-- column: currency VARCHAR | ISO 4217 code.
-- column: quantity BIGINT | Units.
-- column: amount DECIMAL(18,3) | Before discounts and tax, major units.
-- column: is_proration BOOLEAN | Adjusts a period that was changed within.
-- column: is_metered BOOLEAN | Billed by use.
-- column: period_start_at TIMESTAMP | What it pays for begins, UTC.
-- column: period_end_at TIMESTAMP | What it pays for ends, UTC.
-- column: periods_a_year DOUBLE | How many such periods a year has: whole months and weeks by their usual days, else by days.
-- not_null: source, subscription_id, item_key, is_proration, is_metered, period_start_at, period_end_at, periods_a_year
WITH lines AS (
  SELECT
    l.source, coalesce(l.subscription_id, v.subscription_id) AS subscription_id,
    coalesce(l.item_id, p.item_key, l.price_id, 'line') AS item_key, l.product_id, l.currency, l.quantity, l.amount,
    coalesce(l.is_proration, false) AS is_proration, l.period_start_at, l.period_end_at,
    coalesce(p.is_metered, false) AS is_metered,
    DATE_DIFF('day', CAST(l.period_start_at AS DATE), CAST(l.period_end_at AS DATE)) AS days
  FROM staging.invoice_lines AS l
  INNER JOIN staging.invoices AS v ON v.source = l.source AND v.invoice_id = l.invoice_id AND v.status <> 'void'
  LEFT JOIN metrics.subscription_prices AS p
    ON p.source = l.source
    AND p.subscription_id = coalesce(l.subscription_id, v.subscription_id)
    AND (p.item_key = l.item_id OR (l.item_id IS NULL AND p.price_id = l.price_id))
  WHERE l.period_end_at > l.period_start_at AND coalesce(l.subscription_id, v.subscription_id) IS NOT NULL
)
SELECT
  source, subscription_id, item_key, product_id, currency, quantity, amount, is_proration, is_metered, period_start_at,
  period_end_at,
  CAST(CASE
    WHEN days BETWEEN 28 AND 31 THEN 12
    WHEN days BETWEEN 59 AND 62 THEN 6
    WHEN days BETWEEN 89 AND 92 THEN 4
    WHEN days BETWEEN 181 AND 184 THEN 2
    WHEN days BETWEEN 365 AND 366 THEN 1
    WHEN days BETWEEN 730 AND 731 THEN 0.5
    WHEN days = 7 THEN 52
    WHEN days > 0 THEN CAST(365 AS DOUBLE) / days
    ELSE 365
  END AS DOUBLE) AS periods_a_year
FROM lines
