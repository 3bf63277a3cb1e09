-- When customers who ordered met which channel: the web sessions and marketing events up to as_of that can have led to an
-- order. What one channel did on one day is one touch, however many events it left. One row per customer, day and
-- channel.
-- depends: metrics.orders, staging.sessions, staging.touches, identity.record_customers
-- setting: as_of, attribution_uncredited_events
-- column: customer_number INTEGER | The customer.
-- column: touch_date DATE | Day, UTC.
-- column: channel_source VARCHAR | Traffic source; (direct) where none is named.
-- column: channel_medium VARCHAR | Medium; (none) for a direct visit.
-- column: channel_campaign VARCHAR | Campaign.
-- column: touched_at TIMESTAMP | First event of the day, UTC.
-- column: is_direct BOOLEAN | A direct visit.
-- unique: customer_number, touch_date, channel_source, channel_medium, channel_campaign
-- not_null: customer_number, touch_date, channel_source, touched_at, is_direct
WITH buyers AS (
    SELECT r.node, r.customer_number
    FROM (SELECT DISTINCT customer_number FROM metrics.orders) AS o
    JOIN identity.record_customers AS r ON r.customer_number = o.customer_number
),
events AS (
    SELECT b.customer_number, s.touch_source, s.medium, s.campaign, s.started_at AS occurred_at
    FROM staging.sessions AS s
    JOIN buyers AS b ON b.node = s.node
    WHERE s.started_at <= $as_of
    UNION ALL
    SELECT b.customer_number, t.touch_source, t.medium, t.campaign, t.occurred_at
    FROM staging.touches AS t
    JOIN buyers AS b ON b.node = t.node
    WHERE t.occurred_at <= $as_of
        AND NOT CONTAINS(',' || $attribution_uncredited_events || ',', ',' || LOWER(COALESCE(t.event_type, '')) || ',')
),
named AS (
    SELECT
        customer_number,
        occurred_at,
        COALESCE(touch_source, '(direct)') AS channel_source,
        CASE WHEN COALESCE(touch_source, '(direct)') = '(direct)' THEN COALESCE(medium, '(none)') ELSE medium END AS channel_medium,
        campaign AS channel_campaign
    FROM events
)
SELECT
    customer_number,
    CAST(occurred_at AS DATE) AS touch_date,
    channel_source,
    channel_medium,
    channel_campaign,
    MIN(occurred_at) AS touched_at,
    channel_source = '(direct)' AS is_direct
FROM named
GROUP BY customer_number, CAST(occurred_at AS DATE), channel_source, channel_medium, channel_campaign
