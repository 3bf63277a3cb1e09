-- Every risk of every account with what it rests on. One row per account and risk.
-- depends: health.commercial_risks, health.behaviour_risks, health.relation_risks, health.score_risks, health.finding_rules, health.source_times, health.scores
-- setting: health_inferred_confidence, health_stale_confidence
-- column: account_id VARCHAR | The account.
-- column: risk VARCHAR | Kind of risk.
-- column: risk_group VARCHAR | risk, or alert: raised by a threshold of the dashboard.
-- column: severity VARCHAR | critical, high, medium or low.
-- column: place BIGINT | Place among the account's risks, the most severe first.
-- column: signal VARCHAR | What was found, in words.
-- column: value DOUBLE | What was measured.
-- column: threshold DOUBLE | What it was compared with.
-- column: unit VARCHAR | Unit of both.
-- column: recommendation VARCHAR | What to do about it.
-- column: action VARCHAR | The action it asks for.
-- column: kind VARCHAR | derived: computed from observed facts; inferred: another reading is possible.
-- column: confidence DECIMAL(5,4) | 1 for what is derived from fresh facts; less when inferred, stale, or resting on a score with gaps.
-- column: evidence_table VARCHAR | Published table that holds the rows behind it.
-- column: evidence_rows VARCHAR | Condition on that table that finds them.
-- unique: account_id, risk
-- unique: account_id, place
-- not_null: account_id, risk, risk_group, severity, place, signal, value, threshold, unit, recommendation, action, kind, confidence, evidence_table, evidence_rows
-- assert: severity in ('critical', 'high', 'medium', 'low') | routes and priorities know these
-- assert: confidence > 0 and confidence <= 1 | a risk nothing speaks for is none
WITH found AS (
    SELECT account_id, risk, severity, value, threshold, signal FROM health.commercial_risks
    UNION ALL
    SELECT account_id, risk, severity, value, threshold, signal FROM health.behaviour_risks
    UNION ALL
    SELECT account_id, risk, severity, value, threshold, signal FROM health.relation_risks
    UNION ALL
    SELECT account_id, risk, severity, value, threshold, signal FROM health.score_risks
),
placed AS (
    SELECT
        f.*,
        ROW_NUMBER() OVER (
            PARTITION BY account_id
            ORDER BY CASE severity WHEN 'critical' THEN 1 WHEN 'high' THEN 2 WHEN 'medium' THEN 3 ELSE 4 END, risk
        ) AS place
    FROM found AS f
)
SELECT
    p.account_id,
    p.risk,
    r.finding_group AS risk_group,
    p.severity,
    p.place,
    p.signal,
    p.value,
    p.threshold,
    r.unit,
    r.recommendation,
    r.action,
    r.kind,
    CAST(ROUND(
        CASE WHEN r.kind = 'inferred' THEN $health_inferred_confidence ELSE 1 END
        * CASE
            WHEN r.dimension IS NULL THEN CASE WHEN s.confidence > 0 THEN CAST(s.confidence AS DOUBLE) ELSE $health_stale_confidence END
            WHEN t.is_stale THEN $health_stale_confidence
            ELSE 1
        END, 4
    ) AS DECIMAL(5, 4)) AS confidence,
    r.evidence_table,
    REPLACE(r.evidence_rows, '{account_id}', p.account_id) AS evidence_rows
FROM placed AS p
JOIN health.finding_rules AS r ON r.finding = p.risk
JOIN health.scores AS s ON s.account_id = p.account_id
LEFT JOIN health.source_times AS t ON t.dimension = r.dimension
