-- How likely each paying account is to be lost within health.churn_horizon_days. One row per account with recurring revenue.
-- With a model it is the probability by its coefficients; without, the strongest of: what health lacks to 100, a contract
-- that is set to end, a critically overdue invoice. Only the former is a probability.
-- depends: health.today, health.facts, health.churn_model
-- setting: health_churn_horizon_days, health_churn_ending_points, health_churn_unpaid_points, health_overdue_critical_days, health_churn_high_score, health_churn_medium_score
-- column: account_id VARCHAR | The account.
-- column: churn_risk_score DECIMAL(5,2) | 0 to 100; NULL: nothing speaks for or against it.
-- column: churn_probability DECIMAL(5,4) | Of losing all recurring revenue; NULL: the heuristic gives none.
-- column: level VARCHAR | high, medium, low or unknown.
-- column: method VARCHAR | model or heuristic.
-- column: main_factor VARCHAR | What raises it most: a feature of the model, or the rule of the heuristic; NULL: nothing does.
-- column: kind VARCHAR | inferred.
-- unique: account_id
-- not_null: account_id, level, method, kind
-- assert: churn_risk_score >= 0 and churn_risk_score <= 100 | a risk in per cent
-- assert: method = 'model' or churn_probability is null | a rule of thumb is no probability
WITH features AS (
    SELECT account_id, 'usage_score' AS feature, CAST(usage_score AS DOUBLE) AS value FROM health.today WHERE arr > 0
    UNION ALL
    SELECT account_id, 'engagement_score', CAST(engagement_score AS DOUBLE) FROM health.today WHERE arr > 0
    UNION ALL
    SELECT account_id, 'support_score', CAST(support_score AS DOUBLE) FROM health.today WHERE arr > 0
    UNION ALL
    SELECT account_id, 'commercial_score', CAST(commercial_score AS DOUBLE) FROM health.today WHERE arr > 0
    UNION ALL
    SELECT account_id, 'outcome_score', CAST(outcome_score AS DOUBLE) FROM health.today WHERE arr > 0
    UNION ALL
    SELECT account_id, 'overdue_days', CAST(overdue_days AS DOUBLE) FROM health.today WHERE arr > 0
    UNION ALL
    SELECT account_id, 'open_tickets', CAST(open_tickets AS DOUBLE) FROM health.today WHERE arr > 0
    UNION ALL
    SELECT account_id, 'intercept', 1 FROM health.today WHERE arr > 0
),
parts AS (
    SELECT
        f.account_id, f.feature,
        ROUND(m.coefficient * COALESCE((f.value - m.mean) / m.deviation, 0), 9) AS part
    FROM features AS f
    JOIN health.churn_model AS m ON m.feature = f.feature
),
ranked AS (
    SELECT
        p.*,
        ROW_NUMBER() OVER (
            PARTITION BY account_id ORDER BY CASE WHEN feature = 'intercept' THEN 1 ELSE 0 END, part DESC, feature
        ) AS place
    FROM parts AS p
),
modelled AS (
    SELECT
        account_id,
        1 / CAST(1 + EXP(-CAST(SUM(CAST(part AS DECIMAL(18, 9))) AS DOUBLE)) AS DOUBLE) AS probability,
        MAX(CASE WHEN place = 1 AND part > 0 AND feature <> 'intercept' THEN feature END) AS factor
    FROM ranked
    GROUP BY account_id
),
rules AS (
    SELECT t.account_id, 'low health' AS factor, 100 - CAST(t.health_score AS DOUBLE) AS points
    FROM health.today AS t
    UNION ALL
    SELECT account_id, 'contract set to end', $health_churn_ending_points
    FROM health.facts
    WHERE contract_continues = 0 AND days_to_renewal >= 0 AND days_to_renewal <= $health_churn_horizon_days
    UNION ALL
    SELECT account_id, 'unpaid invoice', $health_churn_unpaid_points
    FROM health.facts
    WHERE overdue_days > $health_overdue_critical_days
),
strongest AS (
    SELECT
        r.*,
        ROW_NUMBER() OVER (PARTITION BY account_id ORDER BY points DESC, factor) AS place
    FROM rules AS r
    WHERE points IS NOT NULL
),
judged AS (
    SELECT
        t.account_id,
        CAST(ROUND(COALESCE(m.probability * 100, h.points), 2) AS DECIMAL(5, 2)) AS churn_risk_score,
        CAST(ROUND(m.probability, 4) AS DECIMAL(5, 4)) AS churn_probability,
        CASE WHEN m.account_id IS NULL THEN 'heuristic' ELSE 'model' END AS method,
        CASE WHEN m.account_id IS NULL THEN h.factor ELSE m.factor END AS main_factor
    FROM health.today AS t
    LEFT JOIN modelled AS m ON m.account_id = t.account_id
    LEFT JOIN strongest AS h ON h.account_id = t.account_id AND h.place = 1
    WHERE t.arr > 0
)
SELECT
    account_id,
    churn_risk_score,
    churn_probability,
    CASE
        WHEN churn_risk_score >= $health_churn_high_score THEN 'high'
        WHEN churn_risk_score >= $health_churn_medium_score THEN 'medium'
        WHEN churn_risk_score IS NOT NULL THEN 'low'
        ELSE 'unknown'
    END AS level,
    method,
    main_factor,
    'inferred' AS kind
FROM judged
