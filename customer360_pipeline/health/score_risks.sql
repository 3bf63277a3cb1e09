-- What the overall score and the risk of churn say. One row per account and risk.
-- depends: health.scores, health.churn
-- setting: health_critical_score, health_trend_points, health_churn_high_score
-- column: account_id VARCHAR | The account.
-- column: risk VARCHAR | health_critical, health_declining or churn_risk_high.
-- column: severity VARCHAR | critical, high, medium or low.
-- column: value DOUBLE | What was measured.
-- column: threshold DOUBLE | What it was compared with.
-- column: signal VARCHAR | In words.
-- unique: account_id, risk
-- not_null: account_id, risk, severity, value, threshold, signal
SELECT
    account_id,
    'health_critical' AS risk,
    'critical' AS severity,
    CAST(score AS DOUBLE) AS value,
    CAST($health_critical_score AS DOUBLE) AS threshold,
    'Health score is ' || CAST(CAST(ROUND(score, 0) AS BIGINT) AS VARCHAR) || ' of 100' AS signal
FROM health.scores
WHERE status = 'critical'
UNION ALL
SELECT
    account_id,
    'health_declining',
    'medium',
    CAST(delta AS DOUBLE),
    CAST(-$health_trend_points AS DOUBLE),
    'Health lost ' || CAST(CAST(ROUND(-delta, 0) AS BIGINT) AS VARCHAR) || ' points since ' || CAST(compared_day AS VARCHAR)
FROM health.scores
WHERE trend = 'declining'
UNION ALL
SELECT
    account_id,
    'churn_risk_high',
    'high',
    CAST(churn_risk_score AS DOUBLE),
    CAST($health_churn_high_score AS DOUBLE),
    'Churn risk is ' || CAST(CAST(ROUND(churn_risk_score, 0) AS BIGINT) AS VARCHAR) || ' of 100 (' || method
        || COALESCE(': ' || REPLACE(main_factor, '_', ' '), '') || ')'
FROM health.churn
WHERE level = 'high'
