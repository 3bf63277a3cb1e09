-- What is wrong with an account's use of the product or its support. One row per account and risk.
-- depends: health.usage_facts, health.support_facts
-- setting: health_usage_decline_ratio, health_usage_collapse_ratio, health_champion_decline_ratio, health_max_p1_tickets
-- column: account_id VARCHAR | The account.
-- column: risk VARCHAR | usage_decline, champion_risk, support_escalation or active_escalation.
-- column: severity VARCHAR | critical, high, medium or low.
-- column: value DOUBLE | What was measured.
-- column: threshold DOUBLE | What it was compared with.
-- column: signal VARCHAR | In words.
-- unique: account_id, risk
-- not_null: account_id, risk, severity, value, threshold, signal
SELECT account_id, 'usage_decline' AS risk,
    CASE WHEN events_change < -$health_usage_collapse_ratio THEN 'high' ELSE 'medium' END AS severity,
    events_change AS value, CAST(-$health_usage_decline_ratio AS DOUBLE) AS threshold,
    'Use fell by ' || CAST(CAST(ROUND(-100 * events_change, 0) AS BIGINT) AS VARCHAR) || ' % in 30 days' AS signal
FROM health.usage_facts
WHERE events_change < -$health_usage_decline_ratio
UNION ALL
SELECT account_id, 'champion_risk', 'medium', CAST(champion_events AS DOUBLE) / CAST(champion_events_before AS DOUBLE) - 1,
    CAST(-$health_champion_decline_ratio AS DOUBLE),
    'The most active user fell from ' || CAST(champion_events_before AS VARCHAR) || ' to '
        || CAST(champion_events AS VARCHAR) || ' events in 30 days'
FROM health.usage_facts
WHERE champion_events_before > 0
    AND CAST(champion_events AS DOUBLE) < (1 - $health_champion_decline_ratio) * champion_events_before
UNION ALL
SELECT account_id, 'support_escalation', 'high', CAST(p1_tickets AS DOUBLE), CAST($health_max_p1_tickets AS DOUBLE),
    CAST(p1_tickets AS VARCHAR) || ' P1 tickets in 90 days'
FROM health.support_facts
WHERE p1_tickets > $health_max_p1_tickets
UNION ALL
SELECT account_id, 'active_escalation', 'high', CAST(active_escalations AS DOUBLE), 0,
    CAST(active_escalations AS VARCHAR) || CASE WHEN active_escalations = 1 THEN ' escalated ticket is open' ELSE ' escalated tickets are open' END
FROM health.support_facts
WHERE active_escalations > 0
