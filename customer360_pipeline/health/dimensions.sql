-- The five dimensions of every account that has a known signal. One row per account and dimension.
-- depends: health.signals, health.dimension_rules, health.source_times, health.earlier_scores
-- setting: health_max_missing_ratio, health_trend_points, health_stale_confidence
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
-- assert: score >= 0 and score <= 100 | a mean of points
-- assert: coverage >= 0 and coverage <= 1 | a share
-- assert: confidence <= coverage | what is unknown or stale is not relied on
-- assert: (score is null) = (effective_weight is null) | what is unknown counts neither as 0 nor as 100
WITH summed AS (
    SELECT
        account_id,
        dimension,
        SUM(CASE WHEN is_known THEN points * weight END) AS weighted,
        SUM(CASE WHEN is_known THEN weight ELSE 0 END) AS known_weight,
        COUNT(CASE WHEN is_known THEN 1 END) AS known_signals,
        COUNT(*) AS expected_signals
    FROM health.signals
    GROUP BY account_id, dimension
),
scored AS (
    SELECT
        s.*,
        r.weight,
        CAST(ROUND(CAST(weighted AS DOUBLE) / CAST(NULLIF(known_weight, 0) AS DOUBLE), 2) AS DECIMAL(5, 2)) AS score,
        CAST(CASE WHEN known_weight > 1 THEN 1 ELSE known_weight END AS DECIMAL(5, 4)) AS coverage,
        SUM(CASE WHEN known_weight > 0 THEN r.weight ELSE 0 END) OVER (PARTITION BY s.account_id) AS known_dimensions
    FROM summed AS s
    JOIN health.dimension_rules AS r ON r.dimension = s.dimension
)
SELECT
    s.account_id,
    s.dimension,
    s.score,
    s.weight,
    CASE
        WHEN s.score IS NOT NULL
            THEN CAST(ROUND(CAST(s.weight AS DOUBLE) / CAST(NULLIF(s.known_dimensions, 0) AS DOUBLE), 6) AS DECIMAL(9, 6))
    END AS effective_weight,
    s.coverage,
    CAST(ROUND(
        CAST(s.coverage AS DOUBLE) * CASE WHEN t.is_stale THEN $health_stale_confidence ELSE 1 END, 4
    ) AS DECIMAL(5, 4)) AS confidence,
    s.known_signals,
    s.expected_signals,
    s.expected_signals - s.known_signals > $health_max_missing_ratio * s.expected_signals AS is_incomplete,
    t.last_at AS source_at,
    t.is_stale,
    CASE
        WHEN s.score - e.score >= $health_trend_points THEN 'improving'
        WHEN e.score - s.score >= $health_trend_points THEN 'declining'
        WHEN s.score - e.score IS NOT NULL THEN 'stable'
        ELSE 'unknown'
    END AS trend,
    CAST(s.score - e.score AS DECIMAL(6, 2)) AS delta,
    e.day AS compared_day
FROM scored AS s
JOIN health.source_times AS t ON t.dimension = s.dimension
LEFT JOIN health.earlier_scores AS e ON e.account_id = s.account_id AND e.dimension = s.dimension
