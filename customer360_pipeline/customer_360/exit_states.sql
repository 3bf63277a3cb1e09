-- Where each account is sent, and why. One row per account that health looks at.
-- depends: health.exit_states
-- materialized: view
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
SELECT
    account_id,
    exit_state,
    route,
    reason,
    playbooks,
    also,
    confidence,
    kind
FROM health.exit_states
