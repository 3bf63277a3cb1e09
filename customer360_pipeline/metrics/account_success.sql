-- What customer success knows of each account at as_of: plan, goals, reviews, calls to action. One row per account of which it
-- knows anything.
-- depends: metrics.plans_as_of, metrics.goals_as_of, metrics.reviews_as_of, metrics.account_stated, profile.clock
-- setting: success_risk_kinds
-- column: account_id VARCHAR | The account.
-- column: plan_status VARCHAR | Of its success plans overdue, active, draft or closed, the first that holds; NULL without a plan.
-- column: goals BIGINT | Goals, dropped ones left out.
-- column: goals_met BIGINT | Of them, reached.
-- column: goals_missed BIGINT | Of them, given up or not reached.
-- column: goals_overdue BIGINT | Of them, open after their due date.
-- column: goals_dropped BIGINT | Goals that do not count.
-- column: goal_progress DECIMAL(5,4) | Mean progress of the goals of which it is known, 0 to 1; NULL when of none.
-- column: goals_of_unknown_progress BIGINT | Goals left out of it.
-- column: open_ctas BIGINT | Calls to action not closed.
-- column: open_risk_ctas BIGINT | Of them, of a kind that says the customer may leave.
-- column: overdue_ctas BIGINT | Of them, past their due date.
-- column: reviews BIGINT | Business reviews known, cancelled ones included.
-- column: reviews_held_12m BIGINT | Held in the 365 days up to as_of.
-- column: reviews_missed_12m BIGINT | Planned for these days and not held.
-- column: last_review_at TIMESTAMP | Latest one held, UTC.
-- column: next_review_at TIMESTAMP | Next one planned, UTC.
-- column: last_status_note_at TIMESTAMP | Latest note on how the customer is, UTC.
-- column: vendor_health_score DECIMAL(9,2) | Health score of the customer success tool, where it is a number.
-- column: vendor_health_score_before DECIMAL(9,2) | The one before.
-- column: vendor_health_label VARCHAR | The score as the tool writes it: a number, a colour, a grade.
-- column: vendor_stage VARCHAR | Stage of the customer's life, the tool's word.
-- column: csm_name VARCHAR | Customer success manager as the success tool writes him; csm_* of account_360 is the CRM's (decision 20).
-- unique: account_id
-- not_null: account_id, goals, goals_met, goals_missed, goals_overdue, goals_dropped, goals_of_unknown_progress, open_ctas, open_risk_ctas, overdue_ctas, reviews, reviews_held_12m, reviews_missed_12m
-- assert: goals_met + goals_missed <= goals | each goal has one state
-- assert: goal_progress between 0 and 1 or goal_progress is null | a share
WITH plans AS (
    SELECT
        account_id,
        MIN(CASE state WHEN 'overdue' THEN 1 WHEN 'active' THEN 2 WHEN 'draft' THEN 3 ELSE 4 END) AS place
    FROM metrics.plans_as_of
    WHERE account_id IS NOT NULL
    GROUP BY account_id
),
goals AS (
    SELECT
        g.*,
        g.is_goal AND g.state <> 'dropped' AS is_counted,
        NOT g.is_goal AND g.state IN ('open', 'not_started') AS is_open_cta
    FROM metrics.goals_as_of AS g
    WHERE account_id IS NOT NULL
),
goal_sums AS (
    SELECT
        account_id,
        CAST(SUM(CASE WHEN is_counted THEN 1 ELSE 0 END) AS BIGINT) AS goals,
        CAST(SUM(CASE WHEN is_counted AND state = 'met' THEN 1 ELSE 0 END) AS BIGINT) AS goals_met,
        CAST(SUM(CASE WHEN is_counted AND state = 'missed' THEN 1 ELSE 0 END) AS BIGINT) AS goals_missed,
        CAST(SUM(CASE WHEN is_counted AND is_overdue THEN 1 ELSE 0 END) AS BIGINT) AS goals_overdue,
        CAST(SUM(CASE WHEN is_goal AND state = 'dropped' THEN 1 ELSE 0 END) AS BIGINT) AS goals_dropped,
        CAST(AVG(CASE WHEN is_counted THEN CAST(progress AS DOUBLE) END) AS DECIMAL(5, 4)) AS goal_progress,
        CAST(SUM(CASE WHEN is_counted AND progress IS NULL THEN 1 ELSE 0 END) AS BIGINT) AS goals_of_unknown_progress,
        CAST(SUM(CASE WHEN is_open_cta THEN 1 ELSE 0 END) AS BIGINT) AS open_ctas,
        CAST(SUM(CASE WHEN is_open_cta AND list_contains(string_split($success_risk_kinds, ','), kind) THEN 1 ELSE 0 END)
            AS BIGINT) AS open_risk_ctas,
        CAST(SUM(CASE WHEN is_open_cta AND is_overdue THEN 1 ELSE 0 END) AS BIGINT) AS overdue_ctas
    FROM goals
    GROUP BY account_id
),
review_sums AS (
    SELECT
        r.account_id,
        CAST(SUM(CASE WHEN is_review THEN 1 ELSE 0 END) AS BIGINT) AS reviews,
        CAST(SUM(CASE WHEN is_review AND DATE_DIFF('day', CAST(held_at AS DATE), CAST(k.as_of AS DATE)) <= 365
            THEN 1 ELSE 0 END) AS BIGINT) AS reviews_held_12m,
        CAST(SUM(CASE WHEN is_review AND state = 'missed'
            AND DATE_DIFF('day', CAST(planned_at AS DATE), CAST(k.as_of AS DATE)) <= 365 THEN 1 ELSE 0 END) AS BIGINT)
            AS reviews_missed_12m,
        MAX(CASE WHEN is_review THEN held_at END) AS last_review_at,
        MIN(CASE WHEN is_review AND state = 'planned' THEN planned_at END) AS next_review_at,
        MAX(CASE WHEN is_note THEN COALESCE(held_at, CASE WHEN created_at <= k.as_of THEN created_at END) END)
            AS last_status_note_at
    FROM metrics.reviews_as_of AS r
    CROSS JOIN profile.clock AS k
    WHERE r.account_id IS NOT NULL
    GROUP BY r.account_id
),
stated AS (
    SELECT s.*, ROW_NUMBER() OVER (PARTITION BY account_id ORDER BY updated_at DESC NULLS LAST, source) AS place
    FROM metrics.account_stated AS s
),
everyone AS (
    SELECT account_id FROM plans UNION SELECT account_id FROM goal_sums
    UNION SELECT account_id FROM review_sums UNION SELECT account_id FROM stated
)
SELECT
    e.account_id,
    CASE p.place WHEN 1 THEN 'overdue' WHEN 2 THEN 'active' WHEN 3 THEN 'draft' WHEN 4 THEN 'closed' END AS plan_status,
    COALESCE(g.goals, 0) AS goals,
    COALESCE(g.goals_met, 0) AS goals_met,
    COALESCE(g.goals_missed, 0) AS goals_missed,
    COALESCE(g.goals_overdue, 0) AS goals_overdue,
    COALESCE(g.goals_dropped, 0) AS goals_dropped,
    g.goal_progress,
    COALESCE(g.goals_of_unknown_progress, 0) AS goals_of_unknown_progress,
    COALESCE(g.open_ctas, 0) AS open_ctas,
    COALESCE(g.open_risk_ctas, 0) AS open_risk_ctas,
    COALESCE(g.overdue_ctas, 0) AS overdue_ctas,
    COALESCE(r.reviews, 0) AS reviews,
    COALESCE(r.reviews_held_12m, 0) AS reviews_held_12m,
    COALESCE(r.reviews_missed_12m, 0) AS reviews_missed_12m,
    r.last_review_at,
    r.next_review_at,
    r.last_status_note_at,
    s.health_score AS vendor_health_score,
    s.previous_health_score AS vendor_health_score_before,
    s.health_label AS vendor_health_label,
    s.stage AS vendor_stage,
    s.csm AS csm_name
FROM everyone AS e
LEFT JOIN plans AS p ON p.account_id = e.account_id
LEFT JOIN goal_sums AS g ON g.account_id = e.account_id
LEFT JOIN review_sums AS r ON r.account_id = e.account_id
LEFT JOIN stated AS s ON s.account_id = e.account_id AND s.place = 1
