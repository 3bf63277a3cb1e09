-- How each customer first came: source, medium and campaign of the ONE earliest web session or marketing event of all
-- sources; never mixed from two. An event without a source is a direct visit. One row per customer with an event.
-- depends: metrics.record_sessions, metrics.record_touches, staging.sessions, staging.touches, identity.record_customers
-- column: customer_number INTEGER | The customer.
-- column: acquisition_source VARCHAR | Traffic source of the earliest event of all sources; (direct) when it names none; NULL without an event.
-- column: acquisition_medium VARCHAR | Medium of that same event; (none) for a direct visit, NULL when it names a source alone.
-- column: acquisition_campaign VARCHAR | Campaign of that same event; NULL when it names none.
-- column: acquired_at TIMESTAMP | When the event of the acquisition columns happened, UTC.
-- column: acquired_by VARCHAR | Source of the event.
-- unique: customer_number
-- not_null: customer_number, acquisition_source, acquired_at, acquired_by
WITH firsts AS (
    SELECT c.customer_number, MIN(a.first_at) AS first_at
    FROM (
        SELECT node, first_at FROM metrics.record_sessions
        UNION ALL
        SELECT node, first_at FROM metrics.record_touches
    ) AS a
    JOIN identity.record_customers AS c ON c.node = a.node
    GROUP BY c.customer_number
),
records AS (
    SELECT c.node, f.customer_number, f.first_at
    FROM firsts AS f
    JOIN identity.record_customers AS c ON c.customer_number = f.customer_number
),
-- A web session names its own campaign, so it goes before a marketing event of the same moment.
candidates AS (
    SELECT r.customer_number, 0 AS preference, s.source, COALESCE(s.device_id, '') || ' ' || COALESCE(s.session_id, '') AS event_id,
        s.touch_source, s.medium, s.campaign, s.started_at AS acquired_at
    FROM staging.sessions AS s
    JOIN records AS r ON r.node = s.node AND r.first_at = s.started_at
    UNION ALL
    SELECT r.customer_number, 1, t.source, t.event_id, t.touch_source, t.medium, t.campaign, t.occurred_at
    FROM staging.touches AS t
    JOIN records AS r ON r.node = t.node AND r.first_at = t.occurred_at
),
numbered AS (
    SELECT
        candidates.*,
        ROW_NUMBER() OVER (PARTITION BY customer_number ORDER BY preference, source, event_id) AS place
    FROM candidates
)
SELECT
    customer_number,
    COALESCE(touch_source, '(direct)') AS acquisition_source,
    CASE WHEN touch_source IS NULL THEN COALESCE(medium, '(none)') ELSE medium END AS acquisition_medium,
    campaign AS acquisition_campaign,
    acquired_at,
    source AS acquired_by
FROM numbered
WHERE place = 1
