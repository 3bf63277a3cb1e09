-- The five dimensions of the health of every account that has a known signal. One row per account and dimension.
-- depends: health.dimensions
-- materialized: view
-- column: account_id VARCHAR | The account.
-- column: dimension VARCHAR | usage, engagement, support, commercial or outcome.
-- column: score DECIMAL(5,2) | Weighted mean of the points of its known signals; NULL: none is known.
-- column: weight DECIMAL(9,6) | Its configured share of the overall score.
-- column: effective_weight DECIMAL(9,6) | Its share where only known dimensions count; NULL: unknown.
-- column: coverage DECIMAL(5,4) | Share of its signals' weights that is known.
-- column: confidence DECIMAL(5,4) | The coverage, times health.stale_confidence when its newest fact is stale.
-- column: known_signals BIGINT | Signals that are known.
-- column: expected_signals BIGINT | Signals it has.
-- column: is_incomplete BOOLEAN | More than health.max_missing_ratio of its signals are unknown.
-- column: source_at TIMESTAMP | Newest fact of its sources, UTC.
-- column: is_stale BOOLEAN | That is older than the dimension allows.
-- column: trend VARCHAR | improving, stable or declining against compared_day; unknown: there is none, or one of the scores is unknown.
-- column: delta DECIMAL(6,2) | Points of change since then.
-- column: compared_day DATE | The day compared with.
-- unique: account_id, dimension
-- not_null: account_id, dimension, weight, coverage, confidence, known_signals, expected_signals, is_incomplete, is_stale, trend
SELECT
    account_id,
    dimension,
    score,
    weight,
    effective_weight,
    coverage,
    confidence,
    known_signals,
    expected_signals,
    is_incomplete,
    source_at,
    is_stale,
    trend,
    delta,
    compared_day
FROM health.dimensions
