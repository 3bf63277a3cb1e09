-- People who are no contact of the source that tells of them: payers, people named by events, tickets and other facts, owners
-- of devices.
-- One row per record.
-- depends: staging.payers, staging.named_people, staging.devices
-- column: source VARCHAR | The source's name.
-- column: category VARCHAR | Kind of source.
-- column: entity VARCHAR | The source's entity.
-- column: record_id VARCHAR | What stands for the person in the source.
-- column: record_type VARCHAR | payer, mention or device.
-- column: user_id VARCHAR | The user.
-- column: customer_id VARCHAR | Customer id on the charges.
-- column: email VARCHAR | Latest address, as written.
-- column: full_name VARCHAR | Name on the latest charge.
-- column: created_at TIMESTAMP | First seen, UTC.
-- column: updated_at TIMESTAMP | Last seen, UTC.
-- column: source_file VARCHAR | The extract that tells of the person; NULL for a device, which many files tell of.
-- column: source_row BIGINT | A row there.
-- unique: source, record_id
-- not_null: source, category, entity, record_id, record_type
WITH payers AS (
  SELECT
    *,
    min(created_at) OVER (PARTITION BY source, record_id) AS first_at,
    row_number() OVER (PARTITION BY source, record_id ORDER BY updated_at DESC, email) AS position
  FROM staging.payers
  WHERE NOT is_contact AND record_id IS NOT NULL
), named_people AS (
  SELECT
    *,
    min(created_at) OVER (PARTITION BY source, record_id) AS first_at,
    max(updated_at) OVER (PARTITION BY source, record_id) AS last_at,
    row_number() OVER (
      PARTITION BY source, record_id
      ORDER BY email_key IS NULL, updated_at DESC, email, user_id, named_record_id
    ) AS position
  FROM staging.named_people
  WHERE NOT is_contact AND record_id IS NOT NULL
)
SELECT
  source, category, entity, record_id, 'payer' AS record_type, CAST(NULL AS VARCHAR) AS user_id, customer_id, email,
  full_name, first_at AS created_at, updated_at, source_file, source_row
FROM payers
WHERE position = 1
UNION ALL
SELECT
  source, category, entity, record_id, 'mention' AS record_type, user_id, NULL AS customer_id, email,
  NULL AS full_name, first_at AS created_at, last_at AS updated_at, source_file, source_row
FROM named_people
WHERE position = 1
UNION ALL
SELECT
  source, category, entity, record_id, 'device' AS record_type, user_id, NULL AS customer_id, email,
  NULL AS full_name, created_at, updated_at, NULL AS source_file, NULL AS source_row
FROM staging.devices
