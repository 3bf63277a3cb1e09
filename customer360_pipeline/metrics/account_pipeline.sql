-- What may be sold to each account, and what was sold and lost. One row per account with an opportunity at as_of. Money is
-- in the reporting currency; what another CRM holds too counts once.
-- depends: metrics.opportunities, staging.opportunities
-- setting: as_of
-- column: account_id VARCHAR | The account.
-- column: open_opportunities BIGINT | Open ones.
-- column: open_value DECIMAL(18,2) | Their amounts; NULL when none of them has one that can be converted.
-- column: weighted_value DECIMAL(18,2) | Amounts times probabilities; NULL when none of them has both.
-- column: won_12m BIGINT | Won in the 365 days before as_of.
-- column: won_value_12m DECIMAL(18,2) | Their amounts; NULL when none of them has one that can be converted.
-- column: lost_12m BIGINT | Lost in the 365 days before as_of.
-- column: win_rate DECIMAL(9,4) | Won of those won or lost in 365 days; NULL without any.
-- column: avg_deal_value DECIMAL(18,2) | Mean amount of those won in 365 days.
-- column: stale_opportunities BIGINT | Open ones that have not changed for long.
-- column: oldest_stale_at TIMESTAMP | The earliest last change of them, UTC.
-- column: next_close_at TIMESTAMP | The next expected close of an open one from as_of on, UTC.
-- column: past_close_opportunities BIGINT | Open ones that were to close before as_of.
-- column: unvalued_opportunities BIGINT | Open ones without an amount.
-- column: unconverted_opportunities BIGINT | Open ones, and those won in 365 days, with an amount and no exchange rate.
-- unique: account_id
-- not_null: account_id, open_opportunities, won_12m, lost_12m, stale_opportunities, unconverted_opportunities
-- assert: stale_opportunities <= open_opportunities | a stale opportunity is open
-- assert: win_rate BETWEEN 0 AND 1 | a share
WITH known AS (
    SELECT
        m.*, o.probability, o.amount, o.close_at,
        m.status = 'open' AS is_open,
        m.status = 'won' AND DATE_DIFF('day', CAST(m.closed_at AS DATE), CAST($as_of AS DATE)) < 365 AS is_won_12m,
        m.status = 'lost' AND DATE_DIFF('day', CAST(m.closed_at AS DATE), CAST($as_of AS DATE)) < 365 AS is_lost_12m
    FROM metrics.opportunities AS m
    JOIN staging.opportunities AS o ON o.source = m.source AND o.opportunity_id = m.opportunity_id
    WHERE m.account_id IS NOT NULL AND NOT m.is_copy
),
added AS (
    SELECT
        account_id,
        CAST(SUM(CASE WHEN is_open THEN 1 ELSE 0 END) AS BIGINT) AS open_opportunities,
        CAST(SUM(CASE WHEN is_open THEN reporting_amount END) AS DECIMAL(18, 2)) AS open_value,
        CAST(SUM(CASE WHEN is_open THEN CAST(ROUND(CAST(reporting_amount AS DECIMAL(29, 2)) * probability, 2) AS DECIMAL(18, 2)) END)
            AS DECIMAL(18, 2)) AS weighted_value,
        CAST(SUM(CASE WHEN is_won_12m THEN 1 ELSE 0 END) AS BIGINT) AS won_12m,
        CAST(SUM(CASE WHEN is_won_12m THEN reporting_amount END) AS DECIMAL(18, 2)) AS won_value_12m,
        CAST(SUM(CASE WHEN is_lost_12m THEN 1 ELSE 0 END) AS BIGINT) AS lost_12m,
        CAST(AVG(CASE WHEN is_won_12m THEN CAST(reporting_amount AS DOUBLE) END) AS DECIMAL(18, 2)) AS avg_deal_value,
        CAST(SUM(CASE WHEN is_stale THEN 1 ELSE 0 END) AS BIGINT) AS stale_opportunities,
        MIN(CASE WHEN is_stale THEN last_changed_at END) AS oldest_stale_at,
        -- A day passes when it is over: CRMs keep the expected close as a date.
        MIN(CASE WHEN is_open AND CAST(close_at AS DATE) >= CAST($as_of AS DATE) THEN close_at END) AS next_close_at,
        CAST(SUM(CASE WHEN is_open AND CAST(close_at AS DATE) < CAST($as_of AS DATE) THEN 1 ELSE 0 END) AS BIGINT)
            AS past_close_opportunities,
        CAST(SUM(CASE WHEN is_open AND amount IS NULL THEN 1 ELSE 0 END) AS BIGINT) AS unvalued_opportunities,
        CAST(SUM(CASE WHEN (is_open OR is_won_12m) AND is_unconverted THEN 1 ELSE 0 END) AS BIGINT) AS unconverted_opportunities
    FROM known
    GROUP BY account_id
)
SELECT
    account_id, open_opportunities,
    CASE WHEN open_opportunities = 0 THEN CAST(0 AS DECIMAL(18, 2)) ELSE open_value END AS open_value,
    CASE WHEN open_opportunities = 0 THEN CAST(0 AS DECIMAL(18, 2)) ELSE weighted_value END AS weighted_value,
    won_12m,
    CASE WHEN won_12m = 0 THEN CAST(0 AS DECIMAL(18, 2)) ELSE won_value_12m END AS won_value_12m,
    lost_12m,
    CASE WHEN won_12m + lost_12m > 0 THEN CAST(CAST(won_12m AS DOUBLE) / (won_12m + lost_12m) AS DECIMAL(9, 4)) END AS win_rate,
    avg_deal_value, stale_opportunities, oldest_stale_at, next_close_at, past_close_opportunities, unvalued_opportunities,
    unconverted_opportunities
FROM added
