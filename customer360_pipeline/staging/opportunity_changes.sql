-- Every stage that a source says an opportunity was in, with the time it says so: changes, pictures after a change, and
-- the history kept in the opportunity itself. One row per saying; the same stage may be said twice.
-- depends: staging.opportunity_stage_rows, staging.stage_history
-- column: source VARCHAR | The source's name.
-- column: opportunity_id VARCHAR | The opportunity.
-- column: stage VARCHAR | Stage from then on, as written.
-- column: stage_key VARCHAR | The stage in lower case without blanks: a label and the id made of it are one.
-- column: changed_at TIMESTAMP | When, UTC.
-- column: change_id VARCHAR | The source's id of the change, which orders changes of one moment.
-- not_null: source, opportunity_id, stage, stage_key, changed_at, change_id
WITH said AS (
  SELECT source, opportunity_id, stage, changed_at, event_id AS change_id
  FROM staging.opportunity_stage_rows
  WHERE coalesce(lower(field) IN ('stagename', 'stage', 'dealstage'), true) AND NOT coalesce(is_deleted, false)
  UNION ALL
  SELECT source, opportunity_id, stage, changed_at, change_id
  FROM staging.stage_history
)
SELECT source, opportunity_id, stage, replace(lower(stage), ' ', '') AS stage_key, changed_at, change_id
FROM said
WHERE trim(stage) <> '' AND changed_at IS NOT NULL AND opportunity_id IS NOT NULL
