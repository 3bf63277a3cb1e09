-- Marketing events of known people (`marketing`), and who opened and clicked which campaign (`activity`).
CREATE TABLE marketing AS
SELECT
    n, k,
    CASE WHEN u(n, 'by user') < 0.5 THEN user_id END AS user_id,
    CASE WHEN u(n, 'by user') < 0.5 AND user_id IS NOT NULL THEN NULL ELSE email END AS email,
    ['visit', 'signup', 'webinar', 'download', 'visit'][1 + j] AS event_type,
    -- The first event is how the person came; late ones stand before earlier ones in the file.
    CASE j WHEN 0 THEN channel_source ELSE 'newsletter' END AS source,
    CASE j WHEN 0 THEN channel_medium ELSE 'email' END AS medium,
    CASE j WHEN 0 THEN channel_campaign ELSE 'digest_' || (1 + k % 12) END AS campaign,
    CASE j WHEN 0 THEN since - INTERVAL 6 DAY ELSE
        since + to_seconds(floor(u(k, 'touch') * (epoch(as_of()) - epoch(since)))::BIGINT) END AS occurred_at,
    CASE WHEN u(k, 'retry') < 0.005 THEN 2 ELSE 1 END AS copies
FROM (
    SELECT *, n * 8 + j AS k
    FROM (
        SELECT n, email, user_id, since, channel_source, channel_medium, channel_campaign,
            unnest(range(1 + floor(u(n, 'touches') * 5)::BIGINT)) AS j
        FROM person
        WHERE chance(n, 5, 0, 'has') < 0.4
    )
)
ORDER BY n // 512, hash(k), k;

CREATE TABLE activity AS
SELECT
    n, k, lower(email) AS email,
    1 + floor(u(k, 'campaign') * 6)::BIGINT AS campaign,
    CASE WHEN u(k, 'click') < 0.25 THEN 'clicks' ELSE 'opens' END AS kind,
    date_trunc('second', created_at + to_seconds(floor(u(k, 'opened') * (epoch(as_of()) - epoch(created_at)))::BIGINT))
        AS occurred_at
FROM (
    SELECT *, n * 8 + j AS k
    FROM (
        SELECT n, email, created_at, unnest(range(floor(u(n, 'opens') * 5)::BIGINT)) AS j
        FROM contact
        WHERE source = 'mailchimp' AND copy = 0 AND marketing_status IN ('subscribed', 'unsubscribed')
    )
)
ORDER BY k;
