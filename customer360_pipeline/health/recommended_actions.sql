-- What to do next for each account: at most health.max_actions, by impact times urgency, then the nearer due date. One row
-- per account and action; several findings that ask for one action are one row, told by the most severe of them.
-- depends: health.risk_signals, health.opportunity_signals, health.action_rules, metrics.account_team
-- setting: as_of, health_max_actions
-- column: account_id VARCHAR | The account.
-- column: priority BIGINT | 1 is first.
-- column: action VARCHAR | The action.
-- column: action_text VARCHAR | What to do.
-- column: owner_role VARCHAR | Whose it is.
-- column: owner_name VARCHAR | Who holds the first role named; NULL: nobody is on record.
-- column: due_date DATE | Until when.
-- column: reason VARCHAR | The finding that asks for it.
-- column: finding VARCHAR | Its kind, in risk_signals or opportunity_signals.
-- column: impact BIGINT | How much depends on it, 1 to 5.
-- column: urgency BIGINT | 4 for a critical risk, 3 high, 2 medium or an opportunity, 1 low.
-- column: playbook VARCHAR | The playbook it starts; NULL: none.
-- column: kind VARCHAR | inferred: a recommendation is a judgement.
-- unique: account_id, priority
-- unique: account_id, action
-- not_null: account_id, priority, action, action_text, owner_role, due_date, reason, finding, impact, urgency, kind
-- assert: priority >= 1 and priority <= 5 | more would overwhelm
WITH asked AS (
    SELECT
        account_id, action, risk AS finding, signal,
        CASE severity WHEN 'critical' THEN 4 WHEN 'high' THEN 3 WHEN 'medium' THEN 2 ELSE 1 END AS urgency
    FROM health.risk_signals
    UNION ALL
    SELECT account_id, action, opportunity, signal, 2
    FROM health.opportunity_signals
),
strongest AS (
    SELECT a.*, ROW_NUMBER() OVER (PARTITION BY account_id, action ORDER BY urgency DESC, finding) AS place
    FROM asked AS a
),
ranked AS (
    SELECT
        s.account_id, s.finding, s.signal, s.urgency, r.action, r.action_text, r.owner_role, r.due_days, r.impact, r.playbook,
        ROW_NUMBER() OVER (
            PARTITION BY s.account_id ORDER BY r.impact * s.urgency DESC, r.due_days, r.action
        ) AS priority
    FROM strongest AS s
    JOIN health.action_rules AS r ON r.action = s.action
    WHERE s.place = 1
)
SELECT
    k.account_id,
    k.priority,
    k.action,
    k.action_text,
    k.owner_role,
    CASE
        WHEN k.owner_role LIKE 'CSM%' THEN t.csm_name
        WHEN k.owner_role = 'AE' THEN t.ae_name
        WHEN k.owner_role LIKE '%CSM' THEN t.csm_name
    END AS owner_name,
    CAST(CAST($as_of AS DATE) + CAST(k.due_days AS INTEGER) AS DATE) AS due_date,
    k.signal AS reason,
    k.finding,
    k.impact,
    CAST(k.urgency AS BIGINT) AS urgency,
    k.playbook,
    'inferred' AS kind
FROM ranked AS k
LEFT JOIN metrics.account_team AS t ON t.account_id = k.account_id
WHERE k.priority <= $health_max_actions
