-- Every opportunity as it stood at as_of, with its account and its amount in the reporting currency: an open one at the
-- rate of as_of, a closed one at that of its closing. One row per opportunity that existed then.
-- depends: staging.opportunities, staging.opportunity_stages, profile.item_accounts, profile.exchange_rates
-- setting: as_of, metrics_reporting_currency, engagement_stale_opportunity_days
-- column: source VARCHAR | The source's name.
-- column: opportunity_id VARCHAR | The opportunity's id.
-- column: account_id VARCHAR | The account; NULL when neither a company nor a person is known.
-- column: stage VARCHAR | Stage at as_of, as written.
-- column: stage_entered_at TIMESTAMP | In it since, UTC; NULL when the source does not say.
-- column: status VARCHAR | At as_of: open, won or lost.
-- column: reporting_amount DECIMAL(18,2) | Amount in the reporting currency; NULL without an amount or a rate.
-- column: is_unconverted BOOLEAN | It has an amount and no rate.
-- column: closed_at TIMESTAMP | Won or lost, UTC; NULL while open.
-- column: last_changed_at TIMESTAMP | Created, put into a stage or changed last, up to as_of, UTC.
-- column: is_stale BOOLEAN | Open, and unchanged for as many days as make it stale.
-- column: is_copy BOOLEAN | Another CRM holds it too; that one counts.
-- unique: source, opportunity_id
-- not_null: source, opportunity_id, status, is_unconverted, is_stale, is_copy
WITH stays AS (
    SELECT
        source, opportunity_id, stage, entered_at, is_closing, place,
        ROW_NUMBER() OVER (PARTITION BY source, opportunity_id
            ORDER BY COALESCE(entered_at <= $as_of, FALSE) DESC,
                CASE WHEN entered_at <= $as_of THEN -place ELSE place END) AS rank
    FROM staging.opportunity_stages
),
closings AS (
    SELECT source, opportunity_id, COALESCE(MAX(entered_at), TIMESTAMP '1900-01-01') AS closed_at
    FROM staging.opportunity_stages
    WHERE is_closing
    GROUP BY source, opportunity_id
),
dated AS (
    SELECT
        o.*, s.stage AS stage_then, s.entered_at AS stage_entered_at,
        -- Without any stage the row itself says when.
        CASE
            WHEN o.status = 'open' THEN NULL
            WHEN c.closed_at > TIMESTAMP '1900-01-01' THEN c.closed_at
            WHEN o.close_at > o.updated_at THEN o.updated_at
            ELSE COALESCE(o.close_at, o.updated_at, o.created_at)
        END AS closed_at
    FROM staging.opportunities AS o
    LEFT JOIN stays AS s ON s.source = o.source AND s.opportunity_id = o.opportunity_id AND s.rank = 1
    LEFT JOIN closings AS c ON c.source = o.source AND c.opportunity_id = o.opportunity_id
    WHERE COALESCE(o.created_at <= $as_of, TRUE)
),
stood AS (
    SELECT
        d.*,
        CASE WHEN closed_at > $as_of THEN 'open' ELSE status END AS status_then,
        CASE WHEN closed_at > $as_of OR closed_at IS NULL THEN $as_of ELSE closed_at END AS rated_at,
        GREATEST(
            COALESCE(created_at, TIMESTAMP '1900-01-01'),
            CASE WHEN updated_at <= $as_of THEN updated_at ELSE TIMESTAMP '1900-01-01' END,
            CASE WHEN stage_entered_at <= $as_of THEN stage_entered_at ELSE TIMESTAMP '1900-01-01' END
        ) AS changed_at
    FROM dated AS d
),
rated AS (
    SELECT
        s.*,
        CASE WHEN s.currency = $metrics_reporting_currency THEN CAST(1 AS DECIMAL(18, 9)) ELSE e.rate END AS rate,
        CASE WHEN s.changed_at > TIMESTAMP '1900-01-01' THEN s.changed_at END AS last_changed_at
    FROM stood AS s
    LEFT JOIN profile.exchange_rates AS e
        ON e.currency = s.currency AND CAST(s.rated_at AS DATE) >= e.valid_from AND CAST(s.rated_at AS DATE) < e.valid_to
)
SELECT
    r.source, r.opportunity_id, i.account_id, COALESCE(r.stage_then, r.stage) AS stage, r.stage_entered_at,
    r.status_then AS status,
    CAST(ROUND(CAST(r.amount AS DECIMAL(29, 3)) * r.rate, 2) AS DECIMAL(18, 2)) AS reporting_amount,
    r.amount IS NOT NULL AND r.rate IS NULL AS is_unconverted,
    CASE WHEN r.status_then <> 'open' THEN r.closed_at END AS closed_at,
    r.last_changed_at,
    COALESCE(r.status_then = 'open' AND DATE_DIFF('day', CAST(r.last_changed_at AS DATE), CAST($as_of AS DATE))
        >= $engagement_stale_opportunity_days, FALSE) AS is_stale,
    r.is_copy
FROM rated AS r
LEFT JOIN profile.item_accounts AS i
    ON i.kind = 'opportunity' AND i.source = r.source AND i.entity = r.entity AND i.item_id = r.opportunity_id
