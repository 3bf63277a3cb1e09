-- How each customer uses the product, over all accounts. One row per customer with a product event, a login or an act in the
-- knowledge base. A day on which a customer used the product for two accounts is one day.
-- depends: metrics.user_feature_days, metrics.people_activity, metrics.usage_window
-- setting: as_of
-- column: customer_number INTEGER | The customer.
-- column: active_days_30d BIGINT | Days with a product event of the last 30; NULL: product events do not tell.
-- column: events_30d BIGINT | Product events of the last 30 days.
-- column: features_30d BIGINT | Features used in the last 30 days.
-- column: last_active_at TIMESTAMP | Latest use of the product, UTC.
-- column: logins_30d BIGINT | Logins of the last 30 days.
-- column: last_login_at TIMESTAMP | Latest login, UTC.
-- column: article_views_30d BIGINT | Acts in the knowledge base of the last 30 days.
-- unique: customer_number
-- not_null: customer_number, logins_30d, article_views_30d
WITH recent AS (
    SELECT
        customer_number, COUNT(DISTINCT day) AS days, COUNT(DISTINCT feature) AS features, SUM(events) AS events
    FROM metrics.user_feature_days
    WHERE DATE_DIFF('day', CAST(day AS DATE), CAST($as_of AS DATE)) BETWEEN 1 AND 30
    GROUP BY customer_number
),
people AS (
    SELECT
        customer_number, MAX(last_active_at) AS last_active_at, SUM(logins_30d) AS logins_30d,
        MAX(last_login_at) AS last_login_at, SUM(article_views_30d) AS article_views_30d
    FROM metrics.people_activity
    GROUP BY customer_number
)
SELECT
    p.customer_number,
    CASE WHEN w.is_known THEN COALESCE(r.days, 0) END AS active_days_30d,
    CAST(CASE WHEN w.is_known THEN COALESCE(r.events, 0) END AS BIGINT) AS events_30d,
    CASE WHEN w.is_known THEN COALESCE(r.features, 0) END AS features_30d,
    p.last_active_at,
    CAST(p.logins_30d AS BIGINT) AS logins_30d,
    p.last_login_at,
    CAST(p.article_views_30d AS BIGINT) AS article_views_30d
FROM people AS p
CROSS JOIN metrics.usage_window AS w
LEFT JOIN recent AS r ON r.customer_number = p.customer_number
