-- Calls to action for the customers' managers as they stood at as_of: a risk, an opportunity, a step of the customer's life. One
-- row per call.
-- depends: metrics.goals_as_of
-- materialized: view
-- column: source VARCHAR | Source.
-- column: cta_id VARCHAR | The source's own id.
-- column: account_id VARCHAR | The account; NULL when the company it names is not known.
-- column: kind VARCHAR | The source's type: risk, opportunity, lifecycle ...
-- column: name VARCHAR | Name.
-- column: state VARCHAR | met, missed, dropped, not_started or open.
-- column: reason VARCHAR | Why it was opened.
-- column: priority VARCHAR | The source's word.
-- column: owner VARCHAR | Who works on it.
-- column: due_date DATE | To be done by.
-- column: is_overdue BOOLEAN | Open after its due date.
-- column: created_at TIMESTAMP | Created, UTC.
-- column: closed_at TIMESTAMP | Closed, UTC.
-- not_null: source, cta_id, kind, state, is_overdue
SELECT
    source, goal_id AS cta_id, account_id, kind, name, state, reason, priority, owner, due_date, is_overdue, created_at, closed_at
FROM metrics.goals_as_of
WHERE NOT is_goal
