-- Every signal of the health of every account of which any signal is known, with what its points rest on. One row per account
-- and signal.
-- depends: health.signals
-- materialized: view
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
SELECT
    account_id,
    dimension,
    signal,
    value,
    unit,
    points,
    weight,
    is_known,
    unknown_because,
    kind,
    evidence_table,
    evidence_rows,
    source_at,
    is_stale
FROM health.signals
