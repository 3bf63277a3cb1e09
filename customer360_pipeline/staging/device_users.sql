-- Which users and addresses the web events of each device name. One row per source, device, user id and address;
-- without a device id per visitor. Anonymous devices are not here.
-- depends: staging.web_event_rows
-- column: source VARCHAR | The source's name.
-- column: category VARCHAR | Kind of source.
-- column: entity VARCHAR | The source's entity.
-- column: device_id VARCHAR | Browser or app instance; NULL when consent was denied.
-- column: visitor VARCHAR | Who, where there is no device id: 'user:' and the user id or 'email:' and the address.
-- column: user_id VARCHAR | User id on the events.
-- column: email VARCHAR | Address on the events, as written.
-- column: first_at TIMESTAMP | First such event, UTC.
-- column: last_at TIMESTAMP | Last such event, UTC.
-- not_null: source, category, entity
SELECT
  source,
  min(category) AS category,
  min(entity) AS entity,
  device_id,
  CASE
    WHEN device_id IS NULL THEN coalesce('user:' || nullif(trim(user_id), ''), 'email:' || lower(trim(email)))
  END AS visitor,
  nullif(trim(user_id), '') AS user_id,
  email,
  min(occurred_at) AS first_at,
  max(occurred_at) AS last_at
FROM staging.web_event_rows
WHERE user_id IS NOT NULL OR email IS NOT NULL
GROUP BY ALL
