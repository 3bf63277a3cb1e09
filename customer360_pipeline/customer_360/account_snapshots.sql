-- What was said of each account day by day: the days that earlier versions published, and the day of this run. One row per
-- account and day. All of the last health.snapshot_daily_days are kept, then the first of each month.
-- depends: health.known_snapshots, health.today, health.churn
-- setting: as_of
-- column: account_id VARCHAR | The account.
-- column: day DATE | The day (UTC) whose run made the row.
-- column: arr DECIMAL(18,2) | Recurring revenue of a year, reporting currency.
-- column: health_score DECIMAL(5,2) | Overall score.
-- column: usage_score DECIMAL(5,2) | Score of the dimension; NULL: unknown.
-- column: engagement_score DECIMAL(5,2) | Score of the dimension.
-- column: support_score DECIMAL(5,2) | Score of the dimension.
-- column: commercial_score DECIMAL(5,2) | Score of the dimension.
-- column: outcome_score DECIMAL(5,2) | Score of the dimension.
-- column: coverage DECIMAL(5,4) | Share of the weights of all signals that was known.
-- column: churn_risk_score DECIMAL(5,2) | Risk of churn as it was told that day.
-- column: mau BIGINT | Active users of 30 days.
-- column: open_tickets BIGINT | Open tickets.
-- column: nps_score DECIMAL(5,2) | Net promoter score.
-- column: overdue_days BIGINT | Days since the earliest missed due date.
-- column: days_to_renewal BIGINT | Days to the renewal or end of the contract.
-- unique: account_id, day
-- not_null: account_id, day
SELECT
    account_id,
    day,
    arr,
    health_score,
    usage_score,
    engagement_score,
    support_score,
    commercial_score,
    outcome_score,
    coverage,
    churn_risk_score,
    mau,
    open_tickets,
    nps_score,
    overdue_days,
    days_to_renewal
FROM health.known_snapshots
UNION ALL
SELECT
    t.account_id,
    CAST($as_of AS DATE) AS day,
    t.arr,
    t.health_score,
    t.usage_score,
    t.engagement_score,
    t.support_score,
    t.commercial_score,
    t.outcome_score,
    t.coverage,
    c.churn_risk_score,
    t.mau,
    t.open_tickets,
    t.nps_score,
    t.overdue_days,
    t.days_to_renewal
FROM health.today AS t
LEFT JOIN health.churn AS c ON c.account_id = t.account_id
WHERE t.coverage > 0 OR t.arr IS NOT NULL
