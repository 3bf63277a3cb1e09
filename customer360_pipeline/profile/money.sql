-- Every amount that was taken from or given back to a payer, each converted at the rate of its own day. One row per
-- succeeded charge, settled refund and lost dispute. A charge's own `amount_refunded` counts only where the extract
-- has no refund object of that charge, so that no refund is counted twice.
-- depends: staging.charges, staging.refunds, staging.disputes, profile.exchange_rates
-- setting: metrics_reporting_currency, as_of
-- column: source VARCHAR | Source.
-- column: movement VARCHAR | charge, refund or dispute (a lost one).
-- column: movement_id VARCHAR | The source's id of it; for a refund known from its charge alone, `of ` and the charge's id.
-- column: charge_id VARCHAR | The charge it belongs to.
-- column: node INTEGER | Record that paid; NULL when nothing identifies the payer.
-- column: amount DECIMAL(18,3) | Signed, major units of `currency`: charges positive, refunds and disputes negative.
-- column: currency VARCHAR | ISO 4217 code.
-- column: occurred_at TIMESTAMP | When, UTC.
-- column: reporting_amount DECIMAL(18,2) | `amount` in the reporting currency, half a cent away from zero; NULL without a rate.
-- column: status VARCHAR | counted; no_rate (no exchange rate for the day); after_as_of (not happened yet); no_charge (its charge is not among the succeeded ones).
-- unique: source, movement, movement_id
-- not_null: source, movement, movement_id, amount, status
-- assert: movement <> 'charge' or amount >= 0 | a charge takes money
-- assert: movement = 'charge' or amount <= 0 | a refund or dispute gives it back
WITH charges AS (
    SELECT source, charge_id, node, COALESCE(amount_captured, amount) AS amount, amount_refunded, currency, occurred_at
    FROM staging.charges
    WHERE is_succeeded
),
refunded_by_object AS (
    SELECT DISTINCT source, charge_id FROM staging.refunds WHERE charge_id IS NOT NULL
),
movements AS (
    SELECT source, 'charge' AS movement, charge_id AS movement_id, charge_id, node, amount, currency, occurred_at,
        TRUE AS has_charge
    FROM charges
    UNION ALL
    SELECT r.source, 'refund', r.refund_id, r.charge_id, COALESCE(c.node, r.node), -r.amount,
        COALESCE(r.currency, c.currency), r.occurred_at, c.charge_id IS NOT NULL
    FROM staging.refunds AS r
    LEFT JOIN charges AS c ON c.source = r.source AND c.charge_id = r.charge_id
    WHERE r.is_settled
    UNION ALL
    SELECT c.source, 'refund', 'of ' || c.charge_id, c.charge_id, c.node, -c.amount_refunded, c.currency, c.occurred_at, TRUE
    FROM charges AS c
    LEFT JOIN refunded_by_object AS o ON o.source = c.source AND o.charge_id = c.charge_id
    WHERE c.amount_refunded > 0 AND o.charge_id IS NULL
    UNION ALL
    SELECT d.source, 'dispute', d.dispute_id, d.charge_id, COALESCE(c.node, d.node), -d.amount,
        COALESCE(d.currency, c.currency), d.occurred_at, c.charge_id IS NOT NULL
    FROM staging.disputes AS d
    LEFT JOIN charges AS c ON c.source = d.source AND c.charge_id = d.charge_id
    WHERE d.is_lost
),
rated AS (
    SELECT m.*, CASE WHEN m.currency = $metrics_reporting_currency THEN CAST(1 AS DECIMAL(18, 9)) ELSE e.rate END AS rate
    FROM movements AS m
    LEFT JOIN profile.exchange_rates AS e
        ON e.currency = m.currency
        AND CAST(m.occurred_at AS DATE) >= e.valid_from
        AND CAST(m.occurred_at AS DATE) < e.valid_to
)
SELECT
    source,
    movement,
    movement_id,
    charge_id,
    node,
    CAST(amount AS DECIMAL(18, 3)) AS amount,
    currency,
    occurred_at,
    -- Wide before it is multiplied: the product of two DECIMAL(18) overflows below a million.
    -- A reporting currency without cents is rounded to whole units. Each branch is cast by itself: the common type of
    -- two wide decimals loses digits of the scale.
    CASE
        WHEN $metrics_reporting_currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF',
            'UGX', 'VND', 'VUV', 'XAF', 'XOF', 'XPF') THEN CAST(ROUND(CAST(amount AS DECIMAL(29, 3)) * rate, 0) AS DECIMAL(18, 2))
        ELSE CAST(ROUND(CAST(amount AS DECIMAL(29, 3)) * rate, 2) AS DECIMAL(18, 2))
    END AS reporting_amount,
    CASE
        WHEN NOT has_charge THEN 'no_charge'
        WHEN occurred_at > $as_of THEN 'after_as_of'
        WHEN rate IS NULL THEN 'no_rate'
        ELSE 'counted'
    END AS status
FROM rated
