-- How fresh what each dimension is computed from is. One row per dimension.
-- depends: health.dimension_rules, profile.sources, metrics.account_billing, metrics.account_usage, metrics.account_engagement, metrics.account_support, metrics.account_success
-- setting: as_of
-- column: dimension VARCHAR | Dimension.
-- column: is_read BOOLEAN | A source of its category was read.
-- column: last_at TIMESTAMP | Newest fact of any account, UTC.
-- column: age_hours BIGINT | Whole hours from it to as_of.
-- column: is_stale BOOLEAN | Older than the dimension allows; a source without a fact is stale.
-- unique: dimension
-- not_null: dimension, is_read, is_stale
-- assert: age_hours >= 0 | nothing after as_of counts
WITH newest AS (
    SELECT
        'commercial' AS dimension,
        MAX(CASE WHEN last_paid_at > last_invoice_at THEN last_paid_at ELSE last_invoice_at END) AS last_at
    FROM metrics.account_billing
    UNION ALL
    SELECT 'usage', MAX(last_active_at) FROM metrics.account_usage
    UNION ALL
    SELECT 'engagement', MAX(last_contact_at) FROM metrics.account_engagement
    UNION ALL
    SELECT 'support', MAX(last_ticket_at) FROM metrics.account_support
    UNION ALL
    SELECT 'outcome',
        MAX(CASE WHEN last_review_at > last_status_note_at OR last_status_note_at IS NULL THEN last_review_at
            ELSE last_status_note_at END)
    FROM metrics.account_success
),
present AS (
    SELECT category, MAX(CASE WHEN is_present THEN 1 ELSE 0 END) AS is_present
    FROM profile.sources
    GROUP BY category
),
aged AS (
    SELECT
        d.dimension, d.max_age_hours, COALESCE(p.is_present, 0) = 1 AS is_read, n.last_at,
        CAST(EPOCH(CAST($as_of AS TIMESTAMP)) AS BIGINT) - CAST(EPOCH(n.last_at) AS BIGINT) AS age_seconds
    FROM health.dimension_rules AS d
    LEFT JOIN present AS p ON p.category = d.category
    LEFT JOIN newest AS n ON n.dimension = d.dimension
)
SELECT
    dimension,
    is_read,
    last_at,
    CAST(FLOOR(CAST(age_seconds AS DOUBLE) / 3600) AS BIGINT) AS age_hours,
    COALESCE(age_seconds > max_age_hours * 3600, TRUE) AS is_stale
FROM aged
