-- What health looks at of what the account wants to reach. One row per account with a success plan or a review.
-- depends: health.engagement_facts, metrics.account_success
-- column: account_id VARCHAR | The account.
-- column: goal_progress DOUBLE | Mean progress of its goals, 0 to 1.
-- column: goals_met DOUBLE | Goals reached of those set; NULL without a goal.
-- column: days_since_review BIGINT | Days since the latest business review.
-- unique: account_id
-- not_null: account_id
SELECT
    e.account_id,
    CAST(s.goal_progress AS DOUBLE) AS goal_progress,
    CASE WHEN s.goals > 0 THEN CAST(s.goals_met AS DOUBLE) / CAST(s.goals AS DOUBLE) END AS goals_met,
    e.days_since_review
FROM health.engagement_facts AS e
LEFT JOIN metrics.account_success AS s ON s.account_id = e.account_id
WHERE s.account_id IS NOT NULL OR e.days_since_review IS NOT NULL
