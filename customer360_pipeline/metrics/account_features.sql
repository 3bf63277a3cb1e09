-- Which features each account uses, and which it could. One row per account and feature used in the last 30 days; of companies,
-- and of whoever has seats, also per feature that is theirs and unused. A feature is theirs when the catalogue ties it to no
-- product or plan but those of their seats; without seats every feature of the catalogue is.
-- depends: metrics.user_feature_days, metrics.people_usage, metrics.usage_window, metrics.account_entitlements, profile.accounts, staging.features
-- setting: as_of
-- column: account_id VARCHAR | The account.
-- column: feature VARCHAR | The feature.
-- column: users_30d BIGINT | Customers who used it in the last 30 days; who used it often counts once. NULL: events do not tell.
-- column: events_30d BIGINT | Events of it.
-- column: place BIGINT | 1: the most used one; by users, events, value, name.
-- column: is_high_value BOOLEAN | Customers who use it stay, says the catalogue.
-- column: is_available BOOLEAN | It is in what they bought; else they use it all the same.
-- column: is_unused BOOLEAN | Nobody used it in the last 30 days.
-- unique: account_id, feature
-- not_null: account_id, feature, place, is_high_value, is_available
WITH listed AS (
    SELECT DISTINCT feature, LOWER(product) AS product, REPLACE(LOWER(plans), '; ', ';') AS plans
    FROM staging.features
    WHERE feature IS NOT NULL
),
entitled AS (
    SELECT account_id, LOWER(product) AS product, LOWER(plan) AS plan FROM metrics.account_entitlements
),
owners AS (
    SELECT account_id, TRUE AS is_entitled FROM entitled
    UNION
    SELECT u.account_id, FALSE
    FROM metrics.people_usage AS u
    JOIN profile.accounts AS a ON a.account_id = u.account_id
    WHERE a.kind = 'company' AND NOT EXISTS (SELECT 1 FROM entitled AS e WHERE e.account_id = u.account_id)
),
available AS (
    SELECT DISTINCT o.account_id, l.feature
    FROM owners AS o
    CROSS JOIN listed AS l
    WHERE NOT o.is_entitled
    UNION
    SELECT DISTINCT e.account_id, l.feature
    FROM entitled AS e
    JOIN listed AS l
        ON (l.product IS NULL OR e.product = 'all' OR l.product = e.product)
        AND (l.plans IS NULL OR e.plan IS NULL OR LIST_CONTAINS(STRING_SPLIT(l.plans, ';'), e.plan))
),
used AS (
    SELECT account_id, feature, COUNT(DISTINCT customer_number) AS users, SUM(events) AS events
    FROM metrics.user_feature_days
    WHERE feature IS NOT NULL AND DATE_DIFF('day', CAST(day AS DATE), CAST($as_of AS DATE)) BETWEEN 1 AND 30
    GROUP BY account_id, feature
),
either AS (
    SELECT account_id, feature, TRUE AS is_available, NULL AS users, NULL AS events FROM available
    UNION ALL
    SELECT account_id, feature, FALSE, users, events FROM used
),
merged AS (
    SELECT
        account_id, feature, MAX(CASE WHEN is_available THEN 1 ELSE 0 END) AS available, COALESCE(MAX(users), 0) AS users,
        COALESCE(MAX(events), 0) AS events
    FROM either
    GROUP BY account_id, feature
),
worth AS (
    SELECT feature, MAX(CASE WHEN is_high_value THEN 1 ELSE 0 END) AS worth FROM staging.features GROUP BY feature
)
SELECT
    m.account_id,
    m.feature,
    CAST(CASE WHEN w.is_known THEN m.users END AS BIGINT) AS users_30d,
    CAST(CASE WHEN w.is_known THEN m.events END AS BIGINT) AS events_30d,
    ROW_NUMBER() OVER (
        PARTITION BY m.account_id ORDER BY m.users DESC, m.events DESC, v.worth DESC, m.feature
    ) AS place,
    v.worth = 1 AS is_high_value,
    m.available = 1 OR NOT EXISTS (SELECT 1 FROM entitled AS e WHERE e.account_id = m.account_id) AS is_available,
    CASE WHEN w.is_known THEN m.users = 0 END AS is_unused
FROM merged AS m
CROSS JOIN metrics.usage_window AS w
JOIN worth AS v ON v.feature = m.feature
