-- How each ticket was rated: the answer, of several the one with a number, then the latest. One row per rated ticket.
-- That somebody was asked is no answer.
-- depends: staging.ticket_rating_rows, staging.ticket_rows, staging.support_words
-- setting: support_satisfied_from
-- column: source VARCHAR | The source's name.
-- column: ticket_id VARCHAR | The ticket.
-- column: rating BIGINT | 1 (worst) to 5 (best); NULL where the answer is good or bad, or of another scale.
-- column: is_satisfied BOOLEAN | Good; of a number without the vendor's verdict: at least support.satisfied_from.
-- column: rated_at TIMESTAMP | When, UTC; the last change of the ticket where only that is known.
-- unique: source, ticket_id
-- not_null: source, ticket_id, is_satisfied
WITH given AS (
  SELECT
    source, rating_id,
    -- A survey names its ticket as a resource: zen:ticket:99.
    CASE WHEN ticket_id LIKE 'z%:ticket:%' THEN split_part(ticket_id, ':', 3) ELSE ticket_id END AS ticket_id,
    lower(trim(answer)) AS answer, lower(trim(verdict)) AS verdict, coalesce(scale, 5) AS scale,
    coalesce(updated_at, created_at) AS rated_at
  FROM staging.ticket_rating_rows
  UNION ALL
  SELECT source, '', ticket_id, lower(trim(rating)), NULL, 5, coalesce(rated_at, updated_at, created_at)
  FROM staging.ticket_rows
), judged AS (
  SELECT
    g.source, g.ticket_id, g.rating_id, g.rated_at, coalesce(v.meaning, w.meaning) AS verdict,
    TRY_CAST(CAST(CASE WHEN g.scale = 5 THEN g.answer END AS VARCHAR) AS DOUBLE) AS number
  FROM given AS g
  LEFT JOIN staging.support_words AS v ON v.kind = 'verdict' AND v.word = g.verdict
  LEFT JOIN staging.support_words AS w ON w.kind = 'verdict' AND w.word = g.answer
), numbered AS (
  SELECT
    j.source, j.ticket_id, j.rating_id, j.rated_at, j.verdict,
    CASE WHEN j.number >= 1 AND j.number <= 5 THEN CAST(round(j.number, 0) AS BIGINT) END AS rating
  FROM judged AS j
), answered AS (
  SELECT
    n.*,
    row_number() OVER (
      PARTITION BY source, ticket_id
      ORDER BY rating IS NULL, rated_at DESC NULLS LAST, rating_id
    ) AS position
  FROM numbered AS n
  WHERE ticket_id IS NOT NULL AND (rating IS NOT NULL OR verdict IS NOT NULL)
)
SELECT
  source, ticket_id, rating,
  CASE WHEN verdict IS NOT NULL THEN verdict = 'good' ELSE rating >= $support_satisfied_from END AS is_satisfied,
  rated_at
FROM answered
WHERE position = 1
