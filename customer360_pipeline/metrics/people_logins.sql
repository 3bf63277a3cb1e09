-- Logins, and acts in the knowledge base, of each record up to as_of. One row per record with one. Windows end with the day
-- before as_of's day.
-- depends: staging.logins, staging.article_views
-- setting: as_of
-- column: node INTEGER | The record.
-- column: logins BIGINT | Logins.
-- column: logins_30d BIGINT | Of the last 30 days.
-- column: last_login_at TIMESTAMP | Latest login, UTC.
-- column: article_views BIGINT | Articles read and voted on, searches, comments.
-- column: article_views_30d BIGINT | Of the last 30 days.
-- column: first_at TIMESTAMP | The first of all of them, UTC.
-- column: last_at TIMESTAMP | The latest, UTC.
-- unique: node
-- not_null: node, logins, logins_30d, article_views, article_views_30d, first_at, last_at
WITH acts AS (
    SELECT node, 1 AS logins, 0 AS views, occurred_at, occurred_at AS login_at
    FROM staging.logins
    WHERE is_login AND node IS NOT NULL AND occurred_at <= $as_of
    UNION ALL
    SELECT node, 0, 1, occurred_at, NULL
    FROM staging.article_views
    WHERE node IS NOT NULL AND occurred_at <= $as_of
),
dated AS (
    SELECT
        node, logins, views, occurred_at, login_at,
        DATE_DIFF('day', CAST(occurred_at AS DATE), CAST($as_of AS DATE)) BETWEEN 1 AND 30 AS is_recent
    FROM acts
)
SELECT
    node,
    CAST(SUM(logins) AS BIGINT) AS logins,
    CAST(SUM(CASE WHEN is_recent THEN logins ELSE 0 END) AS BIGINT) AS logins_30d,
    MAX(login_at) AS last_login_at,
    CAST(SUM(views) AS BIGINT) AS article_views,
    CAST(SUM(CASE WHEN is_recent THEN views ELSE 0 END) AS BIGINT) AS article_views_30d,
    MIN(occurred_at) AS first_at,
    MAX(occurred_at) AS last_at
FROM dated
GROUP BY node
