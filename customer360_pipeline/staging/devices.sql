-- Browsers and apps whose sessions belong to a known user or address. One row per record a device makes.
-- A device seen with exactly one user belongs to that user, its anonymous sessions too. A device seen with two or
-- more is shared: it makes one record per user, and only sessions that name the user belong to it.
-- depends: staging.device_users, staging.odd_values
-- column: source VARCHAR | The source's name.
-- column: category VARCHAR | Kind of source.
-- column: entity VARCHAR | The source's entity.
-- column: device_id VARCHAR | Browser or app instance; NULL when consent was denied.
-- column: visitor VARCHAR | Who, where there is no device id.
-- column: owner VARCHAR | On a shared device the user id, or the address of events without one.
-- column: is_shared BOOLEAN | Several users, or several addresses and no user.
-- column: user_id VARCHAR | The user.
-- column: email VARCHAR | The latest address, as written.
-- column: record_id VARCHAR | device_id; on a shared device device_id, '|' and the owner; without a device the visitor.
-- column: created_at TIMESTAMP | First event that names the user, UTC.
-- column: updated_at TIMESTAMP | Last event that names the user, UTC.
-- unique: source, record_id
-- not_null: source, record_id, is_shared
WITH keyed AS (
  SELECT u.*, CASE WHEN o.value IS NOT NULL THEN o.key ELSE lower(u.email) END AS email_key
  FROM staging.device_users AS u
  LEFT JOIN staging.odd_values AS o ON o.kind = 'email' AND o.value = u.email
), devices AS (
  SELECT
    source, device_id, visitor,
    min(user_id) AS user_id,
    CASE
      WHEN min(user_id) IS NULL THEN coalesce(min(email_key) <> max(email_key), false)
      ELSE min(user_id) <> max(user_id)
    END AS is_shared
  FROM keyed
  GROUP BY source, device_id, visitor
), owned AS (
  SELECT
    k.source, k.category, k.entity, k.device_id, k.visitor, d.is_shared, k.email, k.email_key, k.first_at, k.last_at,
    CASE WHEN d.is_shared THEN coalesce(k.user_id, k.email_key) END AS owner,
    CASE WHEN d.is_shared THEN k.user_id ELSE d.user_id END AS user_id
  FROM keyed AS k
  INNER JOIN devices AS d
    ON d.source = k.source
    AND d.device_id IS NOT DISTINCT FROM k.device_id
    AND d.visitor IS NOT DISTINCT FROM k.visitor
), latest AS (
  SELECT
    *,
    min(first_at) OVER (PARTITION BY source, device_id, visitor, owner) AS created_at,
    max(last_at) OVER (PARTITION BY source, device_id, visitor, owner) AS updated_at,
    row_number() OVER (
      PARTITION BY source, device_id, visitor, owner ORDER BY email_key IS NULL, last_at DESC, email_key, email, user_id
    ) AS position
  FROM owned
  WHERE user_id IS NOT NULL OR email_key IS NOT NULL
)
SELECT
  source, category, entity, device_id, visitor, owner, is_shared, user_id, email,
  CASE
    WHEN device_id IS NULL THEN visitor
    WHEN is_shared THEN device_id || '|' || owner
    ELSE device_id
  END AS record_id,
  created_at, updated_at
FROM latest
WHERE position = 1
