-- What each account has subscribed to at as_of, and until when. One row per account with a subscription that counts then.
-- depends: metrics.arr_terms, metrics.subscriptions_as_of, staging.subscriptions, staging.product_rows, staging.subscription_rows, profile.record_accounts
-- column: account_id VARCHAR | The account.
-- column: active_subscriptions BIGINT | Subscriptions that count at as_of.
-- column: contract_start_date DATE | The earliest of them began.
-- column: contract_end_date DATE | The latest of them ends, or its period does; NULL when only periods of an older export are known.
-- column: renewal_date DATE | The next of them that renews does so; NULL when only periods of an older export are known.
-- column: contract_term_months BIGINT | Months of the period of the one worth most.
-- column: has_auto_renew BOOLEAN | Not all of them end with their period.
-- column: active_products VARCHAR | Names of what is paid for, joined by comma and blank; the id of a product without a name.
-- column: product_count BIGINT | How many.
-- unique: account_id
-- not_null: account_id, active_subscriptions, has_auto_renew, product_count
WITH counted AS (
    SELECT source, subscription_id, MIN(node) AS node, SUM(arr) AS arr
    FROM metrics.arr_terms
    WHERE valid_to IS NULL AND arr > 0
    GROUP BY source, subscription_id
),
dated AS (
    SELECT
        a.account_id, c.source, c.subscription_id, c.arr, s.started_at, k.ends_at, k.period_start_at,
        k.period_end_at, k.renews_at
    FROM counted AS c
    JOIN staging.subscriptions AS s ON s.source = c.source AND s.subscription_id = c.subscription_id
    JOIN metrics.subscriptions_as_of AS k ON k.source = c.source AND k.subscription_id = c.subscription_id
    JOIN profile.record_accounts AS a ON a.node = c.node
),
ranked AS (
    SELECT
        d.*,
        ROW_NUMBER() OVER (PARTITION BY account_id ORDER BY arr DESC, source, subscription_id) AS place
    FROM dated AS d
),
contracts AS (
    SELECT
        account_id,
        COUNT(*) AS active_subscriptions,
        CAST(MIN(started_at) AS DATE) AS contract_start_date,
        CAST(MAX(COALESCE(ends_at, renews_at)) AS DATE) AS contract_end_date,
        CAST(MIN(renews_at) AS DATE) AS renewal_date,
        MAX(CASE
            WHEN place = 1 THEN CAST(ROUND(
                CAST(DATE_DIFF('day', CAST(period_start_at AS DATE), CAST(period_end_at AS DATE)) AS DOUBLE) * 12 / 365.25, 0
            ) AS BIGINT)
        END) AS contract_term_months,
        MAX(CASE WHEN ends_at IS NULL THEN 1 ELSE 0 END) = 1 AS has_auto_renew
    FROM ranked
    GROUP BY account_id
),
products AS (
    SELECT DISTINCT a.account_id, COALESCE(p.name, s.plan_name, t.product_id) AS product
    FROM metrics.arr_terms AS t
    JOIN profile.record_accounts AS a ON a.node = t.node
    LEFT JOIN staging.product_rows AS p ON p.source = t.source AND p.product_id = t.product_id
    LEFT JOIN staging.subscription_rows AS s ON s.source = t.source AND s.subscription_id = t.subscription_id
    WHERE t.valid_to IS NULL AND t.arr > 0
),
listed AS (
    SELECT account_id, STRING_AGG(product, ', ' ORDER BY product) AS active_products, COUNT(*) AS product_count
    FROM products
    WHERE product IS NOT NULL
    GROUP BY account_id
)
SELECT
    c.account_id,
    c.active_subscriptions,
    c.contract_start_date,
    c.contract_end_date,
    c.renewal_date,
    c.contract_term_months,
    c.has_auto_renew,
    l.active_products,
    COALESCE(l.product_count, 0) AS product_count
FROM contracts AS c
LEFT JOIN listed AS l ON l.account_id = c.account_id
