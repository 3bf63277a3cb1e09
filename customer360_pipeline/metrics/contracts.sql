-- Each subscription as a contract that is renewed at the end of every period, or not. One row per subscription that ever counted
-- as recurring revenue. The present period ends when the subscription says; where it does not, periods are told from days.
-- depends: metrics.arr_terms, metrics.subscription_prices, metrics.subscription_lines, metrics.subscriptions_as_of, profile.exchange_rates
-- setting: as_of, metrics_reporting_currency
-- column: source VARCHAR | The source's name.
-- column: subscription_id VARCHAR | The subscription.
-- column: node INTEGER | The record that pays; NULL when the source no longer holds it.
-- column: periods_a_year DOUBLE | 12: monthly, 1: yearly; NULL when no price or invoice says.
-- column: begun_at TIMESTAMP | Counts from then, UTC.
-- column: ended_at TIMESTAMP | Counted until then, UTC; NULL: open at as_of.
-- column: period BIGINT | The period, from 1, in which it is at as_of; of one that ended, the last one.
-- column: will_end BOOLEAN | Open, and its end was asked for by as_of: it is not renewed again.
-- column: days_to_renewal BIGINT | Days until its present period ends; NULL for one that ended.
-- column: amount DECIMAL(18,2) | What a period pays now, in the reporting currency at the rate of as_of; NULL without one, or for one that ended.
-- unique: source, subscription_id
-- not_null: source, subscription_id, begun_at, will_end
-- assert: period >= 1 | counted from 1
-- assert: days_to_renewal >= 0 | a period ends in the future
WITH spans AS (
    SELECT
        t.source, t.subscription_id, MIN(t.node) AS node, MIN(t.valid_from) AS begun_at, MIN(t.currency) AS currency,
        CASE WHEN SUM(CASE WHEN t.valid_to IS NULL THEN 1 ELSE 0 END) = 0 THEN MAX(t.valid_to) END AS ended_at,
        SUM(CASE WHEN t.valid_to IS NULL THEN t.arr END) AS arr
    FROM metrics.arr_terms AS t
    WHERE t.arr > 0
    GROUP BY t.source, t.subscription_id
),
periods AS (
    SELECT source, subscription_id, COALESCE(MAX(priced), MAX(billed)) AS periods_a_year
    FROM (
        SELECT source, subscription_id, periods_a_year AS priced, NULL AS billed
        FROM metrics.subscription_prices
        WHERE NOT is_metered
        UNION ALL
        SELECT source, subscription_id, NULL, periods_a_year
        FROM metrics.subscription_lines
        WHERE NOT is_proration AND NOT is_metered
    ) AS p
    GROUP BY source, subscription_id
),
aged AS (
    SELECT
        s.*, p.periods_a_year,
        DATE_DIFF('day', CAST(s.begun_at AS DATE), CAST(COALESCE(s.ended_at, $as_of) AS DATE)) AS days,
        -- A period that began after as_of says nothing of that day.
        CASE
            WHEN s.ended_at IS NULL AND u.period_start_at <= $as_of AND u.period_end_at > $as_of
                THEN DATE_DIFF('day', CAST($as_of AS DATE), CAST(u.period_end_at AS DATE))
        END AS days_left,
        s.ended_at IS NULL AND u.ends_at IS NOT NULL AS will_end
    FROM spans AS s
    LEFT JOIN periods AS p ON p.source = s.source AND p.subscription_id = s.subscription_id
    LEFT JOIN metrics.subscriptions_as_of AS u ON u.source = s.source AND u.subscription_id = s.subscription_id
),
placed AS (
    SELECT
        a.*,
        CAST(CASE
            -- Three days' grace: months differ in length.
            WHEN ended_at IS NULL AND days_left IS NULL THEN FLOOR(
                days * periods_a_year / CAST(365.25 AS DOUBLE)
                + CASE WHEN periods_a_year > 12 THEN 0.1 ELSE periods_a_year / CAST(120 AS DOUBLE) END
            ) + 1
            WHEN (days + COALESCE(days_left, 0)) * periods_a_year < 365.25 THEN 1
            ELSE CEIL((days + COALESCE(days_left, 0)) * periods_a_year / CAST(365.25 AS DOUBLE) - 0.1)
        END AS BIGINT) AS period
    FROM aged AS a
)
SELECT
    p.source, p.subscription_id, p.node, p.periods_a_year, p.begun_at, p.ended_at, p.period, p.will_end,
    CAST(CASE
        WHEN p.days_left IS NOT NULL THEN p.days_left
        WHEN p.ended_at IS NULL AND p.period * 365.25 / p.periods_a_year > p.days
            THEN ROUND(p.period * CAST(365.25 AS DOUBLE) / p.periods_a_year, 0) - p.days
        WHEN p.ended_at IS NULL THEN 0
    END AS BIGINT) AS days_to_renewal,
    CAST(ROUND(
        CAST(p.arr AS DOUBLE) / p.periods_a_year
        * CASE WHEN p.currency = $metrics_reporting_currency THEN 1 ELSE CAST(r.rate AS DOUBLE) END, 2
    ) AS DECIMAL(18, 2)) AS amount
FROM placed AS p
LEFT JOIN profile.exchange_rates AS r
    ON r.currency = p.currency AND CAST($as_of AS DATE) >= r.valid_from AND CAST($as_of AS DATE) < r.valid_to
