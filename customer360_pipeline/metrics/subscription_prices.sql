-- What each item of each subscription costs now, for one period, and how many periods a year has. One row per item; a flat
-- export has one item.
-- depends: staging.subscription_items, staging.subscription_rows
-- column: source VARCHAR | The source's name.
-- column: subscription_id VARCHAR | The subscription.
-- column: item_key VARCHAR | The item's id; of one without, its price.
-- column: price_id VARCHAR | Price.
-- column: product_id VARCHAR | Product.
-- column: place BIGINT | Place in the subscription, from 1.
-- column: currency VARCHAR | ISO 4217 code.
-- column: quantity BIGINT | Units.
-- column: created_at TIMESTAMP | Item added, UTC.
-- column: amount DECIMAL(38,3) | Unit price times units, major units; NULL when it is tiered.
-- column: is_metered BOOLEAN | Billed by use.
-- column: periods_a_year DOUBLE | 12 months, 52 weeks or 365 days, divided by the length of a period; NULL: paid once.
-- unique: source, subscription_id, item_key
-- not_null: source, subscription_id, item_key, is_metered
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
)
SELECT
  p.source, p.subscription_id, p.item_key, p.price_id, p.product_id, p.place, p.currency, p.quantity, p.created_at,
  CAST(p.amount AS DECIMAL(38,3)) AS amount,
  p.is_metered,
  CAST(CASE p.interval_unit WHEN 'year' THEN 1 WHEN 'month' THEN 12 WHEN 'week' THEN 52 WHEN 'day' THEN 365 END
    AS DOUBLE) / CASE WHEN p.interval_count > 0 THEN p.interval_count ELSE 1 END AS periods_a_year
FROM priced AS p
