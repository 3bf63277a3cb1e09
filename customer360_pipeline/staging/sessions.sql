-- Web sessions and the record that owns each. One row per session: source, device and session id.
-- A session nobody can be named for has no node: it is unattributed, and conserved. Events without a session id stay
-- together per device, in a row whose session_id is NULL.
-- depends: staging.web_event_rows, staging.devices, staging.records, staging.odd_values
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
WITH sessions AS (
  SELECT
    source,
    device_id,
    CASE
      WHEN device_id IS NULL THEN coalesce('user:' || nullif(trim(user_id), ''), 'email:' || lower(trim(email)))
    END AS visitor,
    session_id,
    min(nullif(trim(user_id), '')) AS first_user,
    max(nullif(trim(user_id), '')) AS last_user,
    min(email) AS first_email,
    max(email) AS last_email,
    min(occurred_at) AS started_at,
    max(occurred_at) AS ended_at,
    CAST(
      sum(coalesce(page_views, CASE WHEN event_name IN ('page_view', 'screen_view') THEN 1 ELSE 0 END)) AS BIGINT
    ) AS page_views,
    count(*) AS events,
    -- Time first, so that the smallest text is the first event's.
    min(
      CASE
        WHEN touch_source IS NOT NULL
          THEN CAST(occurred_at AS VARCHAR) || chr(31) || touch_source || chr(31) || coalesce(medium, '')
            || chr(31) || coalesce(campaign, '')
      END
    ) AS touch
  FROM staging.web_event_rows
  GROUP BY ALL
), keyed AS (
  SELECT
    s.*,
    CASE WHEN s.first_user = s.last_user THEN s.first_user END AS user_id,
    CASE WHEN o.value IS NOT NULL THEN o.key ELSE lower(s.first_email) END AS first_key,
    CASE WHEN p.value IS NOT NULL THEN p.key ELSE lower(s.last_email) END AS last_key
  FROM sessions AS s
  LEFT JOIN staging.odd_values AS o ON o.kind = 'email' AND o.value = s.first_email
  LEFT JOIN staging.odd_values AS p ON p.kind = 'email' AND p.value = s.last_email
), devices AS (
  SELECT d.source, d.device_id, d.visitor, d.is_shared, d.owner, r.node
  FROM staging.devices AS d
  INNER JOIN staging.records AS r
    ON r.source = d.source AND r.record_id = d.record_id AND r.record_type = 'device'
)
SELECT
  k.source, k.device_id, k.session_id, k.user_id,
  CASE WHEN k.first_key = k.last_key THEN k.first_key END AS email_key,
  k.started_at, k.ended_at, k.page_views, k.events,
  split_part(k.touch, chr(31), 2) AS touch_source,
  nullif(split_part(k.touch, chr(31), 3), '') AS medium,
  nullif(split_part(k.touch, chr(31), 4), '') AS campaign,
  coalesce(own.node, shared.node, alone.node) AS node
FROM keyed AS k
LEFT JOIN devices AS own
  ON own.source = k.source AND own.device_id = k.device_id AND NOT own.is_shared
LEFT JOIN devices AS shared
  ON shared.source = k.source AND shared.device_id = k.device_id AND shared.is_shared
  AND shared.owner = CASE
    WHEN k.first_user IS NOT NULL THEN k.user_id
    WHEN k.first_key = k.last_key THEN k.first_key
  END
LEFT JOIN devices AS alone
  ON alone.source = k.source AND alone.device_id IS NULL AND alone.visitor = k.visitor
