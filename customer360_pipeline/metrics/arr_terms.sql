-- What each item of each subscription was worth a year, over time: the ground of ARR and MRR. One row per item and term.
-- Until the present price the invoices say what was billed; the term of the present price begins with the latest change
-- within its period, else with the period. An item that is gone ends with its last period, or where its credit begins. Not counted: trials, metered and tiered prices, prorations, one-off lines,
-- tax. Coupons that last forever reduce every term; others none.
-- depends: staging.subscriptions, metrics.subscription_prices, metrics.subscription_lines
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
WITH billed AS (
  SELECT
    source, subscription_id, item_key, max(product_id) AS product_id, max(currency) AS currency,
    max(quantity) AS quantity, period_start_at, max(period_end_at) AS period_end_at,
    CAST(sum(amount) AS DOUBLE) * max(periods_a_year) AS yearly
  FROM metrics.subscription_lines
  WHERE NOT is_proration AND NOT is_metered AND amount >= 0
  GROUP BY source, subscription_id, item_key, period_start_at
), latest AS (
  SELECT
    b.source, b.subscription_id, b.item_key, max(b.period_start_at) AS period_start_at,
    max(l.period_start_at) AS changed_at,
    max(CASE WHEN l.amount < 0 THEN l.period_start_at END) AS credited_at,
    max(CASE WHEN l.amount >= 0 THEN l.period_start_at END) AS charged_at
  FROM billed AS b
  LEFT JOIN metrics.subscription_lines AS l
    ON l.source = b.source AND l.subscription_id = b.subscription_id AND l.item_key = b.item_key AND l.is_proration
  GROUP BY b.source, b.subscription_id, b.item_key
), terms AS (
  SELECT
    p.source, p.subscription_id, p.item_key, p.product_id, p.currency, p.quantity, p.place, 'price' AS basis,
    CAST(p.amount AS DOUBLE) AS amount, p.periods_a_year, p.created_at AS item_created_at,
    CASE WHEN b.changed_at > b.period_start_at THEN b.changed_at ELSE b.period_start_at END AS term_from,
    CAST(NULL AS TIMESTAMP) AS term_to
  FROM metrics.subscription_prices AS p
  LEFT JOIN latest AS b
    ON b.source = p.source AND b.subscription_id = p.subscription_id AND b.item_key = p.item_key
  WHERE NOT p.is_metered AND p.amount IS NOT NULL AND p.periods_a_year IS NOT NULL
  UNION ALL
  -- The latest period billed is the present one, unless the item is gone or its price no longer says an amount.
  SELECT
    b.source, b.subscription_id, b.item_key, b.product_id, b.currency, b.quantity, 2, 'invoice',
    b.yearly, 1.0, NULL, b.period_start_at,
    CASE
      -- Given back and not charged anew: it went then. A change gives back and charges at the same time.
      WHEN p.item_key IS NULL AND n.credited_at >= b.period_start_at AND n.credited_at < b.period_end_at
        AND (n.charged_at IS NULL OR n.credited_at > n.charged_at) THEN n.credited_at
      WHEN p.item_key IS NULL THEN b.period_end_at
    END
  FROM billed AS b
  LEFT JOIN metrics.subscription_prices AS p
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
