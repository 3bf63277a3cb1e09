-- What was measured of each ticket: by the file of metrics, else by the ticket itself. One row per ticket. A measure that
-- cannot be (negative, or more business minutes than minutes) is unknown.
-- depends: staging.ticket_rows, staging.ticket_metric_rows
-- column: source VARCHAR | The source's name.
-- column: ticket_id VARCHAR | The ticket.
-- column: reopens BIGINT | Times it was opened again.
-- column: replies BIGINT | Public replies of the help desk.
-- column: first_reply_minutes BIGINT | Minutes from opening to the first reply.
-- column: first_reply_business_minutes BIGINT | The same within business hours.
-- column: first_resolution_minutes BIGINT | Minutes from opening to the first resolution.
-- column: first_resolution_business_minutes BIGINT | The same within business hours.
-- column: resolution_minutes BIGINT | Minutes from opening to the last resolution.
-- column: resolution_business_minutes BIGINT | The same within business hours.
-- column: requester_wait_minutes BIGINT | Minutes the requester waited for the help desk.
-- column: requester_wait_business_minutes BIGINT | The same within business hours.
-- column: resolved_at TIMESTAMP | Resolved last, UTC, even if opened again since.
-- unique: source, ticket_id
-- not_null: source, ticket_id
WITH given AS (
  SELECT
    t.source, t.ticket_id,
    coalesce(m.reopens, t.reopens) AS reopens,
    coalesce(m.replies, t.replies) AS replies,
    coalesce(
      m.first_reply_minutes, t.first_reply_minutes,
      CAST(floor(CAST(CAST(epoch(t.first_replied_at) AS BIGINT) - CAST(epoch(t.created_at) AS BIGINT) AS DOUBLE) / 60) AS BIGINT)
    ) AS first_reply_minutes,
    coalesce(m.first_reply_business_minutes, t.first_reply_business_minutes) AS first_reply_business,
    coalesce(m.first_resolution_minutes, t.first_resolution_minutes) AS first_resolution_minutes,
    coalesce(m.first_resolution_business_minutes, t.first_resolution_business_minutes) AS first_resolution_business,
    coalesce(
      m.resolution_minutes, t.resolution_minutes,
      CAST(floor(
        CAST(CAST(epoch(coalesce(m.resolved_at, t.resolved_at)) AS BIGINT) - CAST(epoch(t.created_at) AS BIGINT) AS DOUBLE) / 60
      ) AS BIGINT)
    ) AS resolution_minutes,
    coalesce(m.resolution_business_minutes, t.resolution_business_minutes) AS resolution_business,
    coalesce(m.requester_wait_minutes, t.requester_wait_minutes) AS requester_wait_minutes,
    coalesce(m.requester_wait_business_minutes, t.requester_wait_business_minutes) AS requester_wait_business,
    coalesce(m.resolved_at, t.resolved_at) AS resolved_at
  FROM staging.ticket_rows AS t
  LEFT JOIN staging.ticket_metric_rows AS m ON m.source = t.source AND m.ticket_id = t.ticket_id
)
SELECT
  source, ticket_id,
  CASE WHEN reopens >= 0 THEN reopens END AS reopens,
  CASE WHEN replies >= 0 THEN replies END AS replies,
  CASE WHEN first_reply_minutes >= 0 THEN first_reply_minutes END AS first_reply_minutes,
  CASE WHEN first_reply_business BETWEEN 0 AND coalesce(first_reply_minutes, first_reply_business)
    THEN first_reply_business END AS first_reply_business_minutes,
  CASE WHEN first_resolution_minutes >= 0 THEN first_resolution_minutes END AS first_resolution_minutes,
  CASE WHEN first_resolution_business BETWEEN 0 AND coalesce(first_resolution_minutes, first_resolution_business)
    THEN first_resolution_business END AS first_resolution_business_minutes,
  CASE WHEN resolution_minutes >= 0 THEN resolution_minutes END AS resolution_minutes,
  CASE WHEN resolution_business BETWEEN 0 AND coalesce(resolution_minutes, resolution_business)
    THEN resolution_business END AS resolution_business_minutes,
  CASE WHEN requester_wait_minutes >= 0 THEN requester_wait_minutes END AS requester_wait_minutes,
  CASE WHEN requester_wait_business BETWEEN 0 AND coalesce(requester_wait_minutes, requester_wait_business)
    THEN requester_wait_business END AS requester_wait_business_minutes,
  resolved_at
FROM given
