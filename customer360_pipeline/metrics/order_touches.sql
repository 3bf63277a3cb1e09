-- Which touches led to which order, in their order, each with its weights. One row per order and touch within
-- `attribution.lookback_days` before it. Weights are whole numbers, so that cents can be shared out exactly.
-- depends: metrics.orders, metrics.channel_touches
-- setting: attribution_lookback_days, attribution_half_life_days, attribution_first_percent, attribution_last_percent, attribution_is_direct_credited
-- column: source VARCHAR | Source of the charge.
-- column: charge_id VARCHAR | The charge.
-- column: node INTEGER | The record that paid.
-- column: customer_number INTEGER | The customer.
-- column: channel_source VARCHAR | Traffic source.
-- column: channel_medium VARCHAR | Medium.
-- column: channel_campaign VARCHAR | Campaign.
-- column: cents BIGINT | What the order brought, in hundredths of the reporting currency.
-- column: place BIGINT | Place of the touch, from 1.
-- column: touches BIGINT | Touches of the order.
-- column: decay_weight BIGINT | Halves every `attribution.half_life_days`; a million on the day of the last touch.
-- column: position_weight BIGINT | First, last and those between, by `attribution.first_percent` and `last_percent`.
-- unique: source, charge_id, node, place
-- not_null: source, charge_id, node, customer_number, channel_source, cents, place, touches, decay_weight, position_weight
-- assert: place <= touches | counted from 1 without a gap
WITH led AS (
    SELECT
        o.source, o.charge_id, o.node, o.customer_number, o.net_amount,
        t.channel_source, t.channel_medium, t.channel_campaign, t.touched_at, t.is_direct,
        DATE_DIFF('day', CAST(t.touch_date AS DATE), CAST(o.ordered_at AS DATE)) AS age_days,
        MIN(CASE WHEN t.is_direct THEN 1 ELSE 0 END) OVER (PARTITION BY o.source, o.charge_id, o.node) AS is_all_direct
    FROM metrics.orders AS o
    JOIN metrics.channel_touches AS t
        ON t.customer_number = o.customer_number
        AND t.touched_at <= o.ordered_at
        AND DATE_DIFF('day', CAST(t.touch_date AS DATE), CAST(o.ordered_at AS DATE)) <= $attribution_lookback_days
),
placed AS (
    SELECT
        l.*,
        ROW_NUMBER() OVER (
            PARTITION BY source, charge_id, node
            ORDER BY touched_at, channel_source, channel_medium NULLS FIRST, channel_campaign NULLS FIRST
        ) AS place,
        COUNT(*) OVER (PARTITION BY source, charge_id, node) AS touches,
        MIN(age_days) OVER (PARTITION BY source, charge_id, node) AS youngest_days
    FROM led AS l
    WHERE NOT is_direct OR is_all_direct = 1 OR $attribution_is_direct_credited
)
SELECT
    source, charge_id, node, customer_number, channel_source, channel_medium, channel_campaign,
    CAST(net_amount * 100 AS BIGINT) AS cents,
    place,
    touches,
    CAST(ROUND(1000000 * POW(
        CAST(2 AS DOUBLE), CAST(youngest_days - age_days AS DOUBLE) / CAST($attribution_half_life_days AS DOUBLE)
    ), 0) AS BIGINT) AS decay_weight,
    CAST(CASE
        WHEN touches <= 2 AND place = 1 THEN $attribution_first_percent
        WHEN touches = 2 THEN $attribution_last_percent
        WHEN place = 1 THEN $attribution_first_percent * (touches - 2)
        WHEN place = touches THEN $attribution_last_percent * (touches - 2)
        ELSE 100 - $attribution_first_percent - $attribution_last_percent
    END AS BIGINT) AS position_weight
FROM placed
