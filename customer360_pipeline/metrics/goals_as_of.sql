-- Goals and calls to action as they stood at as_of, with their account. One row per goal or call created by then.
-- depends: staging.goals, profile.item_accounts, profile.clock
-- column: source VARCHAR | The source's name.
-- column: goal_id VARCHAR | The goal's id.
-- column: entity VARCHAR | The source's entity.
-- column: account_id VARCHAR | The account; NULL when the company it names is not known.
-- column: plan_id VARCHAR | The success plan it is part of.
-- column: is_goal BOOLEAN | A goal of the customer; else a call to action.
-- column: kind VARCHAR | The vendor's type, lower case.
-- column: name VARCHAR | Name.
-- column: state VARCHAR | met, missed, dropped, not_started or open; what was closed after as_of is open.
-- column: priority VARCHAR | The vendor's word.
-- column: reason VARCHAR | Why it was opened.
-- column: owner VARCHAR | Who works on it.
-- column: progress DECIMAL(5,4) | Share done: 1 when met, 0 when not started, else as the vendor says; NULL: not known.
-- column: due_date DATE | To be done by.
-- column: is_overdue BOOLEAN | Open after its due date.
-- column: created_at TIMESTAMP | Created, UTC.
-- column: closed_at TIMESTAMP | Met, missed or dropped, UTC.
-- unique: source, entity, goal_id
-- not_null: source, entity, goal_id, is_goal, kind, state, is_overdue
-- assert: progress between 0 and 1 or progress is null | a share
-- assert: closed_at is null or state in ('met', 'missed', 'dropped') | an open one is not closed
WITH dated AS (
    SELECT
        g.*, k.as_of, COALESCE(g.settled_at > k.as_of, FALSE) AS is_closed_later,
        CASE WHEN g.settled_at > k.as_of THEN 'open' ELSE g.state END AS state_then
    FROM staging.goals AS g
    CROSS JOIN profile.clock AS k
    WHERE g.created_at <= k.as_of OR g.created_at IS NULL
)
SELECT
    d.source, d.goal_id, d.entity, a.account_id, d.plan_id, d.is_goal, d.kind, d.name, d.state_then AS state, d.priority,
    d.reason, d.owner,
    CAST(CASE
        WHEN d.state_then = 'met' THEN 1
        -- What it stood at before it was closed is gone.
        WHEN d.is_closed_later THEN NULL
        WHEN d.state_then = 'not_started' THEN COALESCE(d.progress, 0)
        ELSE d.progress
    END AS DECIMAL(5, 4)) AS progress,
    d.due_date,
    COALESCE(d.state_then IN ('open', 'not_started') AND d.due_date < CAST(d.as_of AS DATE), FALSE) AS is_overdue,
    d.created_at,
    CASE WHEN NOT d.is_closed_later THEN d.settled_at END AS closed_at
FROM dated AS d
LEFT JOIN profile.item_accounts AS a
    ON a.source = d.source AND a.entity = d.entity AND a.kind = 'goal' AND a.item_id = d.goal_id
