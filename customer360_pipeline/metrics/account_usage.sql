-- How each account uses the product. One row per account with a product event, a login, an act in the knowledge base or a line
-- of seats. Windows end with the day before as_of's day; NULL: product events do not tell of them. Definitions: docs/metrics.
-- depends: metrics.people_activity, metrics.people_usage, metrics.account_features, metrics.account_seats, metrics.account_entitlements, metrics.usage_window, staging.features
-- setting: usage_full_use_days
-- column: account_id VARCHAR | The account.
-- column: dau BIGINT | Customers active on the last day.
-- column: wau BIGINT | In the last 7 days.
-- column: mau BIGINT | In the last 30 days.
-- column: prev_mau BIGINT | In the 30 days before.
-- column: mau_change_ratio DECIMAL(18,4) | Growth of mau against the 30 days before; NULL from nothing.
-- column: dau_wau_ratio DECIMAL(5,4) | Mean daily users of the last 7 days / wau; NULL without any.
-- column: events_30d BIGINT | Product events of the last 30 days.
-- column: events_prev_30d BIGINT | Of the 30 before.
-- column: usage_change_ratio DECIMAL(18,4) | Growth of product events against the 30 days before; NULL from nothing.
-- column: features_used_30d BIGINT | Features used in the last 30 days; NULL without a catalogue.
-- column: features_available BIGINT | Features they bought or use; NULL without a catalogue.
-- column: feature_adoption DECIMAL(5,4) | Used of available.
-- column: usage_depth DECIMAL(5,4) | Mean over active customers of active days of the last 30 / usage.full_use_days, at most 1.
-- column: power_users BIGINT | Customers active on usage.power_user_days of the last 30 days or more.
-- column: at_risk_users BIGINT | Customers active on far fewer days than in the 30 before.
-- column: first_active_at TIMESTAMP | First product event, UTC.
-- column: last_active_at TIMESTAMP | Latest product event, UTC.
-- column: last_login_at TIMESTAMP | Latest login, UTC.
-- column: seats BIGINT | Seats of all products that have a limit; NULL: none has, or no sheet was read.
-- column: used_seats BIGINT | Of them, used; NULL: not known.
-- column: seat_utilization DECIMAL(18,4) | Used of them; above 1 when more people use it than may.
-- unique: account_id
-- not_null: account_id
-- assert: dau <= wau and wau <= mau | a window holds the shorter one
-- assert: power_users <= mau | who is a power user is a user
-- assert: features_used_30d <= features_available | what is used is available
WITH people AS (
    SELECT
        account_id, SUM(CASE WHEN active_days_1d > 0 THEN 1 ELSE 0 END) AS dau,
        SUM(CASE WHEN active_days_7d > 0 THEN 1 ELSE 0 END) AS wau, SUM(active_days_7d) AS days_7,
        SUM(CASE WHEN active_days_30d > 0 THEN 1 ELSE 0 END) AS mau,
        SUM(CASE WHEN active_days_prev_30d > 0 THEN 1 ELSE 0 END) AS prev_mau,
        SUM(events_30d) AS events_30d, SUM(events_prev_30d) AS events_prev_30d,
        SUM(CASE WHEN active_days_30d < $usage_full_use_days THEN active_days_30d ELSE $usage_full_use_days END) AS depth_days,
        SUM(CASE WHEN is_power_user THEN 1 ELSE 0 END) AS power_users,
        SUM(CASE WHEN is_at_risk THEN 1 ELSE 0 END) AS at_risk_users,
        MIN(first_active_at) AS first_active_at, MAX(last_active_at) AS last_active_at
    FROM metrics.people_usage
    GROUP BY account_id
),
logins AS (
    SELECT account_id, MAX(last_login_at) AS last_login_at FROM metrics.people_activity GROUP BY account_id
),
features AS (
    SELECT account_id, COUNT(*) AS available, SUM(CASE WHEN users_30d > 0 THEN 1 ELSE 0 END) AS used
    FROM metrics.account_features
    GROUP BY account_id
),
catalogue AS (
    SELECT NULLIF(COUNT(DISTINCT feature), 0) AS features FROM staging.features
),
seats AS (
    SELECT account_id, SUM(seats) AS seats, SUM(used_seats) AS used_seats, COUNT(*) - COUNT(used_seats) AS unknown
    FROM metrics.account_seats
    WHERE seats IS NOT NULL
    GROUP BY account_id
),
entitled AS (
    SELECT DISTINCT account_id FROM metrics.account_entitlements
),
accounts AS (
    SELECT account_id FROM logins
    UNION
    SELECT account_id FROM entitled
),
joined AS (
    SELECT
        a.account_id, w.is_known, w.is_prev_known, COALESCE(p.dau, 0) AS dau, COALESCE(p.wau, 0) AS wau,
        COALESCE(p.mau, 0) AS mau, COALESCE(p.prev_mau, 0) AS prev_mau, COALESCE(p.days_7, 0) AS days_7,
        COALESCE(p.events_30d, 0) AS events_30d, COALESCE(p.events_prev_30d, 0) AS events_prev_30d,
        COALESCE(p.depth_days, 0) AS depth_days, COALESCE(p.power_users, 0) AS power_users,
        COALESCE(p.at_risk_users, 0) AS at_risk_users, p.first_active_at, p.last_active_at, l.last_login_at,
        CASE WHEN c.features IS NOT NULL THEN COALESCE(f.used, 0) END AS features_used,
        -- Of an account of one without seats only the features it uses are listed; the whole catalogue is open to it.
        CASE WHEN c.features IS NULL THEN NULL WHEN e.account_id IS NULL THEN c.features ELSE COALESCE(f.available, 0) END
            AS features,
        s.seats, CASE WHEN s.unknown = 0 THEN s.used_seats END AS used_seats
    FROM accounts AS a
    CROSS JOIN metrics.usage_window AS w
    CROSS JOIN catalogue AS c
    LEFT JOIN people AS p ON p.account_id = a.account_id
    LEFT JOIN logins AS l ON l.account_id = a.account_id
    LEFT JOIN features AS f ON f.account_id = a.account_id
    LEFT JOIN seats AS s ON s.account_id = a.account_id
    LEFT JOIN entitled AS e ON e.account_id = a.account_id
)
SELECT
    account_id,
    CAST(CASE WHEN is_known THEN dau END AS BIGINT) AS dau,
    CAST(CASE WHEN is_known THEN wau END AS BIGINT) AS wau,
    CAST(CASE WHEN is_known THEN mau END AS BIGINT) AS mau,
    CAST(CASE WHEN is_prev_known THEN prev_mau END AS BIGINT) AS prev_mau,
    CAST(CASE WHEN is_prev_known AND prev_mau > 0 THEN CAST(mau - prev_mau AS DOUBLE) / prev_mau END AS DECIMAL(18, 4))
        AS mau_change_ratio,
    CAST(CASE WHEN is_known AND wau > 0 THEN CAST(days_7 AS DOUBLE) / (7 * wau) END AS DECIMAL(5, 4)) AS dau_wau_ratio,
    CAST(CASE WHEN is_known THEN events_30d END AS BIGINT) AS events_30d,
    CAST(CASE WHEN is_prev_known THEN events_prev_30d END AS BIGINT) AS events_prev_30d,
    CAST(CASE
        WHEN is_prev_known AND events_prev_30d > 0 THEN CAST(events_30d - events_prev_30d AS DOUBLE) / events_prev_30d
    END AS DECIMAL(18, 4)) AS usage_change_ratio,
    CAST(CASE WHEN is_known THEN features_used END AS BIGINT) AS features_used_30d,
    CAST(features AS BIGINT) AS features_available,
    CAST(CASE WHEN is_known AND features > 0 THEN CAST(features_used AS DOUBLE) / features END AS DECIMAL(5, 4))
        AS feature_adoption,
    CAST(CASE WHEN is_known AND mau > 0 THEN CAST(depth_days AS DOUBLE) / (mau * $usage_full_use_days) END AS DECIMAL(5, 4))
        AS usage_depth,
    CAST(CASE WHEN is_known THEN power_users END AS BIGINT) AS power_users,
    CAST(CASE WHEN is_prev_known THEN at_risk_users END AS BIGINT) AS at_risk_users,
    first_active_at,
    last_active_at,
    last_login_at,
    CAST(seats AS BIGINT) AS seats,
    CAST(used_seats AS BIGINT) AS used_seats,
    CAST(CASE WHEN seats > 0 THEN CAST(used_seats AS DOUBLE) / seats END AS DECIMAL(18, 4)) AS seat_utilization
FROM joined
