-- The raw value of every signal that is known of an account. One row per account and signal.
-- depends: health.facts, health.usage_facts, health.engagement_facts, health.support_facts, health.outcome_facts
-- column: account_id VARCHAR | The account.
-- column: signal VARCHAR | Signal.
-- column: value DOUBLE | Its value, in the signal's unit.
-- unique: account_id, signal
-- not_null: account_id, signal, value
WITH found AS (
    SELECT account_id, 'overdue_days' AS signal, CAST(overdue_days AS DOUBLE) AS value FROM health.facts
    UNION ALL
    SELECT account_id, 'payment_delay', CAST(payment_delay AS DOUBLE) FROM health.facts
    UNION ALL
    SELECT account_id, 'failed_attempts', CAST(failed_attempts AS DOUBLE) FROM health.facts
    UNION ALL
    SELECT account_id, 'arr_change', CAST(arr_change AS DOUBLE) FROM health.facts
    UNION ALL
    SELECT account_id, 'contract_continues', CAST(contract_continues AS DOUBLE) FROM health.facts
    UNION ALL
    SELECT account_id, 'mau_change', CAST(mau_change AS DOUBLE) FROM health.usage_facts
    UNION ALL
    SELECT account_id, 'dau_wau', CAST(dau_wau AS DOUBLE) FROM health.usage_facts
    UNION ALL
    SELECT account_id, 'feature_adoption', CAST(feature_adoption AS DOUBLE) FROM health.usage_facts
    UNION ALL
    SELECT account_id, 'usage_depth', CAST(usage_depth AS DOUBLE) FROM health.usage_facts
    UNION ALL
    SELECT account_id, 'days_since_active', CAST(days_since_active AS DOUBLE) FROM health.usage_facts
    UNION ALL
    SELECT account_id, 'seat_overuse', CAST(seats_in_use AS DOUBLE) FROM health.usage_facts
    UNION ALL
    SELECT account_id, 'seats_in_use', CAST(seats_in_use AS DOUBLE) FROM health.usage_facts
    UNION ALL
    SELECT account_id, 'days_since_meeting', CAST(days_since_meeting AS DOUBLE) FROM health.engagement_facts
    UNION ALL
    SELECT account_id, 'days_since_contact', CAST(days_since_contact AS DOUBLE) FROM health.engagement_facts
    UNION ALL
    SELECT account_id, 'response_ratio', CAST(response_ratio AS DOUBLE) FROM health.engagement_facts
    UNION ALL
    SELECT account_id, 'nps', CAST(nps AS DOUBLE) FROM health.engagement_facts
    UNION ALL
    SELECT account_id, 'tickets_per_person', CAST(tickets_per_person AS DOUBLE) FROM health.support_facts
    UNION ALL
    SELECT account_id, 'p1_p2_tickets', CAST(p1_p2_tickets AS DOUBLE) FROM health.support_facts
    UNION ALL
    SELECT account_id, 'resolution_hours', CAST(resolution_hours AS DOUBLE) FROM health.support_facts
    UNION ALL
    SELECT account_id, 'csat', CAST(csat AS DOUBLE) FROM health.support_facts
    UNION ALL
    SELECT account_id, 'active_escalations', CAST(active_escalations AS DOUBLE) FROM health.support_facts
    UNION ALL
    SELECT account_id, 'goal_progress', CAST(goal_progress AS DOUBLE) FROM health.outcome_facts
    UNION ALL
    SELECT account_id, 'goals_met', CAST(goals_met AS DOUBLE) FROM health.outcome_facts
    UNION ALL
    SELECT account_id, 'days_since_review', CAST(days_since_review AS DOUBLE) FROM health.outcome_facts
)
SELECT account_id, signal, value
FROM found
WHERE value IS NOT NULL
