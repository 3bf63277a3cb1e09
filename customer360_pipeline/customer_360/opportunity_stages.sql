-- The stages that each opportunity went through up to as_of. One row per opportunity and stay in a stage.
-- depends: staging.opportunity_stages, metrics.opportunities, profile.clock
-- column: source VARCHAR | Source.
-- column: opportunity_id VARCHAR | The opportunity.
-- column: account_id VARCHAR | Its account.
-- column: place BIGINT | Place in the order of time, from 1.
-- column: stage VARCHAR | Stage, as written.
-- column: basis VARCHAR | history, or present (the source tells only of today).
-- column: entered_at TIMESTAMP | Entered, UTC; NULL when the source does not say.
-- column: left_at TIMESTAMP | Left, UTC; NULL: still in it at as_of.
-- column: days BIGINT | Days in it, up to as_of.
-- unique: source, opportunity_id, place
-- not_null: source, opportunity_id, place, stage, basis
-- assert: days >= 0 | nobody leaves before he came
SELECT
    s.source, s.opportunity_id, m.account_id, s.place, s.stage, s.basis, s.entered_at,
    CASE WHEN s.left_at <= k.as_of THEN s.left_at END AS left_at,
    CAST(DATE_DIFF('day', CAST(s.entered_at AS DATE),
        CAST(CASE WHEN s.left_at <= k.as_of THEN s.left_at ELSE k.as_of END AS DATE)) AS BIGINT) AS days
FROM staging.opportunity_stages AS s
JOIN metrics.opportunities AS m ON m.source = s.source AND m.opportunity_id = s.opportunity_id
CROSS JOIN profile.clock AS k
WHERE COALESCE(s.entered_at <= k.as_of, TRUE)
