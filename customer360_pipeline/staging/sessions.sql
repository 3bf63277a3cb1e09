-- Web sessions and the record that owns each. One row per session: source, device and session id.
-- A session nobody can be named for has no node: it is unattributed, and conserved.
-- depends: staging.session_rows, staging.devices, staging.records, staging.odd_values
-- column: source VARCHAR | The source's name.
-- column: device_id VARCHAR | Browser or app instance; NULL when consent was denied.
-- column: session_id VARCHAR | Session id, unique only together with the device; NULL for events outside a session.
-- column: user_id VARCHAR | The user on its events, when it is exactly one.
-- column: email_key VARCHAR | The address on its events, canonical, when it is exactly one.
-- column: started_at TIMESTAMP | First event, UTC.
-- column: ended_at TIMESTAMP | Last event, UTC.
-- column: page_views BIGINT | Page and screen views.
-- column: events BIGINT | Events.
-- column: touch_source VARCHAR | Traffic source of its first event that has one.
-- column: medium VARCHAR | Medium of the same event.
-- column: campaign VARCHAR | Campaign of the same event.
-- column: node INTEGER | The record that owns it; NULL: unattributed.
-- not_null: source, page_views, events
WITH devices AS (
  SELECT source, device_id, visitor, is_shared, record_id, coalesce(user_id, email_key) AS owner
  FROM staging.devices
), keyed AS (
  SELECT
    s.*,
    CASE WHEN s.first_user = s.last_user THEN s.first_user END AS user_id,
    CASE WHEN o.value IS NOT NULL THEN o.key ELSE lower(s.first_email) END AS first_key,
    CASE WHEN p.value IS NOT NULL THEN p.key ELSE lower(s.last_email) END AS last_key
  FROM staging.session_rows AS s
  LEFT JOIN staging.odd_values AS o ON o.kind = 'email' AND o.value = s.first_email
  LEFT JOIN staging.odd_values AS p ON p.kind = 'email' AND p.value = s.last_email
), owned AS (
  SELECT
    k.source, k.device_id, k.session_id, k.user_id, k.started_at, k.ended_at, k.page_views, k.events, k.touch,
    CASE WHEN k.first_key = k.last_key THEN k.first_key END AS email_key,
    coalesce(d.record_id, v.record_id) AS record_id
  FROM keyed AS k
  LEFT JOIN devices AS d
    ON d.source = k.source AND d.device_id = k.device_id
    AND (
      NOT d.is_shared
      OR d.owner = CASE
        WHEN k.first_user IS NOT NULL THEN k.user_id
        WHEN k.first_key = k.last_key THEN k.first_key
      END
    )
  LEFT JOIN devices AS v ON v.source = k.source AND v.device_id IS NULL AND v.visitor = k.visitor
)
SELECT
  o.source, o.device_id, o.session_id, o.user_id, o.email_key, o.started_at, o.ended_at, o.page_views, o.events,
  split_part(o.touch, chr(31), 2) AS touch_source,
  nullif(split_part(o.touch, chr(31), 3), '') AS medium,
  nullif(split_part(o.touch, chr(31), 4), '') AS campaign,
  r.node
FROM owned AS o
LEFT JOIN staging.records AS r ON r.source = o.source AND r.record_id = o.record_id AND r.record_type = 'device'
