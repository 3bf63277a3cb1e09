-- Days with a login and help articles as events. One row per event. Product events are counted by day instead
-- (`usage_days`): a timeline of clicks tells nobody anything.
-- depends: staging.logins, staging.article_views
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
    -- Who logs in ten times a day says no more than who does once; the logins are counted in account_360.
    node, CAST(NULL AS VARCHAR) AS account_id, MIN(occurred_at) AS occurred_at, 'login' AS event_type, source,
    MIN(event_id) AS event_id, CAST(NULL AS VARCHAR) AS title, CAST(NULL AS VARCHAR) AS status,
    CAST(NULL AS DECIMAL(18, 3)) AS amount, CAST(NULL AS VARCHAR) AS currency,
    CAST(NULL AS VARCHAR) AS touch_source, CAST(NULL AS VARCHAR) AS medium, CAST(NULL AS VARCHAR) AS campaign,
    CAST(NULL AS BIGINT) AS page_views, CAST(1 AS BIGINT) AS participant
FROM staging.logins
WHERE is_login
GROUP BY node, source, CAST(occurred_at AS DATE)
UNION ALL
SELECT
    node, NULL, occurred_at, CASE WHEN action = 'view' THEN 'article_view' ELSE action END, source, event_id, title, NULL, NULL,
    NULL, NULL, NULL, NULL, NULL, 1
FROM staging.article_views
