-- Goals of customers and calls to action for their managers, with what the vendor's words mean. One row per goal or call.
-- depends: staging.goal_rows
-- setting: success_goal_kinds, success_met_statuses, success_missed_statuses, success_dropped_statuses, success_not_started_statuses
-- column: source VARCHAR | The source's name.
-- column: entity VARCHAR | The source's entity.
-- column: goal_id VARCHAR | The goal's id.
-- column: plan_id VARCHAR | The success plan it is part of.
-- column: kind VARCHAR | The vendor's type, lower case; goal where it has none.
-- column: is_goal BOOLEAN | A goal of the customer, by success.goal_kinds; else a call to action.
-- column: name VARCHAR | Name.
-- column: status VARCHAR | The vendor's word, lower case.
-- column: state VARCHAR | met, missed, dropped, not_started or open, by the words of success in the configuration.
-- column: reason VARCHAR | Why it was opened.
-- column: priority VARCHAR | The vendor's word.
-- column: owner VARCHAR | Who works on it.
-- column: progress DECIMAL(5,4) | Share done, as the vendor says it; NULL where it writes no number of per cent.
-- column: due_date DATE | To be done by.
-- column: settled_at TIMESTAMP | Of one that is met, missed or dropped when it was, else its last change, UTC.
-- column: created_at TIMESTAMP | Created, UTC.
-- column: updated_at TIMESTAMP | Last changed, UTC.
-- unique: source, entity, goal_id
-- not_null: source, entity, goal_id, kind, is_goal, state
-- assert: progress between 0 and 1 or progress is null | a share
WITH worded AS (
  SELECT
    g.*, lower(trim(g.status)) AS word, coalesce(nullif(lower(trim(g.kind)), ''), 'goal') AS type_word,
    TRY_CAST(CAST(translate(g.progress, '% ', '') AS VARCHAR) AS DECIMAL(9, 4)) AS percent
  FROM staging.goal_rows AS g
), meant AS (
  SELECT
    w.*,
    CASE
      WHEN list_contains(string_split($success_met_statuses, ','), word) THEN 'met'
      WHEN list_contains(string_split($success_missed_statuses, ','), word) THEN 'missed'
      WHEN list_contains(string_split($success_dropped_statuses, ','), word) THEN 'dropped'
      -- Closed by a word nobody mapped: what came of it is not known.
      WHEN closed_at IS NOT NULL THEN 'dropped'
      WHEN list_contains(string_split($success_not_started_statuses, ','), word) THEN 'not_started'
      ELSE 'open'
    END AS state
  FROM worded AS w
)
SELECT
  source, entity, goal_id, plan_id, type_word AS kind,
  type_word = 'goal' OR list_contains(string_split($success_goal_kinds, ','), type_word) AS is_goal,
  name, word AS status, state, reason, priority, owner,
  CAST(CASE WHEN percent BETWEEN 0 AND 100 THEN CAST(percent AS DOUBLE) / 100 END AS DECIMAL(5, 4)) AS progress,
  due_date,
  CASE WHEN state IN ('met', 'missed', 'dropped') THEN coalesce(closed_at, updated_at, created_at) END AS settled_at,
  created_at, updated_at
FROM meant
