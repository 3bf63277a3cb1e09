-- What each user did in the product on each day, so that millions of events become few rows at once. One row per source,
-- record, company in the product, feature and UTC day, of events up to as_of. Calls that only tell of a user or a company
-- (identify, group, alias), and events that the catalogue lists without a feature, are no use of the product.
-- depends: staging.product_event_rows, staging.named_people, staging.records, staging.features
-- setting: as_of
-- column: source VARCHAR | The source's name.
-- column: node INTEGER | The user's record; NULL: nobody can be named, an anonymous visitor for one.
-- column: group_id VARCHAR | Id of the user's company in the product; NULL: not said.
-- column: feature VARCHAR | The feature by the catalogue; NULL: the event is in none.
-- column: day DATE | The day it happened, UTC; not the day it was received.
-- column: events BIGINT | Events.
-- column: first_at TIMESTAMP | The first of them, UTC.
-- column: last_at TIMESTAMP | The last of them, UTC.
-- unique: source, node, group_id, feature, day
-- not_null: source, day, events, first_at, last_at
WITH counted AS (
  SELECT
    source, user_id, email, group_id, event_name, CAST(occurred_at AS DATE) AS day,
    count(*) AS events, min(occurred_at) AS first_at, max(occurred_at) AS last_at
  FROM staging.product_event_rows
  WHERE coalesce(event_type, 'track') IN ('track', 'page', 'screen') AND occurred_at <= $as_of
  GROUP BY source, user_id, email, group_id, event_name, CAST(occurred_at AS DATE)
), meant AS (
  SELECT
    c.source, r.node, nullif(trim(c.group_id), '') AS group_id, f.feature, c.day, c.events, c.first_at, c.last_at
  FROM counted AS c
  LEFT JOIN staging.features AS f ON f.event_key = lower(trim(c.event_name))
  LEFT JOIN staging.named_people AS p
    ON p.source = c.source
    AND p.named_record_id IS NULL
    AND p.user_id IS NOT DISTINCT FROM c.user_id
    AND p.email IS NOT DISTINCT FROM c.email
  LEFT JOIN staging.records AS r ON r.source = p.source AND r.record_id = p.record_id
  WHERE f.event_key IS NULL OR f.feature IS NOT NULL
)
SELECT
  source, node, group_id, feature, day, CAST(sum(events) AS BIGINT) AS events, min(first_at) AS first_at,
  max(last_at) AS last_at
FROM meant
GROUP BY source, node, group_id, feature, day
