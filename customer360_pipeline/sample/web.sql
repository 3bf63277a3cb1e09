-- Web events. A device may be shared in a household, a session may be anonymous, consent may have been denied.
-- Views: at 5 M people the events are written while they are made.
CREATE VIEW web_session AS
SELECT
    *,
    -- GA4 numbers a session by the second it began.
    epoch(started_at)::BIGINT AS session_id,
    CASE
        WHEN is_denied THEN NULL
        WHEN home <> n AND u(n, 'device') < 0.4 THEN (1000000000 + home) || '.1640995200'
        WHEN u(k, 'second device') < 0.2 THEN (2000000000 + n) || '.1640995200'
        ELSE (1000000000 + n) || '.1640995200'
    END AS device_id,
    CASE WHEN u(k, 'login') < 0.5 AND NOT is_denied THEN user_id END AS session_user_id,
    CASE WHEN s = 0 THEN channel_source WHEN u(k, 'return') < 0.6 THEN '(direct)' ELSE 'google' END AS source,
    CASE WHEN s = 0 THEN channel_medium WHEN u(k, 'return') < 0.6 THEN '(none)' ELSE 'organic' END AS medium,
    CASE WHEN s = 0 THEN channel_campaign END AS campaign
FROM (
    SELECT
        *,
        n * 32 + s AS k,
        u(n * 32 + s, 'consent') < 0.02 AS is_denied,
        date_trunc('second', since - INTERVAL 5 DAY + to_seconds(
            floor(u(n * 32 + s, 'session') * (epoch(as_of()) - epoch(since)))::BIGINT
        ) * (s > 0)::INTEGER) AS started_at
    FROM (
        SELECT n, home, user_id, since, country, channel_source, channel_medium, channel_campaign,
            unnest(range(sessions)) AS s
        FROM person
        WHERE chance(n, 6, 0, 'has') < 0.7
    )
);

CREATE VIEW web_generated AS
SELECT
    n, device_id, session_user_id AS user_id, CASE WHEN NOT is_denied THEN session_id END AS session_id, e,
    started_at + to_seconds(e * 37) AS occurred_at,
    ['session_start', 'page_view', 'page_view', 'scroll', 'page_view'][1 + e] AS event_name,
    'https://shop.example/' || ['', 'pricing', 'products', 'products', 'checkout'][1 + e] AS page,
    source, medium, campaign,
    channel_source AS first_source, channel_medium AS first_medium, channel_campaign AS first_campaign,
    country
FROM (SELECT *, unnest(range(1 + ceil(u(k, 'events') * 4)::BIGINT)) AS e FROM web_session);

CREATE TABLE web_cast AS SELECT * FROM web_generated LIMIT 0;

CREATE VIEW web AS
SELECT * FROM web_generated UNION ALL BY NAME SELECT * FROM web_cast;
