-- Web sessions, marketing events, and when each source first knew a person, as events. One row per event.
-- depends: staging.touches, staging.sessions, staging.records
-- materialized: view
-- column: node INTEGER | The record; NULL when it names nobody.
-- column: account_id VARCHAR | The account, where the fact itself names one; NULL: the record's.
-- column: occurred_at TIMESTAMP | When, UTC.
-- column: event_type VARCHAR | What happened.
-- column: source VARCHAR | Source.
-- column: event_id VARCHAR | The source's id of it.
-- column: title VARCHAR | What it was about, in the source's words.
-- column: status VARCHAR | Its status.
-- column: amount DECIMAL(18,3) | Its amount, major units of currency.
-- column: currency VARCHAR | ISO 4217 code.
-- column: touch_source VARCHAR | Traffic source.
-- column: medium VARCHAR | Its medium.
-- column: campaign VARCHAR | Its campaign.
-- column: page_views BIGINT | Page views of a session.
-- column: participant BIGINT | 1; of an event with several people the second and later ones count on.
SELECT
    node, CAST(NULL AS VARCHAR) AS account_id, occurred_at, COALESCE(event_type, 'touch') AS event_type, source, event_id,
    CAST(NULL AS VARCHAR) AS title, CAST(NULL AS VARCHAR) AS status,
    CAST(NULL AS DECIMAL(18, 3)) AS amount, CAST(NULL AS VARCHAR) AS currency,
    touch_source, medium, campaign, CAST(NULL AS BIGINT) AS page_views, CAST(1 AS BIGINT) AS participant
FROM staging.touches
UNION ALL
SELECT
    node, NULL, started_at, CASE WHEN session_id IS NULL THEN 'web_event' ELSE 'session' END, source,
    COALESCE(device_id, '') || ' ' || COALESCE(session_id, ''), NULL, NULL, NULL, NULL,
    touch_source, medium, campaign, page_views, 1
FROM staging.sessions
UNION ALL
SELECT node, NULL, created_at, 'record_created', source, record_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1
FROM staging.records
WHERE record_type = 'contact'
