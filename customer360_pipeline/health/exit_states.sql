-- Where each account is sent: the first route whose condition holds. One row per account.
-- Without a score an account is never called healthy: what is wrong is said, else it is unknown.
-- depends: health.scores, health.risk_signals, health.opportunity_signals
-- setting: health_route_at_risk_score, health_expansion_score, health_renewal_near_days
-- column: account_id VARCHAR | The account.
-- column: exit_state VARCHAR | at_risk, escalation_required, expansion_ready, renewal_focus, attention_needed, healthy or unknown.
-- column: route BIGINT | Number of the route, from 1.
-- column: reason VARCHAR | What made its condition true.
-- column: playbooks VARCHAR | The playbooks it triggers, joined by comma; NULL: none.
-- column: also VARCHAR | Later routes whose conditions hold too, joined by comma.
-- column: confidence DECIMAL(5,4) | That of the score.
-- column: kind VARCHAR | inferred.
-- unique: account_id
-- not_null: account_id, exit_state, route, reason, confidence, kind
-- assert: exit_state in ('at_risk', 'escalation_required', 'expansion_ready', 'renewal_focus', 'attention_needed', 'healthy', 'unknown') | no other route exists
WITH worst AS (
    SELECT
        account_id,
        MIN(CASE WHEN severity = 'critical' THEN place END) AS critical_place,
        MIN(CASE WHEN risk = 'active_escalation' THEN place END) AS escalation_place,
        MIN(CASE WHEN risk = 'renewal_preparation' AND value <= $health_renewal_near_days THEN place END) AS renewal_place,
        MIN(place) AS any_place
    FROM health.risk_signals
    GROUP BY account_id
),
ready AS (
    SELECT account_id, MIN(signal) AS signal
    FROM health.opportunity_signals
    WHERE opportunity IN ('expansion', 'upsell')
    GROUP BY account_id
),
routes AS (
    SELECT s.account_id, 1 AS route, 'at_risk' AS exit_state,
        w.critical_place AS place,
        'Health score is ' || CAST(CAST(ROUND(s.score, 0) AS BIGINT) AS VARCHAR) || ' of 100' AS words
    FROM health.scores AS s
    LEFT JOIN worst AS w ON w.account_id = s.account_id
    WHERE s.score < $health_route_at_risk_score OR w.critical_place IS NOT NULL
    UNION ALL
    SELECT account_id, 2, 'escalation_required', escalation_place, NULL FROM worst WHERE escalation_place IS NOT NULL
    UNION ALL
    SELECT s.account_id, 3, 'expansion_ready', NULL, r.signal
    FROM health.scores AS s
    JOIN ready AS r ON r.account_id = s.account_id
    WHERE s.score > $health_expansion_score
    UNION ALL
    SELECT account_id, 4, 'renewal_focus', renewal_place, NULL FROM worst WHERE renewal_place IS NOT NULL
    UNION ALL
    SELECT s.account_id, 5, 'attention_needed', w.any_place,
        'Health score is ' || CAST(CAST(ROUND(s.score, 0) AS BIGINT) AS VARCHAR) || ' of 100'
    FROM health.scores AS s
    LEFT JOIN worst AS w ON w.account_id = s.account_id
    WHERE w.any_place IS NOT NULL OR s.status = 'at_risk'
    UNION ALL
    SELECT account_id, 6, CASE WHEN score IS NULL THEN 'unknown' ELSE 'healthy' END, NULL,
        CASE WHEN score IS NULL THEN 'Too little is known' ELSE 'No risk was found' END
    FROM health.scores
),
ranked AS (
    SELECT r.*, ROW_NUMBER() OVER (PARTITION BY account_id ORDER BY route) AS choice
    FROM routes AS r
),
others AS (
    SELECT account_id, STRING_AGG(exit_state, ', ' ORDER BY route) AS also
    FROM ranked
    WHERE choice > 1 AND route < 6
    GROUP BY account_id
)
SELECT
    r.account_id,
    r.exit_state,
    CAST(r.route AS BIGINT) AS route,
    COALESCE(k.signal, r.words) AS reason,
    CASE r.route
        WHEN 1 THEN 'customer_success/red_flag_detector, customer_success/risk_mitigation_playbook'
        WHEN 2 THEN 'support_ops/escalation_predictor'
        WHEN 3 THEN 'customer_success/success_plan_generator'
        WHEN 4 THEN 'customer_success/quarterly_business_review'
    END AS playbooks,
    o.also,
    s.confidence,
    'inferred' AS kind
FROM ranked AS r
JOIN health.scores AS s ON s.account_id = r.account_id
LEFT JOIN health.risk_signals AS k ON k.account_id = r.account_id AND k.place = r.place
LEFT JOIN others AS o ON o.account_id = r.account_id
WHERE r.choice = 1
