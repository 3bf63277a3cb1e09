-- Net promoter score of each account: per cent of promoters (9, 10) less per cent of detractors (0 to 6) among the people who
-- answered, each by the latest answer of the period. One row per account with an answer.
-- depends: metrics.nps_answers
-- setting: success_nps_min_responses
-- column: account_id VARCHAR | The account.
-- column: nps_score DECIMAL(5,2) | Per cent of promoters less per cent of detractors among the answers of success.nps_days, -100 to 100; NULL when fewer than success.nps_min_responses answered.
-- column: nps_responses BIGINT | People who answered in these days.
-- column: promoters BIGINT | Of them, promoters.
-- column: passives BIGINT | Of them, passives.
-- column: detractors BIGINT | Of them, detractors.
-- column: nps_answers BIGINT | Answers ever given up to as_of, each counted.
-- column: last_nps_answer BIGINT | Score of the latest answer, 0 to 10.
-- column: last_nps_at TIMESTAMP | When it was given, UTC.
-- column: prev_nps_score DECIMAL(5,2) | The score of the same number of days before those.
-- column: prev_nps_responses BIGINT | People who answered in them.
-- unique: account_id
-- not_null: account_id, nps_responses, promoters, passives, detractors, nps_answers, last_nps_answer, last_nps_at, prev_nps_responses
-- assert: promoters + passives + detractors = nps_responses | each person counts once
-- assert: nps_score between -100 and 100 or nps_score is null | the scale
WITH sums AS (
    SELECT
        account_id,
        CAST(SUM(CASE WHEN is_latest AND period = 0 THEN 1 ELSE 0 END) AS BIGINT) AS responses,
        CAST(SUM(CASE WHEN is_latest AND period = 0 AND nps_group = 'promoter' THEN 1 ELSE 0 END) AS BIGINT) AS promoters,
        CAST(SUM(CASE WHEN is_latest AND period = 0 AND nps_group = 'passive' THEN 1 ELSE 0 END) AS BIGINT) AS passives,
        CAST(SUM(CASE WHEN is_latest AND period = 0 AND nps_group = 'detractor' THEN 1 ELSE 0 END) AS BIGINT) AS detractors,
        CAST(SUM(CASE WHEN is_latest AND period = 1 THEN 1 ELSE 0 END) AS BIGINT) AS prev_responses,
        CAST(SUM(CASE WHEN is_latest AND period = 1 AND nps_group = 'promoter' THEN 1
            WHEN is_latest AND period = 1 AND nps_group = 'detractor' THEN -1 ELSE 0 END) AS BIGINT) AS prev_balance,
        COUNT(*) AS answers,
        MAX(CASE WHEN is_last THEN score END) AS last_score,
        MAX(answered_at) AS last_at
    FROM metrics.nps_answers
    WHERE account_id IS NOT NULL
    GROUP BY account_id
)
SELECT
    account_id,
    CAST(CASE WHEN responses >= $success_nps_min_responses
        THEN ROUND(CAST(promoters - detractors AS DOUBLE) * 100 / CAST(responses AS DOUBLE), 2) END AS DECIMAL(5, 2)) AS nps_score,
    responses AS nps_responses,
    promoters,
    passives,
    detractors,
    answers AS nps_answers,
    last_score AS last_nps_answer,
    last_at AS last_nps_at,
    CAST(CASE WHEN prev_responses >= $success_nps_min_responses
        THEN ROUND(CAST(prev_balance AS DOUBLE) * 100 / CAST(prev_responses AS DOUBLE), 2) END AS DECIMAL(5, 2))
        AS prev_nps_score,
    prev_responses AS prev_nps_responses
FROM sums
