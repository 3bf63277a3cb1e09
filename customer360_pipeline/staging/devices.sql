-- Browsers and apps whose sessions belong to a known user or address. One row per record a device makes.
-- A device seen with exactly one user belongs to that user, its anonymous sessions too. A device seen with two or
-- more is shared: it makes one record per user, and only sessions that name the user belong to it.
-- depends: staging.session_rows, staging.odd_values
-- column: source VARCHAR | The source's name.
-- column: category VARCHAR | Kind of source.
-- column: entity VARCHAR | The source's entity.
-- column: device_id VARCHAR | Browser or app instance; NULL when consent was denied.
-- column: visitor VARCHAR | Who, where there is no device id.
-- column: is_shared BOOLEAN | Several users, or several addresses and no user.
-- column: user_id VARCHAR | The user.
-- column: email VARCHAR | The address as written, of its latest session that has one.
-- column: email_key VARCHAR | The address, canonical.
-- column: record_id VARCHAR | device_id; on a shared device device_id, '|' and the user id or address.
-- column: created_at TIMESTAMP | First event of its sessions, UTC.
-- column: updated_at TIMESTAMP | Last event of its sessions, UTC.
-- column: source_file VARCHAR | The first file, by name, with one of its events.
-- column: source_row BIGINT | The smallest row number of its events.
-- unique: source, record_id
-- not_null: source, record_id, is_shared
WITH known AS (
  SELECT
    s.*,
    CASE WHEN o.value IS NOT NULL THEN o.key ELSE lower(s.first_email) END AS first_key,
    CASE WHEN p.value IS NOT NULL THEN p.key ELSE lower(s.last_email) END AS last_key
  FROM staging.session_rows AS s
  LEFT JOIN staging.odd_values AS o ON o.kind = 'email' AND o.value = s.first_email
  LEFT JOIN staging.odd_values AS p ON p.kind = 'email' AND p.value = s.last_email
  WHERE s.first_user IS NOT NULL OR s.first_email IS NOT NULL
), devices AS (
  SELECT
    source, device_id, visitor,
    min(first_user) AS first_user,
    coalesce(min(first_user) <> max(last_user), false) AS has_users,
    coalesce(min(first_key) <> max(last_key), false) AS has_emails
  FROM known
  GROUP BY source, device_id, visitor
), owned AS (
  SELECT
    k.source, k.category, k.entity, k.device_id, k.visitor, k.source_file, k.source_row,
    d.has_users OR (d.first_user IS NULL AND d.has_emails) AS is_shared,
    CASE
      WHEN NOT d.has_users THEN d.first_user
      WHEN k.first_user = k.last_user THEN k.first_user
    END AS user_id,
    CASE WHEN k.first_key = k.last_key THEN k.last_email END AS email,
    CASE WHEN k.first_key = k.last_key THEN k.last_key END AS email_key,
    k.started_at, k.ended_at, k.session_id
  FROM known AS k
  INNER JOIN devices AS d
    ON d.source = k.source
    AND d.device_id IS NOT DISTINCT FROM k.device_id
    AND d.visitor IS NOT DISTINCT FROM k.visitor
), named AS (
  SELECT
    *,
    CASE
      WHEN device_id IS NULL THEN visitor
      WHEN NOT is_shared THEN device_id
      ELSE device_id || '|' || coalesce(user_id, email_key)
    END AS record_id
  FROM owned
  WHERE user_id IS NOT NULL OR email_key IS NOT NULL
), latest AS (
  SELECT
    *,
    row_number() OVER (
      PARTITION BY source, record_id
      ORDER BY email_key IS NULL, ended_at DESC, session_id, email_key, email
    ) AS position
  FROM named
), spans AS (
  SELECT
    source, record_id,
    min(started_at) AS created_at, max(ended_at) AS updated_at,
    min(source_file) AS source_file, min(source_row) AS source_row
  FROM named
  GROUP BY source, record_id
)
SELECT
  l.source, l.category, l.entity, l.device_id, l.visitor, l.is_shared, l.user_id, l.email, l.email_key, l.record_id,
  s.created_at, s.updated_at, s.source_file, s.source_row
FROM latest AS l
INNER JOIN spans AS s ON s.source = l.source AND s.record_id = l.record_id
WHERE l.position = 1
