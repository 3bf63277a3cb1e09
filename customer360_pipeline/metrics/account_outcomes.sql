-- Whether each account gets what it wants: what it says in surveys, its goals and reviews. One row per account.
-- depends: profile.accounts, metrics.account_nps, metrics.account_success, metrics.account_engagement, metrics.zeros
-- column: account_id VARCHAR | The account.
-- columns: metrics.account_nps only nps_score
-- column: nps_responses BIGINT | People who answered in these days; NULL when no NPS survey was read.
-- columns: metrics.account_nps only last_nps_answer
-- column: last_nps_date DATE | When it was given.
-- columns: metrics.account_success only plan_status
-- column: goals BIGINT | Goals of the success plans; NULL when no customer success tool with goals was read.
-- column: goals_met BIGINT | Of them, reached.
-- columns: metrics.account_success only goal_progress
-- column: last_review_date DATE | Latest business review (QBR, EBR) held.
-- column: next_review_date DATE | Next one planned, in the customer success tool or the CRM.
-- column: open_risk_ctas BIGINT | Open calls to action because of a risk; NULL as for goals.
-- columns: metrics.account_success only vendor_health_score
-- column: stage VARCHAR | Stage of the customer's life, as the tool says.
-- unique: account_id
-- not_null: account_id
SELECT
    a.account_id,
    n.nps_score,
    COALESCE(n.nps_responses, z.surveys) AS nps_responses,
    n.last_nps_answer,
    CAST(n.last_nps_at AS DATE) AS last_nps_date,
    s.plan_status,
    -- A tool without goals knows an account by its reviews alone, and counts 0 goals there.
    z.goals + COALESCE(s.goals, 0) AS goals,
    z.goals + COALESCE(s.goals_met, 0) AS goals_met,
    s.goal_progress,
    CAST(s.last_review_at AS DATE) AS last_review_date,
    CAST(CASE WHEN g.next_review_at < s.next_review_at OR s.next_review_at IS NULL THEN g.next_review_at
        ELSE s.next_review_at END AS DATE) AS next_review_date,
    z.goals + COALESCE(s.open_risk_ctas, 0) AS open_risk_ctas,
    s.vendor_health_score,
    s.vendor_stage AS stage
FROM profile.accounts AS a
CROSS JOIN metrics.zeros AS z
LEFT JOIN metrics.account_nps AS n ON n.account_id = a.account_id
LEFT JOIN metrics.account_success AS s ON s.account_id = a.account_id
LEFT JOIN metrics.account_engagement AS g ON g.account_id = a.account_id
