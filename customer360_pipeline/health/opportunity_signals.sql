-- Where an account may be ready for more. One row per account and opportunity. A value is given where the rows give one:
-- what is used beyond what is paid for, at the account's mean price per seat, and amounts of opportunities. What nobody
-- knows is not estimated.
-- depends: health.facts, health.usage_facts, health.finding_rules, health.source_times, metrics.account_pipeline, metrics.opportunities
-- setting: as_of, health_expansion_seat_ratio, health_upsell_min_depth, health_inferred_confidence, health_stale_confidence
-- column: account_id VARCHAR | The account.
-- column: opportunity VARCHAR | expansion, upsell or stale_opportunity.
-- column: signal VARCHAR | What was found, in words.
-- column: measured DOUBLE | What was measured.
-- column: threshold DOUBLE | What it was compared with.
-- column: unit VARCHAR | Unit of both.
-- column: value DECIMAL(18,2) | Reporting currency: of a year for an expansion, the amounts of stale opportunities; NULL where no row gives one.
-- column: value_basis VARCHAR | How the value was computed; NULL without one.
-- column: recommendation VARCHAR | What to do about it.
-- column: action VARCHAR | The action it asks for.
-- column: kind VARCHAR | derived, or inferred: another reading is possible.
-- column: confidence DECIMAL(5,4) | 1 for what is derived from fresh facts; less when inferred or stale.
-- column: evidence_table VARCHAR | Published table that holds the rows behind it.
-- column: evidence_rows VARCHAR | Condition on that table that finds them.
-- unique: account_id, opportunity
-- not_null: account_id, opportunity, signal, measured, threshold, unit, recommendation, action, kind, confidence, evidence_table
-- assert: value > 0 | an opportunity is worth something, or nobody knows
WITH stale AS (
    SELECT account_id, CAST(SUM(reporting_amount) AS DECIMAL(18, 2)) AS amount
    FROM metrics.opportunities
    WHERE is_stale AND NOT is_copy
    GROUP BY account_id
),
found AS (
    SELECT
        u.account_id,
        'expansion' AS opportunity,
        CAST(CAST(ROUND(100 * u.seats_in_use, 0) AS BIGINT) AS VARCHAR) || ' % of ' || CAST(u.seats AS VARCHAR)
            || ' seats are used' AS signal,
        u.seats_in_use AS measured,
        CAST($health_expansion_seat_ratio AS DOUBLE) AS threshold,
        CASE
            WHEN u.used_seats > u.seats AND u.seats > 0 AND f.arr > 0 THEN CAST(ROUND(
                CAST(f.arr AS DOUBLE) / CAST(u.seats AS DOUBLE) * CAST(u.used_seats - u.seats AS DOUBLE), 2
            ) AS DECIMAL(18, 2))
        END AS value,
        'recurring revenue per seat x seats used beyond those paid for' AS basis
    FROM health.usage_facts AS u
    JOIN health.facts AS f ON f.account_id = u.account_id
    WHERE u.seats_in_use >= $health_expansion_seat_ratio
    UNION ALL
    SELECT
        account_id, 'upsell', 'Used regularly, but not yet: ' || unused_features, usage_depth,
        CAST($health_upsell_min_depth AS DOUBLE), CAST(NULL AS DECIMAL(18, 2)), NULL
    FROM health.usage_facts
    WHERE unused_count > 0 AND usage_depth >= $health_upsell_min_depth
    UNION ALL
    SELECT
        p.account_id, 'stale_opportunity',
        CAST(stale_opportunities AS VARCHAR)
            || CASE WHEN stale_opportunities = 1 THEN ' open opportunity has' ELSE ' open opportunities have' END
            || ' not changed for up to '
            || CAST(DATE_DIFF('day', CAST(oldest_stale_at AS DATE), CAST($as_of AS DATE)) AS VARCHAR) || ' days',
        CAST(stale_opportunities AS DOUBLE), 0, CASE WHEN s.amount > 0 THEN s.amount END,
        'amounts of the opportunities'
    FROM metrics.account_pipeline AS p
    LEFT JOIN stale AS s ON s.account_id = p.account_id
    WHERE stale_opportunities > 0
)
SELECT
    f.account_id,
    f.opportunity,
    f.signal,
    f.measured,
    f.threshold,
    r.unit,
    f.value,
    CASE WHEN f.value IS NOT NULL THEN f.basis END AS value_basis,
    r.recommendation,
    r.action,
    r.kind,
    CAST(ROUND(
        CASE WHEN r.kind = 'inferred' THEN $health_inferred_confidence ELSE 1 END
        * CASE WHEN t.is_stale THEN $health_stale_confidence ELSE 1 END, 4
    ) AS DECIMAL(5, 4)) AS confidence,
    r.evidence_table,
    REPLACE(r.evidence_rows, '{account_id}', f.account_id) AS evidence_rows
FROM found AS f
JOIN health.finding_rules AS r ON r.finding = f.opportunity
LEFT JOIN health.source_times AS t ON t.dimension = r.dimension
