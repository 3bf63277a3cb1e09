-- What each touch earned of the order it led to, by five models, in whole cents. One row per order and touch. Rounding is by
-- largest remainder: every share is rounded down, and the cents left over go one each to the largest remainders (the
-- earlier touch of two), so that an order's shares add up to it. A loss is shared out like a gain.
-- depends: metrics.order_touches
-- column: source VARCHAR | Source of the charge.
-- column: charge_id VARCHAR | The charge.
-- column: node INTEGER | The record that paid.
-- column: customer_number INTEGER | The customer.
-- column: channel_source VARCHAR | Traffic source.
-- column: channel_medium VARCHAR | Medium.
-- column: channel_campaign VARCHAR | Campaign.
-- column: place BIGINT | Place of the touch, from 1.
-- column: first_touch BIGINT | Cents when the first touch gets all.
-- column: last_touch BIGINT | Cents when the last one does.
-- column: linear BIGINT | Cents when all get the same.
-- column: time_decay BIGINT | Cents when later ones get more.
-- column: position_based BIGINT | Cents when the first and the last get most.
-- materialized: view
WITH totals AS (
    SELECT
        t.*,
        ABS(cents) AS whole,
        CAST(SUM(decay_weight) OVER (PARTITION BY source, charge_id, node) AS BIGINT) AS decay_total,
        CAST(SUM(position_weight) OVER (PARTITION BY source, charge_id, node) AS BIGINT) AS position_total
    FROM metrics.order_touches AS t
),
-- whole * weight can exceed 64 bits: what divides evenly goes by itself, only the rest is multiplied before it is divided.
multiplied AS (
    SELECT
        t.*,
        CAST(ROUND(CAST(whole - whole % decay_total AS DOUBLE) / decay_total, 0) AS BIGINT) * decay_weight AS decay_even,
        (whole % decay_total) * decay_weight AS decay_rest,
        CAST(ROUND(CAST(whole - whole % position_total AS DOUBLE) / position_total, 0) AS BIGINT) * position_weight AS position_even,
        (whole % position_total) * position_weight AS position_rest
    FROM totals AS t
),
divided AS (
    SELECT
        m.*,
        decay_even + CAST(ROUND(CAST(decay_rest - decay_rest % decay_total AS DOUBLE) / decay_total, 0) AS BIGINT) AS decay_floor,
        position_even
            + CAST(ROUND(CAST(position_rest - position_rest % position_total AS DOUBLE) / position_total, 0) AS BIGINT) AS position_floor,
        ROW_NUMBER() OVER (PARTITION BY source, charge_id, node ORDER BY decay_rest % decay_total DESC, place) AS decay_rank,
        ROW_NUMBER() OVER (PARTITION BY source, charge_id, node ORDER BY position_rest % position_total DESC, place) AS position_rank
    FROM multiplied AS m
),
left_over AS (
    SELECT
        d.*,
        whole - SUM(decay_floor) OVER (PARTITION BY source, charge_id, node) AS decay_left,
        whole - SUM(position_floor) OVER (PARTITION BY source, charge_id, node) AS position_left
    FROM divided AS d
)
SELECT
    source, charge_id, node, customer_number, channel_source, channel_medium, channel_campaign, place,
    CASE WHEN place = 1 THEN cents ELSE 0 END AS first_touch,
    CASE WHEN place = touches THEN cents ELSE 0 END AS last_touch,
    CAST(SIGN(cents) * (
        ROUND(CAST(whole - whole % touches AS DOUBLE) / touches, 0) + CASE WHEN place <= whole % touches THEN 1 ELSE 0 END
    ) AS BIGINT) AS linear,
    CAST(SIGN(cents) * (decay_floor + CASE WHEN decay_rank <= decay_left THEN 1 ELSE 0 END) AS BIGINT) AS time_decay,
    CAST(SIGN(cents) * (position_floor + CASE WHEN position_rank <= position_left THEN 1 ELSE 0 END) AS BIGINT) AS position_based
FROM left_over
