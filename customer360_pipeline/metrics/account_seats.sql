-- How many of its seats each account uses, product by product. One row per account and product with seats or without a limit.
-- A seat is used when the sheet says it was given to somebody; where it does not say, by a customer who used a feature of the
-- product in the last 30 days; where the catalogue knows no feature of the product, the product at all.
-- depends: metrics.account_entitlements, metrics.user_feature_days, metrics.people_usage, metrics.usage_window, staging.features
-- setting: as_of
-- column: account_id VARCHAR | The account.
-- column: product VARCHAR | The product.
-- column: seats BIGINT | Seats; NULL: without a limit.
-- column: used_seats BIGINT | Of them, used; more than there are when more people use it. NULL: not known.
-- column: used_by VARCHAR | given (the sheet), product (users of its features) or users (of anything).
-- unique: account_id, product
-- not_null: account_id, product, used_by
WITH products AS (
    SELECT DISTINCT feature, LOWER(product) AS product
    FROM staging.features
    WHERE feature IS NOT NULL AND product IS NOT NULL
),
users AS (
    SELECT d.account_id, p.product, COUNT(DISTINCT d.customer_number) AS users
    FROM metrics.user_feature_days AS d
    JOIN products AS p ON p.feature = d.feature
    WHERE DATE_DIFF('day', CAST(d.day AS DATE), CAST($as_of AS DATE)) BETWEEN 1 AND 30
    GROUP BY d.account_id, p.product
),
everybody AS (
    SELECT account_id, SUM(CASE WHEN active_days_30d > 0 THEN 1 ELSE 0 END) AS users
    FROM metrics.people_usage
    GROUP BY account_id
),
based AS (
    SELECT
        e.account_id, e.product, e.seats, e.given_seats,
        CASE WHEN e.given_seats IS NOT NULL THEN 'given' WHEN k.product IS NOT NULL THEN 'product' ELSE 'users' END AS used_by
    FROM metrics.account_entitlements AS e
    LEFT JOIN (SELECT DISTINCT product FROM products) AS k ON k.product = LOWER(e.product)
    WHERE e.seats IS NOT NULL OR e.is_unlimited
)
SELECT
    b.account_id,
    b.product,
    b.seats,
    CAST(CASE
        WHEN b.used_by = 'given' THEN b.given_seats
        WHEN NOT w.is_known THEN NULL
        WHEN b.used_by = 'product' THEN COALESCE(u.users, 0)
        ELSE COALESCE(a.users, 0)
    END AS BIGINT) AS used_seats,
    b.used_by
FROM based AS b
CROSS JOIN metrics.usage_window AS w
LEFT JOIN users AS u ON u.account_id = b.account_id AND u.product = LOWER(b.product)
LEFT JOIN everybody AS a ON a.account_id = b.account_id
