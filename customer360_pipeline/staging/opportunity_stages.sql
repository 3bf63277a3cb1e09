-- The stages that each opportunity went through, one after another. One row per opportunity and stay in a stage. What is
-- said twice of one stay is one row. Where the history ends before the present stage, or there is none, the present stage
-- is the last row: since the opportunity was closed or last changed, and without any history since it was created.
-- depends: staging.opportunities, staging.opportunity_changes
-- column: source VARCHAR | The source's name.
-- column: opportunity_id VARCHAR | The opportunity.
-- column: place BIGINT | Place in the order of time, from 1.
-- column: stage VARCHAR | Stage, as written.
-- column: basis VARCHAR | history, or present (the source tells only of today).
-- column: entered_at TIMESTAMP | Entered, UTC; NULL when the source does not say.
-- column: left_at TIMESTAMP | Left, UTC; NULL: still in it.
-- column: is_closing BOOLEAN | Won or lost with it.
-- unique: source, opportunity_id, place
-- not_null: source, opportunity_id, place, stage, basis, is_closing
-- assert: left_at IS NULL OR entered_at <= left_at | nobody leaves before he came
WITH said AS (
  SELECT
    c.source, c.opportunity_id, c.stage, c.stage_key, c.changed_at, c.change_id,
    lag(c.stage_key) OVER (
      PARTITION BY c.source, c.opportunity_id ORDER BY c.changed_at, c.change_id, c.stage_key
    ) AS key_before
  FROM staging.opportunity_changes AS c
), entered AS (
  SELECT s.*
  FROM said AS s
  INNER JOIN staging.opportunities AS o ON o.source = s.source AND o.opportunity_id = s.opportunity_id
  WHERE s.key_before IS NULL OR s.key_before <> s.stage_key
), latest AS (
  SELECT
    source, opportunity_id, stage_key, changed_at,
    row_number() OVER (PARTITION BY source, opportunity_id ORDER BY changed_at DESC, change_id DESC, stage_key) AS place
  FROM said
), present AS (
  SELECT
    o.source, o.opportunity_id, o.stage,
    CASE
      -- A day of closing may be put into the future or the past; the row knew of it when it was last changed.
      WHEN o.status <> 'open' AND (o.close_at > o.updated_at OR o.close_at IS NULL) THEN o.updated_at
      WHEN o.status <> 'open' THEN o.close_at
      WHEN l.changed_at IS NOT NULL THEN o.updated_at
      ELSE coalesce(o.created_at, o.updated_at)
    END AS changed_at,
    l.changed_at AS known_at
  FROM staging.opportunities AS o
  LEFT JOIN latest AS l ON l.source = o.source AND l.opportunity_id = o.opportunity_id AND l.place = 1
  WHERE o.stage IS NOT NULL AND (l.stage_key IS NULL OR l.stage_key <> replace(lower(o.stage), ' ', ''))
), stays AS (
  SELECT source, opportunity_id, stage, 'history' AS basis, changed_at AS entered_at, change_id, 0 AS last
  FROM entered
  UNION ALL
  SELECT
    source, opportunity_id, stage, 'present',
    CASE WHEN changed_at < known_at THEN known_at ELSE coalesce(changed_at, known_at) END, '', 1
  FROM present
), placed AS (
  SELECT
    s.*,
    row_number() OVER (PARTITION BY source, opportunity_id ORDER BY last, entered_at, change_id, stage) AS place,
    row_number() OVER (PARTITION BY source, opportunity_id ORDER BY last DESC, entered_at DESC, change_id DESC, stage DESC)
      AS from_end,
    lead(entered_at) OVER (PARTITION BY source, opportunity_id ORDER BY last, entered_at, change_id, stage) AS left_at
  FROM stays AS s
)
SELECT
  p.source, p.opportunity_id, p.place, p.stage, p.basis, p.entered_at, p.left_at,
  p.from_end = 1 AND o.status <> 'open' AS is_closing
FROM placed AS p
INNER JOIN staging.opportunities AS o ON o.source = p.source AND o.opportunity_id = p.opportunity_id
