-- The overall health of every account that health looks at. One row per account.
-- Weights count over known dimensions only; below health.min_coverage nothing is said. The change compares like with like:
-- dimensions known on both days, so that a feed that broke or came back moves no trend.
-- depends: health.facts, health.dimensions, health.dimension_rules
-- setting: health_min_coverage, health_critical_score, health_at_risk_score, health_trend_points, health_confidence_high, health_confidence_medium
-- column: account_id VARCHAR | The account.
-- column: score DECIMAL(5,2) | Weighted mean of its known dimensions, 0 to 100; NULL: too little is known.
-- column: status VARCHAR | critical, at_risk, healthy, or unknown.
-- column: trend VARCHAR | improving, stable, declining, or unknown: no earlier day, or too little known on both.
-- column: delta DECIMAL(6,2) | Points of change since compared_day, over dimensions known on both days.
-- column: compared_day DATE | The day compared with.
-- column: coverage DECIMAL(5,4) | Share of the weights of all signals that is known.
-- column: confidence DECIMAL(5,4) | The same share with stale dimensions counting less.
-- column: confidence_level VARCHAR | high, medium or low; low without a required dimension.
-- column: missing_dimensions VARCHAR | Dimensions of which nothing is known, joined by comma.
-- column: has_minimum_sources BOOLEAN | All required dimensions are known.
-- column: known_signals BIGINT | Signals that are known.
-- column: expected_signals BIGINT | Signals of all dimensions.
-- unique: account_id
-- not_null: account_id, status, trend, coverage, confidence, confidence_level, has_minimum_sources, known_signals
-- assert: score >= 0 and score <= 100 | a mean of scores
-- assert: (score is null) = (status = 'unknown') | unknown is said, not guessed
-- assert: confidence <= coverage | what is unknown or stale is not relied on
WITH weighed AS (
    SELECT
        d.account_id,
        SUM(CASE WHEN score IS NOT NULL THEN d.weight * score END) AS weighted,
        SUM(CASE WHEN score IS NOT NULL THEN d.weight END) AS known_weight,
        SUM(CASE WHEN delta IS NOT NULL THEN d.weight * delta END) AS weighted_delta,
        SUM(CASE WHEN delta IS NOT NULL THEN d.weight END) AS common_weight,
        SUM(d.weight * coverage) AS coverage,
        SUM(d.weight * confidence) AS confidence,
        SUM(known_signals) AS known_signals,
        SUM(expected_signals) AS expected_signals,
        MIN(compared_day) AS compared_day,
        MAX(CASE WHEN r.is_required AND score IS NULL THEN 1 ELSE 0 END) AS required_missing,
        STRING_AGG(CASE WHEN score IS NULL THEN d.dimension END, ', ' ORDER BY r.place) AS missing_dimensions
    FROM health.dimensions AS d
    JOIN health.dimension_rules AS r ON r.dimension = d.dimension
    GROUP BY d.account_id
),
scored AS (
    SELECT
        w.*,
        CASE
            WHEN coverage >= $health_min_coverage
                THEN CAST(ROUND(CAST(weighted AS DOUBLE) / CAST(known_weight AS DOUBLE), 2) AS DECIMAL(5, 2))
        END AS score,
        CASE
            WHEN coverage >= $health_min_coverage AND common_weight >= $health_min_coverage
                THEN CAST(ROUND(CAST(weighted_delta AS DOUBLE) / CAST(common_weight AS DOUBLE), 2) AS DECIMAL(6, 2))
        END AS delta
    FROM weighed AS w
)
SELECT
    f.account_id,
    s.score,
    CASE
        WHEN s.score < $health_critical_score THEN 'critical'
        WHEN s.score < $health_at_risk_score THEN 'at_risk'
        WHEN s.score IS NOT NULL THEN 'healthy'
        ELSE 'unknown'
    END AS status,
    CASE
        WHEN s.delta >= $health_trend_points THEN 'improving'
        WHEN s.delta <= -$health_trend_points THEN 'declining'
        WHEN s.delta IS NOT NULL THEN 'stable'
        ELSE 'unknown'
    END AS trend,
    s.delta,
    s.compared_day,
    CAST(COALESCE(s.coverage, 0) AS DECIMAL(5, 4)) AS coverage,
    CAST(COALESCE(s.confidence, 0) AS DECIMAL(5, 4)) AS confidence,
    CASE
        WHEN COALESCE(s.required_missing, 1) = 1 OR s.confidence < $health_confidence_medium THEN 'low'
        WHEN s.confidence < $health_confidence_high THEN 'medium'
        ELSE 'high'
    END AS confidence_level,
    s.missing_dimensions,
    COALESCE(s.required_missing, 1) = 0 AS has_minimum_sources,
    CAST(COALESCE(s.known_signals, 0) AS BIGINT) AS known_signals,
    CAST(s.expected_signals AS BIGINT) AS expected_signals
FROM health.facts AS f
LEFT JOIN scored AS s ON s.account_id = f.account_id
