-- What health says of each account in one line, as account_360 shows it. One row per account that health looks at.
-- depends: profile.accounts, health.facts, health.support_facts, health.scores, health.churn, health.exit_states, health.narratives, health.signal_rules
-- setting: health_renewal_near_days, health_vip_ratio
-- column: account_id VARCHAR | The account.
-- column: health_score DECIMAL(5,2) | Overall score.
-- column: health_status VARCHAR | critical, at_risk, healthy or unknown.
-- column: health_trend VARCHAR | improving, stable, declining or unknown.
-- column: health_delta DECIMAL(6,2) | Points of change.
-- column: health_coverage DECIMAL(5,4) | Share of the weights of all signals that is known.
-- column: health_confidence VARCHAR | high, medium or low.
-- column: churn_risk_score DECIMAL(5,2) | Risk of churn, 0 to 100.
-- column: churn_risk VARCHAR | high, medium, low or unknown.
-- column: exit_state VARCHAR | Where it is sent.
-- column: data_completeness DECIMAL(5,4) | Share of its expected fields that are known: every signal, and name, domain, industry, place, employees and owner.
-- column: key_narrative VARCHAR | Two or three sentences.
-- column: is_vip BOOLEAN | Among the health.vip_ratio of paying accounts that paid most.
-- column: is_at_risk BOOLEAN | Its score is critical or at risk; NULL: unknown.
-- column: is_renewal_due BOOLEAN | Its contract renews or ends within health.renewal_near_days.
-- column: has_open_escalation BOOLEAN | An escalated ticket is open; NULL: support was not read.
-- unique: account_id
-- not_null: account_id, health_status, health_trend, health_coverage, health_confidence, exit_state, data_completeness, key_narrative, is_vip, is_renewal_due
-- assert: data_completeness >= 0 and data_completeness <= 1 | a share
WITH payers AS (
    SELECT
        account_id,
        RANK() OVER (ORDER BY total_paid DESC) AS rank_,
        COUNT(*) OVER () AS payers
    FROM health.facts
    WHERE total_paid > 0
),
expected AS (
    SELECT COUNT(*) AS signals FROM health.signal_rules
),
described AS (
    SELECT
        account_id,
        CASE WHEN name IS NULL THEN 0 ELSE 1 END + CASE WHEN domain IS NULL THEN 0 ELSE 1 END
            + CASE WHEN industry IS NULL THEN 0 ELSE 1 END
            + CASE WHEN region IS NULL AND country IS NULL AND city IS NULL THEN 0 ELSE 1 END
            + CASE WHEN employee_count IS NULL THEN 0 ELSE 1 END + CASE WHEN owner IS NULL THEN 0 ELSE 1 END AS fields
    FROM profile.accounts
)
SELECT
    f.account_id,
    s.score AS health_score,
    s.status AS health_status,
    s.trend AS health_trend,
    s.delta AS health_delta,
    s.coverage AS health_coverage,
    s.confidence_level AS health_confidence,
    c.churn_risk_score,
    c.level AS churn_risk,
    e.exit_state,
    CAST(ROUND(CAST(s.known_signals + d.fields AS DOUBLE) / CAST(x.signals + 6 AS DOUBLE), 4) AS DECIMAL(5, 4))
        AS data_completeness,
    n.narrative AS key_narrative,
    COALESCE(p.rank_ <= $health_vip_ratio * p.payers, FALSE) AS is_vip,
    CASE WHEN s.score IS NOT NULL THEN s.status IN ('critical', 'at_risk') END AS is_at_risk,
    COALESCE(f.days_to_renewal BETWEEN 0 AND $health_renewal_near_days, FALSE) AS is_renewal_due,
    CASE WHEN u.account_id IS NOT NULL THEN u.active_escalations > 0 END AS has_open_escalation
FROM health.facts AS f
CROSS JOIN expected AS x
JOIN described AS d ON d.account_id = f.account_id
JOIN health.scores AS s ON s.account_id = f.account_id
JOIN health.exit_states AS e ON e.account_id = f.account_id
JOIN health.narratives AS n ON n.account_id = f.account_id
LEFT JOIN health.churn AS c ON c.account_id = f.account_id
LEFT JOIN health.support_facts AS u ON u.account_id = f.account_id
LEFT JOIN payers AS p ON p.account_id = f.account_id
