-- What health looks at of the use of the product. One row per account of which product sources tell anything.
-- depends: health.facts, metrics.account_usage, metrics.account_features, metrics.people_activity, metrics.usage_window
-- setting: as_of, health_champion_min_events
-- column: account_id VARCHAR | The account.
-- column: mau BIGINT | Active users of 30 days.
-- column: mau_change DOUBLE | Growth against the 30 days before.
-- column: events_change DOUBLE | Growth of events against the 30 days before.
-- column: dau_wau DOUBLE | Share of a week's users who come on a day.
-- column: feature_adoption DOUBLE | Features used of those available.
-- column: usage_depth DOUBLE | How regularly active users come, 0 to 1.
-- column: days_since_active BIGINT | Days since the latest product event; NULL when product events do not tell of the last 30 days.
-- column: seats BIGINT | Seats paid for.
-- column: used_seats BIGINT | Seats used.
-- column: seats_in_use DOUBLE | Used of them.
-- column: unused_features VARCHAR | Valuable features that nobody used, joined by comma.
-- column: unused_count BIGINT | How many.
-- column: champion_id VARCHAR | The customer with most events of the 30 days before the last 30, at least health.champion_min_events.
-- column: champion_events_before BIGINT | Their events then.
-- column: champion_events BIGINT | Their events of the last 30 days.
-- unique: account_id
-- not_null: account_id
WITH users AS (
    SELECT
        p.account_id, p.customer_id, p.events_prev_30d, p.events_30d,
        ROW_NUMBER() OVER (PARTITION BY p.account_id ORDER BY p.events_prev_30d DESC, p.customer_id) AS place
    FROM metrics.people_activity AS p
    WHERE p.events_prev_30d >= $health_champion_min_events
),
unused AS (
    SELECT account_id, STRING_AGG(feature, ', ' ORDER BY feature) AS features, COUNT(*) AS count_
    FROM metrics.account_features
    WHERE is_high_value AND is_unused
    GROUP BY account_id
)
SELECT
    f.account_id,
    u.mau,
    CAST(u.mau_change_ratio AS DOUBLE) AS mau_change,
    CAST(u.usage_change_ratio AS DOUBLE) AS events_change,
    CAST(u.dau_wau_ratio AS DOUBLE) AS dau_wau,
    CAST(u.feature_adoption AS DOUBLE) AS feature_adoption,
    CAST(u.usage_depth AS DOUBLE) AS usage_depth,
    -- A feed that fell silent does not tell that its customers did.
    CAST(CASE WHEN w.is_known THEN DATE_DIFF('day', CAST(u.last_active_at AS DATE), CAST($as_of AS DATE)) END AS BIGINT)
        AS days_since_active,
    u.seats,
    u.used_seats,
    CAST(u.seat_utilization AS DOUBLE) AS seats_in_use,
    n.features AS unused_features,
    n.count_ AS unused_count,
    c.customer_id AS champion_id,
    c.events_prev_30d AS champion_events_before,
    c.events_30d AS champion_events
FROM health.facts AS f
CROSS JOIN metrics.usage_window AS w
JOIN metrics.account_usage AS u ON u.account_id = f.account_id
LEFT JOIN users AS c ON c.account_id = f.account_id AND c.place = 1
LEFT JOIN unused AS n ON n.account_id = f.account_id
