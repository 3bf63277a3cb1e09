-- How each account uses the product, and when it was last seen doing anything. One row per account.
-- depends: profile.accounts, metrics.account_usage, metrics.account_activity, metrics.zeros
-- column: account_id VARCHAR | The account.
-- column: avg_feature_adoption DECIMAL(5,4) | Features used in the last 30 days of those they have.
-- columns: metrics.account_usage only features_used_30d, features_available, usage_depth
-- column: dau BIGINT | Customers active in the product on the last whole day; NULL: product events do not tell.
-- column: wau BIGINT | In the last 7 days.
-- column: mau BIGINT | In the last 30 days.
-- columns: metrics.account_usage only dau_wau_ratio, mau_change_ratio, usage_change_ratio
-- column: power_users BIGINT | Customers active on usage.power_user_days of the last 30 days or more.
-- column: at_risk_users BIGINT | Customers active on far fewer days than in the 30 before.
-- columns: metrics.account_usage only seats, used_seats, seat_utilization, last_login_at
-- columns: metrics.account_activity only total_interactions
-- column: last_interaction_date TIMESTAMP | The latest of them, UTC.
-- column: last_active_date DATE | Day of the latest use of the product; of the latest web session where there is none.
-- unique: account_id
-- not_null: account_id
SELECT
    a.account_id,
    u.feature_adoption AS avg_feature_adoption,
    u.features_used_30d, u.features_available, u.usage_depth,
    COALESCE(u.dau, z.product_events) AS dau,
    COALESCE(u.wau, z.product_events) AS wau,
    COALESCE(u.mau, z.product_events) AS mau,
    u.dau_wau_ratio, u.mau_change_ratio, u.usage_change_ratio,
    COALESCE(u.power_users, z.product_events) AS power_users,
    COALESCE(u.at_risk_users, z.earlier_product_events) AS at_risk_users,
    u.seats, u.used_seats, u.seat_utilization, u.last_login_at,
    t.total_interactions,
    t.last_interaction_at AS last_interaction_date,
    CAST(COALESCE(u.last_active_at, t.last_session_at) AS DATE) AS last_active_date
FROM profile.accounts AS a
CROSS JOIN metrics.zeros AS z
LEFT JOIN metrics.account_usage AS u ON u.account_id = a.account_id
LEFT JOIN metrics.account_activity AS t ON t.account_id = a.account_id
