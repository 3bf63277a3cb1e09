-- What to do next for each account, at most five actions by impact and urgency. One row per account and action.
-- depends: health.recommended_actions
-- materialized: view
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
SELECT
    account_id,
    priority,
    action,
    action_text,
    owner_role,
    owner_name,
    due_date,
    reason,
    finding,
    impact,
    urgency,
    playbook,
    kind
FROM health.recommended_actions
