-- Web sessions with what their events say of the visitor, before anybody owns them. One row per session: source,
-- device and session id; without a device id also the user. Events without a session id stay together per device.
-- depends: staging.web_event_rows
-- column: source VARCHAR | The source's name.
-- column: category VARCHAR | Kind of source.
-- column: entity VARCHAR | The source's entity.
-- column: device_id VARCHAR | Browser or app instance; NULL when consent was denied.
-- column: visitor VARCHAR | Who, where there is no device id: 'user:' and the user id or 'email:' and the address.
-- column: session_id VARCHAR | Session id, unique only together with the device; NULL for events outside a session.
-- column: first_user VARCHAR | Smallest user id on its events.
-- column: last_user VARCHAR | Largest user id; another one than first_user when the session holds several.
-- column: first_email VARCHAR | Smallest address as written on its events.
-- column: last_email VARCHAR | Largest address as written.
-- column: started_at TIMESTAMP | First event, UTC.
-- column: ended_at TIMESTAMP | Last event, UTC.
-- column: page_views BIGINT | Page and screen views.
-- column: events BIGINT | Events (or rows of counts).
-- column: touch VARCHAR | Time, source, medium and campaign of its first event with a source, each after a separator.
-- column: source_file VARCHAR | The first file, by name, with one of its events.
-- column: source_row BIGINT | The smallest row number of its events.
-- not_null: source, events, page_views
SELECT
  source,
  category,
  entity,
  device_id,
  CASE
    WHEN device_id IS NULL THEN coalesce('user:' || user_id, 'email:' || lower(trim(email)))
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
  min(
    CASE
      WHEN touch_source IS NOT NULL
        THEN CAST(occurred_at AS VARCHAR) || chr(31) || touch_source || chr(31) || coalesce(medium, '')
          || chr(31) || coalesce(campaign, '')
    END
  ) AS touch,
  min(source_file) AS source_file,
  min(source_row) AS source_row
FROM staging.web_event_rows
GROUP BY ALL
