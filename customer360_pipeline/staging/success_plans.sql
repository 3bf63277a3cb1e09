-- Success plans, with what the vendor's words mean. One row per plan.
-- depends: staging.success_plan_rows
-- setting: success_plan_draft_statuses, success_plan_closed_statuses
-- column: source VARCHAR | The source's name.
-- column: entity VARCHAR | The source's entity.
-- column: plan_id VARCHAR | The plan's id.
-- column: name VARCHAR | Name.
-- column: plan_type VARCHAR | The vendor's type of it.
-- column: status VARCHAR | The vendor's word, lower case.
-- column: state VARCHAR | draft, closed, else active, by success.plan_draft_statuses and success.plan_closed_statuses.
-- column: progress DECIMAL(5,4) | Share done, as the vendor says it; NULL where it writes no number of per cent.
-- column: owner VARCHAR | Who leads it.
-- column: due_date DATE | To be done by.
-- column: settled_at TIMESTAMP | Of a closed plan when it was, else its last change, UTC.
-- column: created_at TIMESTAMP | Created, UTC.
-- column: updated_at TIMESTAMP | Last changed, UTC.
-- unique: source, entity, plan_id
-- not_null: source, entity, plan_id, state
-- assert: progress between 0 and 1 or progress is null | a share
WITH worded AS (
  SELECT
    p.*, lower(trim(p.status)) AS word,
    TRY_CAST(CAST(translate(p.progress, '% ', '') AS VARCHAR) AS DECIMAL(9, 4)) AS percent
  FROM staging.success_plan_rows AS p
), meant AS (
  SELECT
    w.*,
    CASE
      WHEN list_contains(string_split($success_plan_closed_statuses, ','), word) THEN 'closed'
      WHEN closed_at IS NOT NULL THEN 'closed'
      WHEN list_contains(string_split($success_plan_draft_statuses, ','), word) THEN 'draft'
      ELSE 'active'
    END AS state
  FROM worded AS w
)
SELECT
  source, entity, plan_id, name, plan_type, word AS status, state,
  CAST(CASE WHEN percent BETWEEN 0 AND 100 THEN CAST(percent AS DOUBLE) / 100 END AS DECIMAL(5, 4)) AS progress,
  owner, due_date,
  CASE WHEN state = 'closed' THEN coalesce(closed_at, updated_at, created_at) END AS settled_at,
  created_at, updated_at
FROM meant
