-- Tickets opened, resolved and rated, as events. One row per event.
-- depends: staging.tickets, metrics.tickets_as_of
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
    t.node, m.account_id, t.opened_at AS occurred_at, 'ticket_opened' AS event_type, t.source, t.ticket_id AS event_id,
    t.subject AS title, t.severity AS status, CAST(NULL AS DECIMAL(18, 3)) AS amount, CAST(NULL AS VARCHAR) AS currency,
    CAST(NULL AS VARCHAR) AS touch_source, CAST(NULL AS VARCHAR) AS medium, CAST(NULL AS VARCHAR) AS campaign,
    CAST(NULL AS BIGINT) AS page_views, CAST(1 AS BIGINT) AS participant
FROM staging.tickets AS t
JOIN metrics.tickets_as_of AS m ON m.source = t.source AND m.ticket_id = t.ticket_id
UNION ALL
SELECT
    t.node, m.account_id, t.resolved_at, 'ticket_resolved', t.source, t.ticket_id, t.subject, t.severity, NULL, NULL,
    NULL, NULL, NULL, NULL, 1
FROM staging.tickets AS t
JOIN metrics.tickets_as_of AS m ON m.source = t.source AND m.ticket_id = t.ticket_id
UNION ALL
SELECT
    t.node, m.account_id, t.rated_at, 'ticket_rated', t.source, t.ticket_id, t.subject,
    CASE WHEN t.rating IS NOT NULL THEN CAST(t.rating AS VARCHAR) || ' of 5' WHEN t.csat_score = 100 THEN 'good' ELSE 'bad' END,
    NULL, NULL, NULL, NULL, NULL, NULL, 1
FROM staging.tickets AS t
JOIN metrics.tickets_as_of AS m ON m.source = t.source AND m.ticket_id = t.ticket_id
WHERE t.csat_score IS NOT NULL
