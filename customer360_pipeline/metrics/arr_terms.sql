-- What each item of each subscription was worth a year, over time: the ground of ARR and MRR. One row per item and term.
-- Until the present price the invoices say what was billed; the term of the present price begins with the latest change
-- within its period, else with the period. An item that is gone ends with its last period, or where its credit begins.
-- Not counted: trials, metered and tiered prices, prorations, one-off lines, tax. Coupons that last forever reduce
-- every term from their start on, amounts off all items of the time together; others none.
-- depends: staging.subscriptions, staging.discount_terms, metrics.subscription_prices, metrics.subscription_lines
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
-- column: arr DECIMAL(18,3) | A year's worth, major units of currency, half a thousandth away from zero; NULL from a trillion on: no price.
-- column: mrr DECIMAL(18,3) | A twelfth of it, likewise.
-- column: basis VARCHAR | price (the subscription's own) or invoice (what was billed).
-- unique: source, subscription_id, item_key, valid_from
-- not_null: source, subscription_id, item_key, valid_from, basis
-- assert: valid_to > valid_from | a term lasts
WITH billed AS (
  SELECT
    source, subscription_id, item_key, max(product_id) AS product_id, max(currency) AS currency,
    max(quantity) AS quantity, period_start_at, max(period_end_at) AS period_end_at,
    CAST(sum(amount) AS DOUBLE) * max(periods_a_year) AS yearly, max(periods_a_year) AS invoices_a_year
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
    p.source, p.subscription_id, p.item_key, p.product_id, p.currency, p.quantity, 'price' AS basis,
    CAST(p.amount AS DOUBLE) AS amount, p.periods_a_year, p.periods_a_year AS invoices_a_year, p.created_at AS item_created_at,
    CASE WHEN b.changed_at > b.period_start_at THEN b.changed_at ELSE b.period_start_at END AS term_from,
    CAST(NULL AS TIMESTAMP) AS term_to
  FROM metrics.subscription_prices AS p
  LEFT JOIN latest AS b
    ON b.source = p.source AND b.subscription_id = p.subscription_id AND b.item_key = p.item_key
  WHERE NOT p.is_metered AND p.amount IS NOT NULL AND p.periods_a_year IS NOT NULL
  UNION ALL
  -- The latest period billed is the present one, unless the item is gone or its price no longer says an amount.
  SELECT
    b.source, b.subscription_id, b.item_key, b.product_id, b.currency, b.quantity, 'invoice',
    b.yearly, 1.0, b.invoices_a_year, NULL, b.period_start_at,
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
    o.*, s.node,
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
), discounted AS (
  SELECT
    b.source, b.subscription_id, b.item_key, b.node, b.product_id, b.currency, b.quantity, b.basis, b.amount,
    b.periods_a_year, b.invoices_a_year, CAST(coalesce(d.discount_ratio, 0) AS DOUBLE) AS ratio_off,
    CAST(coalesce(d.discount_amount, 0) AS DOUBLE) AS amount_off,
    CASE WHEN d.valid_from > b.valid_from THEN d.valid_from ELSE b.valid_from END AS valid_from,
    CASE WHEN b.valid_to IS NULL OR d.valid_to < b.valid_to THEN coalesce(d.valid_to, b.valid_to) ELSE b.valid_to END
      AS valid_to
  FROM bounded AS b
  LEFT JOIN staging.discount_terms AS d
    ON d.source = b.source AND d.subscription_id = b.subscription_id
    AND (d.valid_from IS NULL OR b.valid_to IS NULL OR d.valid_from < b.valid_to)
    AND (d.valid_to IS NULL OR d.valid_to > b.valid_from)
), lasting AS (
  SELECT
    d.source, d.subscription_id, d.item_key, d.node, d.product_id, d.currency, d.quantity, d.basis, d.valid_from,
    CASE WHEN d.valid_to <= $as_of THEN d.valid_to END AS valid_to,
    round(d.amount * (1 - d.ratio_off) * d.periods_a_year, 3) AS gross,
    d.amount_off * d.invoices_a_year AS yearly_off
  FROM discounted AS d
  WHERE d.valid_from <= $as_of AND (d.valid_to IS NULL OR d.valid_to > d.valid_from)
), moments AS (
  SELECT source, subscription_id, valid_from AS starts_at
  FROM lasting
  WHERE yearly_off > 0
  UNION
  SELECT source, subscription_id, valid_to
  FROM lasting
  WHERE yearly_off > 0 AND valid_to IS NOT NULL
), pieces AS (
  SELECT
    source, subscription_id, starts_at,
    lead(starts_at) OVER (PARTITION BY source, subscription_id ORDER BY starts_at) AS stops_at
  FROM moments
), parts AS (
  -- An amount off is shared by all items of a time, so that a term ends where the items beside it change.
  SELECT
    l.source, l.subscription_id, l.item_key, l.node, l.product_id, l.currency, l.quantity, l.basis,
    coalesce(p.starts_at, l.valid_from) AS valid_from,
    CASE WHEN p.starts_at IS NULL THEN l.valid_to ELSE p.stops_at END AS valid_to,
    l.gross, l.yearly_off
  FROM lasting AS l
  LEFT JOIN pieces AS p
    ON p.source = l.source AND p.subscription_id = l.subscription_id AND l.yearly_off > 0
    AND p.starts_at >= l.valid_from AND (l.valid_to IS NULL OR p.starts_at < l.valid_to)
), summed AS (
  SELECT
    p.*,
    max(yearly_off) OVER (PARTITION BY source, subscription_id, valid_from) AS taken_off,
    sum(gross) OVER (PARTITION BY source, subscription_id, valid_from) AS all_gross,
    sum(gross) OVER (
      PARTITION BY source, subscription_id, valid_from ORDER BY item_key ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS gross_so_far
  FROM parts AS p
), yearly AS (
  -- By what each costs; of the sum so far, so that the rounded shares add up.
  SELECT
    s.*,
    CASE
      WHEN taken_off <= 0 THEN gross
      WHEN taken_off >= all_gross THEN 0
      ELSE round(gross - round(taken_off * gross_so_far / all_gross, 3)
        + round(taken_off * (gross_so_far - gross) / all_gross, 3), 3)
    END AS worth
  FROM summed AS s
), plausible AS (
  -- So that what several of them add up to fits its column.
  SELECT
    y.*,
    CASE WHEN worth >= 1000000000000 THEN NULL WHEN worth > 0 THEN worth ELSE 0 END AS yearly_worth
  FROM yearly AS y
)
SELECT
  source, subscription_id, item_key, node, product_id, currency, quantity, valid_from, valid_to,
  CAST(yearly_worth AS DECIMAL(18,3)) AS arr,
  CAST(round(yearly_worth / 12, 3) AS DECIMAL(18,3)) AS mrr,
  basis
FROM plausible
