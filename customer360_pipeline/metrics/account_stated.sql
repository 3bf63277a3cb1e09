-- What a customer success tool says of an account by itself: kept as it says, compared in metrics.account_conflicts, never used
-- as ours. One row per account and source. Of several companies of a source that are one account the revenue is added up,
-- the rest is that of the company changed last.
-- depends: staging.accounts, profile.crm_accounts, profile.exchange_rates, profile.clock
-- setting: metrics_reporting_currency
-- column: account_id VARCHAR | The account.
-- column: source VARCHAR | The source that says so.
-- column: source_account_id VARCHAR | Its id of the company changed last.
-- column: companies BIGINT | Its companies that are the account.
-- column: stated_arr DECIMAL(18,2) | Annual recurring revenue it says, in the reporting currency; NULL: no number, or no rate.
-- column: stage VARCHAR | Stage of the customer's life, its word.
-- column: status VARCHAR | Its word for the relationship.
-- column: csm VARCHAR | Customer success manager as the tool writes him: a name or an address, not joined to the CRM's colleagues.
-- column: renewal_date DATE | Renews then.
-- column: health_score DECIMAL(9,2) | Its health score, where it is a number.
-- column: previous_health_score DECIMAL(9,2) | The one before, where it is a number.
-- column: health_label VARCHAR | Its health score as it writes it: a number, a colour, a grade.
-- column: updated_at TIMESTAMP | Company last changed, UTC.
-- unique: account_id, source
-- not_null: account_id, source, source_account_id, companies
WITH said AS (
    SELECT
        c.account_id, a.source, a.account_id AS source_account_id, a.stage, a.status, a.csm, a.renewal_date,
        a.health_score, a.previous_health_score, a.updated_at, a.stated_arr,
        CASE
            WHEN a.stated_currency IS NULL OR a.stated_currency = $metrics_reporting_currency THEN CAST(1 AS DECIMAL(18, 9))
            ELSE r.rate
        END AS rate,
        ROW_NUMBER() OVER (
            PARTITION BY c.account_id, a.source ORDER BY a.updated_at DESC NULLS LAST, a.account_id
        ) AS place
    FROM staging.accounts AS a
    JOIN profile.crm_accounts AS c ON c.source = a.source AND c.source_account_id = a.account_id
    CROSS JOIN profile.clock AS k
    LEFT JOIN profile.exchange_rates AS r
        ON r.currency = a.stated_currency AND CAST(k.as_of AS DATE) >= r.valid_from AND CAST(k.as_of AS DATE) < r.valid_to
    WHERE a.merged_into IS NULL AND (
        a.stated_arr IS NOT NULL OR a.stage IS NOT NULL OR a.csm IS NOT NULL OR a.renewal_date IS NOT NULL
        OR a.health_score IS NOT NULL OR a.status IS NOT NULL
    )
),
added AS (
    SELECT
        account_id, source, COUNT(*) AS companies,
        CASE WHEN COUNT(stated_arr) = COUNT(stated_arr * rate)
            THEN CAST(ROUND(SUM(CAST(stated_arr AS DECIMAL(29, 3)) * rate), 2) AS DECIMAL(18, 2)) END AS stated_arr
    FROM said
    GROUP BY account_id, source
)
SELECT
    s.account_id, s.source, s.source_account_id, t.companies, t.stated_arr, s.stage, s.status, s.csm, s.renewal_date,
    TRY_CAST(CAST(TRIM(s.health_score) AS VARCHAR) AS DECIMAL(9, 2)) AS health_score,
    TRY_CAST(CAST(TRIM(s.previous_health_score) AS VARCHAR) AS DECIMAL(9, 2)) AS previous_health_score,
    s.health_score AS health_label,
    s.updated_at
FROM said AS s
JOIN added AS t ON t.account_id = s.account_id AND t.source = s.source
WHERE s.place = 1
