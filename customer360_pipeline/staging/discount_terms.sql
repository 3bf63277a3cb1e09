-- What coupons that last forever take off each subscription, over time. One row per subscription with such a coupon and time
-- between two of their beginnings; a coupon counts from its start, and one of the subscription's first day from the beginning.
-- depends: staging.subscription_discounts, staging.subscription_rows
-- column: source VARCHAR | The source's name.
-- column: subscription_id VARCHAR | The subscription.
-- column: valid_from TIMESTAMP | Holds from then, UTC; NULL: from the beginning.
-- column: valid_to TIMESTAMP | Until then, UTC; NULL: still.
-- column: discount_ratio DECIMAL(9,6) | Share taken off every period, by one coupon after the other.
-- column: discount_amount DECIMAL(18,3) | Amount taken off every invoice, likewise, major units.
-- unique: source, subscription_id, valid_from
-- not_null: source, subscription_id, discount_ratio, discount_amount
-- assert: valid_to > valid_from | a time lasts
WITH coupons AS (
  SELECT
    d.source, d.subscription_id, d.percent_off, d.amount_off,
    -- Both are made in one go, but not in the same second.
    CASE
      WHEN coalesce(CAST(d.started_at AS DATE) > CAST(coalesce(s.started_at, s.created_at) AS DATE), true)
        THEN d.started_at
    END AS starts_at
  FROM staging.subscription_discounts AS d
  INNER JOIN staging.subscription_rows AS s ON s.source = d.source AND s.subscription_id = d.subscription_id
  WHERE d.duration = 'forever'
), moments AS (
  SELECT source, subscription_id, starts_at
  FROM coupons
  UNION
  SELECT source, subscription_id, CAST(NULL AS TIMESTAMP)
  FROM coupons
), taken AS (
  -- Each takes its share of what the ones before left: the shares that stay are multiplied.
  SELECT
    m.source, m.subscription_id, m.starts_at, max(c.percent_off) AS most_off,
    sum(ln(CASE WHEN c.percent_off < 100 THEN 1 - CAST(c.percent_off AS DOUBLE) / 100 ELSE 1 END)) AS log_left,
    sum(c.amount_off) AS amount_off
  FROM moments AS m
  LEFT JOIN coupons AS c
    ON c.source = m.source AND c.subscription_id = m.subscription_id
    AND (c.starts_at IS NULL OR c.starts_at <= m.starts_at)
  GROUP BY m.source, m.subscription_id, m.starts_at
)
SELECT
  source, subscription_id, starts_at AS valid_from,
  lead(starts_at) OVER (PARTITION BY source, subscription_id ORDER BY starts_at NULLS FIRST) AS valid_to,
  CAST(CASE WHEN most_off >= 100 THEN 1 ELSE round(1 - exp(coalesce(log_left, 0)), 6) END AS DECIMAL(9,6))
    AS discount_ratio,
  CAST(coalesce(amount_off, 0) AS DECIMAL(18,3)) AS discount_amount
FROM taken
