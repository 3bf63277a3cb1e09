-- Success plans as they stood at as_of. One row per plan.
-- depends: metrics.plans_as_of
-- materialized: view
-- column: source VARCHAR | Source.
-- column: plan_id VARCHAR | The source's own id.
-- column: account_id VARCHAR | The account; NULL when the company it names is not known.
-- column: name VARCHAR | Name.
-- column: plan_type VARCHAR | The source's type of it.
-- column: state VARCHAR | overdue (active after its due date), active, draft or closed.
-- column: progress DECIMAL(5,4) | Share done, as the source says; NULL: not known.
-- column: owner VARCHAR | Who leads it.
-- column: due_date DATE | To be done by.
-- column: created_at TIMESTAMP | Created, UTC.
-- column: closed_at TIMESTAMP | Closed, UTC.
-- not_null: source, plan_id, state
SELECT source, plan_id, account_id, name, plan_type, state, progress, owner, due_date, created_at, closed_at
FROM metrics.plans_as_of
