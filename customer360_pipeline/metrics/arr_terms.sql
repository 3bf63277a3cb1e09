-- What each item of each subscription was worth a year, over time: the ground of ARR and MRR. One row per item and term.
-- Until the present price the invoices say what was billed; the term of the present price begins with the latest change
-- within its period, else with the period. Not counted: trials, metered and tiered prices, prorations, one-off lines,
-- tax. Coupons that last forever reduce every term; others none.
-- depends: staging.subscriptions, staging.subscription_items, staging.subscription_rows, staging.invoices, staging.invoice_lines
-- setting: as_of
-- column: source VARCHAR | The source's name.
-- column: subscription_id VARCHAR | The subscription.
-- column: item_key VARCHAR | The item's id; of one without, its price.
-- column: node INTEGER | The record that pays; NULL when the source no longer holds it.
-- column: product_id VARCHAR | Product.
-- column: currency VARCHAR | ISO 4217 code.
-- column: quantity BIGINT | Units.
-- column: valid_from TIMESTAMP | Worth that from then, UTC, never after as_of.
-- column: valid_to TIMESTAMP | Until then, UTC; NULL: still at as_of.
-- column: arr DECIMAL(18,3) | A year's worth, major units of currency, half a thousandth away from zero.
-- column: mrr DECIMAL(18,3) | A twelfth of it, likewise.
-- column: basis VARCHAR | price (the subscription's own) or invoice (what was billed).
-- unique: source, subscription_id, item_key, valid_from
-- not_null: source, subscription_id, item_key, valid_from, arr, mrr, basis
-- assert: valid_to > valid_from | a term lasts
WITH priced AS (
  SELECT
    i.source, i.subscription_id, coalesce(i.item_id, i.price_id, 'item ' || CAST(i.place AS VARCHAR)) AS item_key,
    i.price_id, i.product_id, i.place, i.currency, i.quantity, i.created_at, i.unit_amount * i.quantity AS amount,
    i.interval_unit, i.interval_count, coalesce(i.usage_type, 'licensed') = 'metered' AS is_metered
  FROM staging.subscription_items AS i
  UNION ALL
  SELECT
    source, subscription_id, 'plan', NULL, NULL, 1, currency, coalesce(quantity, 1), NULL,
    plan_amount * coalesce(quantity, 1), lower(interval_unit), interval_count, false
  FROM staging.subscription_rows
  WHERE items IS NULL AND plan_amount IS NOT NULL
), present AS (
  SELECT
    p.*,
    CAST(CASE p.interval_unit WHEN 'year' THEN 1 WHEN 'month' THEN 12 WHEN 'week' THEN 52 WHEN 'day' THEN 365 END
      AS DOUBLE) / CASE WHEN p.interval_count > 0 THEN p.interval_count ELSE 1 END AS periods_a_year
  FROM priced AS p
), lines AS (
  SELECT
    l.source, coalesce(l.subscription_id, v.subscription_id) AS subscription_id,
    coalesce(l.item_id, p.item_key, l.price_id, 'line') AS item_key, l.product_id, l.currency, l.quantity, l.amount,
    coalesce(l.is_proration, false) AS is_proration, l.period_start_at, l.period_end_at,
    coalesce(p.is_metered, false) AS is_metered,
    DATE_DIFF('day', CAST(l.period_start_at AS DATE), CAST(l.period_end_at AS DATE)) AS days
  FROM staging.invoice_lines AS l
  INNER JOIN staging.invoices AS v ON v.source = l.source AND v.invoice_id = l.invoice_id AND v.status <> 'void'
  LEFT JOIN present AS p
    ON p.source = l.source
    AND p.subscription_id = coalesce(l.subscription_id, v.subscription_id)
    AND (p.item_key = l.item_id OR (l.item_id IS NULL AND p.price_id = l.price_id))
  WHERE l.period_end_at > l.period_start_at AND coalesce(l.subscription_id, v.subscription_id) IS NOT NULL
), billed AS (
  SELECT
    source, subscription_id, item_key, max(product_id) AS product_id, max(currency) AS currency,
    max(quantity) AS quantity, period_start_at, max(period_end_at) AS period_end_at,
    CAST(sum(amount) AS DOUBLE) * max(CASE
      WHEN days BETWEEN 28 AND 31 THEN 12.0
      WHEN days BETWEEN 59 AND 62 THEN 6.0
      WHEN days BETWEEN 89 AND 92 THEN 4.0
      WHEN days BETWEEN 181 AND 184 THEN 2.0
      WHEN days BETWEEN 365 AND 366 THEN 1.0
      WHEN days BETWEEN 730 AND 731 THEN 0.5
      WHEN days = 7 THEN 52.0
      WHEN days > 0 THEN CAST(365 AS DOUBLE) / days
      ELSE 365.0
    END) AS yearly
  FROM lines
  WHERE NOT is_proration AND NOT is_metered AND amount >= 0
  GROUP BY source, subscription_id, item_key, period_start_at
), latest AS (
  SELECT
    b.source, b.subscription_id, b.item_key, max(b.period_start_at) AS period_start_at,
    max(l.period_start_at) AS changed_at
  FROM billed AS b
  LEFT JOIN lines AS l
    ON l.source = b.source AND l.subscription_id = b.subscription_id AND l.item_key = b.item_key AND l.is_proration
  GROUP BY b.source, b.subscription_id, b.item_key
), terms AS (
  SELECT
    p.source, p.subscription_id, p.item_key, p.product_id, p.currency, p.quantity, p.place, 'price' AS basis,
    CAST(p.amount AS DOUBLE) AS amount, p.periods_a_year, p.created_at AS item_created_at,
    CASE WHEN b.changed_at > b.period_start_at THEN b.changed_at ELSE b.period_start_at END AS term_from,
    CAST(NULL AS TIMESTAMP) AS term_to
  FROM present AS p
  LEFT JOIN latest AS b
    ON b.source = p.source AND b.subscription_id = p.subscription_id AND b.item_key = p.item_key
  WHERE NOT p.is_metered AND p.amount IS NOT NULL AND p.periods_a_year IS NOT NULL
  UNION ALL
  -- The latest period billed is the present one, unless the item is gone or its price no longer says an amount.
  SELECT
    b.source, b.subscription_id, b.item_key, b.product_id, b.currency, b.quantity, 2, 'invoice',
    b.yearly, 1.0, NULL, b.period_start_at,
    CASE WHEN p.item_key IS NULL THEN b.period_end_at END
  FROM billed AS b
  LEFT JOIN present AS p
    ON p.source = b.source AND p.subscription_id = b.subscription_id AND p.item_key = b.item_key
    AND NOT p.is_metered AND p.amount IS NOT NULL AND p.periods_a_year IS NOT NULL
  LEFT JOIN latest AS n
    ON n.source = b.source AND n.subscription_id = b.subscription_id AND n.item_key = b.item_key
  WHERE p.item_key IS NULL OR b.period_start_at < n.period_start_at OR n.changed_at > n.period_start_at
), ordered AS (
  SELECT
    t.*,
    row_number() OVER (PARTITION BY source, subscription_id, item_key ORDER BY term_from NULLS FIRST, basis) AS position,
    lead(term_from) OVER (PARTITION BY source, subscription_id, item_key ORDER BY term_from NULLS FIRST, basis)
      AS next_from
  FROM terms AS t
), bounded AS (
  SELECT
    o.*, s.node, s.forever_discount_ratio, s.forever_discount_amount,
    -- What was billed before the invoices at hand is not known: the earliest known price goes back to the beginning.
    CASE
      WHEN o.position = 1 AND o.item_created_at > s.counts_from THEN o.item_created_at
      WHEN o.position = 1 THEN s.counts_from
      WHEN o.term_from > s.counts_from THEN o.term_from
      ELSE s.counts_from
    END AS valid_from,
    least(coalesce(o.next_from, o.term_to, s.counts_until), coalesce(o.term_to, s.counts_until, o.next_from),
      coalesce(s.counts_until, o.next_from, o.term_to)) AS valid_to
  FROM ordered AS o
  INNER JOIN staging.subscriptions AS s ON s.source = o.source AND s.subscription_id = o.subscription_id
  WHERE s.counts_from IS NOT NULL
), yearly AS (
  SELECT
    b.*,
    round((b.amount * (1 - CAST(b.forever_discount_ratio AS DOUBLE))
      - CASE WHEN b.place = 1 THEN CAST(b.forever_discount_amount AS DOUBLE) ELSE 0 END) * b.periods_a_year, 3) AS worth
  FROM bounded AS b
)
SELECT
  source, subscription_id, item_key, node, product_id, currency, quantity, valid_from,
  CASE WHEN valid_to <= $as_of THEN valid_to END AS valid_to,
  CAST(CASE WHEN worth > 0 THEN worth ELSE 0 END AS DECIMAL(18,3)) AS arr,
  CAST(round(CASE WHEN worth > 0 THEN worth ELSE 0 END / 12, 3) AS DECIMAL(18,3)) AS mrr,
  basis
FROM yearly
WHERE valid_from <= $as_of AND (valid_to IS NULL OR valid_to > valid_from)
