-- What each customer did for each account: product events, logins, acts in the knowledge base. One row per account and
-- customer with any of them. A login belongs to the account of the record that logged in. Windows: metrics.people_usage.
-- depends: metrics.people_usage, metrics.people_logins, metrics.usage_window, identity.record_customers, profile.record_accounts
-- column: account_id VARCHAR | The account.
-- column: customer_number INTEGER | The customer.
-- column: customer_id VARCHAR | The customer.
-- column: active_days BIGINT | Days with a product event, ever.
-- column: active_days_30d BIGINT | Of the last 30 days; NULL: product events do not tell.
-- column: active_days_prev_30d BIGINT | Of the 30 before.
-- column: events_30d BIGINT | Product events of the last 30 days.
-- column: events_prev_30d BIGINT | Of the 30 before.
-- column: features_30d BIGINT | Features used in the last 30 days.
-- column: is_power_user BOOLEAN | Active on at least usage.power_user_days of the last 30 days.
-- column: is_at_risk BOOLEAN | Active on far fewer days than in the 30 before.
-- column: logins BIGINT | Logins, ever.
-- column: logins_30d BIGINT | Of the last 30 days.
-- column: last_login_at TIMESTAMP | Latest login, UTC.
-- column: article_views BIGINT | Acts in the knowledge base, ever.
-- column: article_views_30d BIGINT | Of the last 30 days.
-- column: last_active_at TIMESTAMP | Latest product event up to as_of, UTC.
-- column: first_seen_at TIMESTAMP | First product event, login or act in the knowledge base, UTC.
-- column: last_seen_at TIMESTAMP | Latest of them up to as_of, UTC.
-- unique: account_id, customer_number
-- not_null: account_id, customer_number, customer_id, active_days, logins, article_views, first_seen_at, last_seen_at
WITH logins AS (
    SELECT
        a.account_id, c.customer_number, SUM(l.logins) AS logins, SUM(l.logins_30d) AS logins_30d,
        MAX(l.last_login_at) AS last_login_at, SUM(l.article_views) AS article_views,
        SUM(l.article_views_30d) AS article_views_30d, MIN(l.first_at) AS first_at, MAX(l.last_at) AS last_at
    FROM metrics.people_logins AS l
    JOIN identity.record_customers AS c ON c.node = l.node
    JOIN profile.record_accounts AS a ON a.node = l.node
    GROUP BY a.account_id, c.customer_number
),
people AS (
    SELECT account_id, customer_number, first_active_at AS first_at, last_active_at AS last_at FROM metrics.people_usage
    UNION ALL
    SELECT account_id, customer_number, first_at, last_at FROM logins
),
seen AS (
    SELECT account_id, customer_number, MIN(first_at) AS first_at, MAX(last_at) AS last_at
    FROM people
    GROUP BY account_id, customer_number
),
ids AS (
    SELECT customer_number, MIN(customer_id) AS customer_id FROM identity.record_customers GROUP BY customer_number
)
SELECT
    s.account_id,
    s.customer_number,
    i.customer_id,
    COALESCE(u.active_days, 0) AS active_days,
    COALESCE(u.active_days_30d, CASE WHEN w.is_known THEN 0 END) AS active_days_30d,
    COALESCE(u.active_days_prev_30d, CASE WHEN w.is_prev_known THEN 0 END) AS active_days_prev_30d,
    COALESCE(u.events_30d, CASE WHEN w.is_known THEN 0 END) AS events_30d,
    COALESCE(u.events_prev_30d, CASE WHEN w.is_prev_known THEN 0 END) AS events_prev_30d,
    COALESCE(u.features_30d, CASE WHEN w.is_known THEN 0 END) AS features_30d,
    COALESCE(u.is_power_user, CASE WHEN w.is_known THEN FALSE END) AS is_power_user,
    COALESCE(u.is_at_risk, CASE WHEN w.is_prev_known THEN FALSE END) AS is_at_risk,
    CAST(COALESCE(l.logins, 0) AS BIGINT) AS logins,
    CAST(COALESCE(l.logins_30d, 0) AS BIGINT) AS logins_30d,
    l.last_login_at,
    CAST(COALESCE(l.article_views, 0) AS BIGINT) AS article_views,
    CAST(COALESCE(l.article_views_30d, 0) AS BIGINT) AS article_views_30d,
    u.last_active_at,
    s.first_at AS first_seen_at,
    s.last_at AS last_seen_at
FROM seen AS s
CROSS JOIN metrics.usage_window AS w
JOIN ids AS i ON i.customer_number = s.customer_number
LEFT JOIN metrics.people_usage AS u ON u.account_id = s.account_id AND u.customer_number = s.customer_number
LEFT JOIN logins AS l ON l.account_id = s.account_id AND l.customer_number = s.customer_number
