-- How often each account is met. One row per account with a meeting in the 365 days before as_of. Several meetings of a day
-- are one.
-- depends: metrics.account_activities
-- setting: engagement_weekly_meeting_days, engagement_monthly_meeting_days, engagement_quarterly_meeting_days
-- column: account_id VARCHAR | The account.
-- column: meeting_days_12m BIGINT | Days with a meeting.
-- column: meeting_gap_days DECIMAL(9,1) | Median of the days between one meeting day and the next; NULL with one.
-- column: meeting_cadence VARCHAR | weekly, monthly, quarterly or rare.
-- unique: account_id
-- not_null: account_id, meeting_days_12m, meeting_cadence
WITH met AS (
    SELECT DISTINCT account_id, days_ago
    FROM metrics.account_activities
    WHERE account_id IS NOT NULL AND activity_type = 'meeting' AND is_contact AND days_ago < 365
),
gaps AS (
    SELECT
        account_id,
        LAG(days_ago) OVER (PARTITION BY account_id ORDER BY days_ago DESC) - days_ago AS gap
    FROM met
),
counted AS (
    SELECT account_id, COUNT(*) AS meeting_days_12m, MEDIAN(CAST(gap AS DOUBLE)) AS gap
    FROM gaps
    GROUP BY account_id
)
SELECT
    account_id,
    meeting_days_12m,
    CAST(gap AS DECIMAL(9, 1)) AS meeting_gap_days,
    CASE
        WHEN gap <= $engagement_weekly_meeting_days THEN 'weekly'
        WHEN gap <= $engagement_monthly_meeting_days THEN 'monthly'
        WHEN gap <= $engagement_quarterly_meeting_days THEN 'quarterly'
        ELSE 'rare'
    END AS meeting_cadence
FROM counted
