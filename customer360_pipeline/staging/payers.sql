-- Who each charge's customer id and address stand for. One row per source, customer id and address as charged.
-- A customer id that no contact of the source has (deleted there) and a guest's address make a record of their own.
-- depends: staging.charge_rows, staging.contact_ids, staging.odd_values
-- setting: identity_placeholder_values
-- column: source VARCHAR | The source's name.
-- column: customer_id VARCHAR | Customer id on the charge; NULL for a guest.
-- column: email VARCHAR | Address on the charge, as written.
-- column: email_key VARCHAR | The address, canonical.
-- column: record_id VARCHAR | The record that paid; NULL when nothing identifies the payer.
-- column: is_contact BOOLEAN | The record is a contact of the source; false: charges alone tell of it.
-- column: category VARCHAR | Kind of source.
-- column: entity VARCHAR | The source's entity.
-- column: full_name VARCHAR | Name on the latest charge.
-- column: created_at TIMESTAMP | First charge, UTC.
-- column: updated_at TIMESTAMP | Last charge, UTC.
-- column: source_file VARCHAR | File of the latest charge.
-- column: source_row BIGINT | Row of the latest charge.
-- unique: source, customer_id, email
-- not_null: source
WITH latest AS (
  SELECT
    *,
    min(created_at) OVER (PARTITION BY source, customer_id, email) AS first_at,
    row_number() OVER (PARTITION BY source, customer_id, email ORDER BY created_at DESC, charge_id) AS position
  FROM staging.charge_rows
), keyed AS (
  SELECT
    c.*,
    CASE WHEN o.value IS NOT NULL THEN o.key ELSE lower(c.email) END AS email_key
  FROM latest AS c
  LEFT JOIN staging.odd_values AS o ON o.kind = 'email' AND o.value = c.email
  WHERE c.position = 1
)
SELECT
  k.source, k.customer_id, k.email, k.email_key,
  CASE
    WHEN k.customer_id IS NOT NULL THEN coalesce(i.record_id, k.customer_id)
    WHEN NOT list_contains(string_split($identity_placeholder_values, ','), k.email_key) THEN 'guest:' || k.email_key
  END AS record_id,
  i.record_id IS NOT NULL AS is_contact,
  k.category, k.entity, k.full_name, k.first_at AS created_at, k.created_at AS updated_at, k.source_file, k.source_row
FROM keyed AS k
LEFT JOIN staging.contact_ids AS i ON i.source = k.source AND i.alias = k.customer_id
