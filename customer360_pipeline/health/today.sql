-- What this run says of each account's day, as it will be published. One row per account.
-- depends: health.scores, health.dimensions, health.facts, health.usage_facts, health.support_facts, health.engagement_facts
-- column: account_id VARCHAR | The account.
-- column: arr DECIMAL(18,2) | Recurring revenue of a year.
-- column: health_score DECIMAL(5,2) | Overall score.
-- column: usage_score DECIMAL(5,2) | Score of the dimension; NULL: unknown.
-- column: engagement_score DECIMAL(5,2) | Score of the dimension.
-- column: support_score DECIMAL(5,2) | Score of the dimension.
-- column: commercial_score DECIMAL(5,2) | Score of the dimension.
-- column: outcome_score DECIMAL(5,2) | Score of the dimension.
-- column: coverage DECIMAL(5,4) | Share of the weights of all signals that is known.
-- column: mau BIGINT | Active users of 30 days.
-- column: open_tickets BIGINT | Open tickets.
-- column: nps_score DECIMAL(5,2) | Net promoter score.
-- column: overdue_days BIGINT | Days since the earliest missed due date.
-- column: days_to_renewal BIGINT | Days to the renewal or end of the contract.
-- unique: account_id
-- not_null: account_id, coverage
WITH turned AS (
    SELECT
        account_id,
        MAX(CASE WHEN dimension = 'usage' THEN score END) AS usage_score,
        MAX(CASE WHEN dimension = 'engagement' THEN score END) AS engagement_score,
        MAX(CASE WHEN dimension = 'support' THEN score END) AS support_score,
        MAX(CASE WHEN dimension = 'commercial' THEN score END) AS commercial_score,
        MAX(CASE WHEN dimension = 'outcome' THEN score END) AS outcome_score
    FROM health.dimensions
    GROUP BY account_id
)
SELECT
    s.account_id,
    f.arr,
    s.score AS health_score,
    t.usage_score,
    t.engagement_score,
    t.support_score,
    t.commercial_score,
    t.outcome_score,
    s.coverage,
    u.mau,
    p.open_tickets,
    CAST(e.nps AS DECIMAL(5, 2)) AS nps_score,
    f.overdue_days,
    f.days_to_renewal
FROM health.scores AS s
JOIN health.facts AS f ON f.account_id = s.account_id
LEFT JOIN health.usage_facts AS u ON u.account_id = s.account_id
LEFT JOIN health.support_facts AS p ON p.account_id = s.account_id
LEFT JOIN health.engagement_facts AS e ON e.account_id = s.account_id
LEFT JOIN turned AS t ON t.account_id = s.account_id
