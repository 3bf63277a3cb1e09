-- The feature catalogue: which event of the product means the use of which feature. One row per event name, in lower
-- case; of several lines for one event the first by source and spelling counts.
-- depends: staging.feature_rows
-- column: event_key VARCHAR | Name of the event, lower case.
-- column: feature VARCHAR | The feature; NULL: the event is no use of the product.
-- column: product VARCHAR | The product it belongs to; NULL: every product.
-- column: plans VARCHAR | Plans that include it, joined by semicolons; NULL: all.
-- column: is_high_value BOOLEAN | Customers who use it stay.
-- unique: event_key
-- not_null: event_key, is_high_value
SELECT
  lower(trim(event_name)) AS event_key, nullif(trim(feature), '') AS feature, nullif(trim(product), '') AS product,
  nullif(trim(plans), '') AS plans, coalesce(is_high_value, false) AS is_high_value
FROM staging.feature_rows
WHERE trim(event_name) <> ''
QUALIFY row_number() OVER (PARTITION BY lower(trim(event_name)) ORDER BY source, event_name, source_file, source_row) = 1
