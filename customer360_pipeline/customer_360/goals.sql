-- Goals of the customers' success plans as they stood at as_of. One row per goal.
-- depends: metrics.goals_as_of
-- materialized: view
-- column: source VARCHAR | Source.
-- column: goal_id VARCHAR | The source's own id.
-- column: account_id VARCHAR | The account; NULL when the company it names is not known.
-- column: plan_id VARCHAR | The success plan it is part of.
-- column: kind VARCHAR | The source's type of it.
-- column: name VARCHAR | Name.
-- column: state VARCHAR | met, missed, dropped (counts nowhere), not_started or open.
-- column: progress DECIMAL(5,4) | Share done; NULL: not known.
-- column: priority VARCHAR | The source's word.
-- column: owner VARCHAR | Who works on it.
-- column: due_date DATE | To be done by.
-- column: is_overdue BOOLEAN | Open after its due date.
-- column: created_at TIMESTAMP | Created, UTC.
-- column: closed_at TIMESTAMP | Closed, UTC.
-- not_null: source, goal_id, kind, state, is_overdue
SELECT
    source, goal_id, account_id, plan_id, kind, name, state, progress, priority, owner, due_date, is_overdue, created_at, closed_at
FROM metrics.goals_as_of
WHERE is_goal
