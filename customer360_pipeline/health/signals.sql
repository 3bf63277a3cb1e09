-- Every signal of every account of which any signal is known, those unknown included. One row per account and signal.
-- depends: health.signal_values, health.signal_rules, health.curves, health.source_times
-- column: account_id VARCHAR | The account.
-- column: dimension VARCHAR | usage, engagement, support, commercial or outcome.
-- column: signal VARCHAR | Signal.
-- column: value DOUBLE | Its raw value; NULL: unknown.
-- column: unit VARCHAR | Unit of the value.
-- column: points DECIMAL(5,2) | What the value is worth by the signal's curve, 0 to 100; NULL: unknown.
-- column: weight DECIMAL(9,6) | The signal's share of its dimension.
-- column: is_known BOOLEAN | It has a value.
-- column: unknown_because VARCHAR | source_not_read, or nothing_to_measure: the source was read and says nothing of the account.
-- column: kind VARCHAR | derived: computed from observed facts by a documented formula.
-- column: evidence_table VARCHAR | Published table that holds the rows behind it.
-- column: evidence_rows VARCHAR | Condition on that table that finds them.
-- column: source_at TIMESTAMP | Newest fact of the sources of the dimension, UTC.
-- column: is_stale BOOLEAN | It is older than the dimension allows.
-- unique: account_id, signal
-- not_null: account_id, dimension, signal, unit, weight, is_known, kind, evidence_table, evidence_rows, is_stale
-- assert: points >= 0 and points <= 100 | points lie on a curve
-- assert: is_known = (points is not null) | every known value is worth something
WITH accounts AS (
    SELECT DISTINCT account_id FROM health.signal_values
),
pointed AS (
    SELECT
        v.account_id, v.signal, v.value,
        CAST(ROUND(c.start_points + (v.value - c.start_value) * c.slope, 2) AS DECIMAL(5, 2)) AS points
    FROM health.signal_values AS v
    JOIN health.curves AS c
        ON c.signal = v.signal
        AND (c.from_value IS NULL OR v.value >= c.from_value)
        AND (c.to_value IS NULL OR v.value < c.to_value)
)
SELECT
    a.account_id,
    r.dimension,
    r.signal,
    p.value,
    r.unit,
    p.points,
    r.weight,
    p.value IS NOT NULL AS is_known,
    CASE
        WHEN p.value IS NOT NULL THEN NULL
        WHEN t.is_read THEN 'nothing_to_measure'
        ELSE 'source_not_read'
    END AS unknown_because,
    'derived' AS kind,
    r.evidence_table,
    REPLACE(r.evidence_rows, '{account_id}', a.account_id) AS evidence_rows,
    t.last_at AS source_at,
    t.is_stale
FROM accounts AS a
CROSS JOIN health.signal_rules AS r
JOIN health.source_times AS t ON t.dimension = r.dimension
LEFT JOIN pointed AS p ON p.account_id = a.account_id AND p.signal = r.signal
