-- Success plans as they stood at as_of, with their account. One row per plan created by then.
-- depends: staging.success_plans, profile.item_accounts, profile.clock
-- column: source VARCHAR | The source's name.
-- column: plan_id VARCHAR | The plan's id.
-- column: entity VARCHAR | The source's entity.
-- column: account_id VARCHAR | The account; NULL when the company it names is not known.
-- column: name VARCHAR | Name.
-- column: plan_type VARCHAR | The vendor's type of it.
-- column: state VARCHAR | overdue (active after its due date), active, draft or closed; what was closed after as_of is active.
-- column: progress DECIMAL(5,4) | Share done, as the vendor says; NULL: not known then.
-- column: owner VARCHAR | Who leads it.
-- column: due_date DATE | To be done by.
-- column: created_at TIMESTAMP | Created, UTC.
-- column: closed_at TIMESTAMP | Closed, UTC.
-- unique: source, entity, plan_id
-- not_null: source, entity, plan_id, state
SELECT
    p.source, p.plan_id, p.entity, a.account_id, p.name, p.plan_type,
    CASE
        WHEN p.settled_at <= k.as_of THEN 'closed'
        WHEN p.state = 'draft' THEN 'draft'
        WHEN p.due_date < CAST(k.as_of AS DATE) THEN 'overdue'
        ELSE 'active'
    END AS state,
    CASE WHEN p.settled_at > k.as_of THEN NULL ELSE p.progress END AS progress,
    p.owner, p.due_date, p.created_at,
    CASE WHEN p.settled_at <= k.as_of THEN p.settled_at END AS closed_at
FROM staging.success_plans AS p
JOIN profile.clock AS k ON p.created_at <= k.as_of OR p.created_at IS NULL
LEFT JOIN profile.item_accounts AS a
    ON a.source = p.source AND a.entity = p.entity AND a.kind = 'success_plan' AND a.item_id = p.plan_id
