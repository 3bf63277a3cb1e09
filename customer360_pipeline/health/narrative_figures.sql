-- The parts of each account's narrative, and the published column that each figure in them is from. One row per account and
-- part. Sentences: who the account is; how it is doing and what threatens it most; what comes next.
-- depends: health.facts, health.scores, health.risk_signals, health.opportunity_signals, metrics.zeros
-- setting: metrics_reporting_currency
-- column: account_id VARCHAR | The account.
-- column: sentence BIGINT | Number of the sentence, from 1.
-- column: place BIGINT | Place in it, from 1.
-- column: part VARCHAR | Its words.
-- column: figure VARCHAR | The figure in them, as it is said.
-- column: evidence_table VARCHAR | Published table that the figure is from.
-- column: evidence_column VARCHAR | Column of the row of this account.
-- unique: account_id, sentence, place
-- not_null: account_id, sentence, place, part, figure, evidence_table, evidence_column
WITH parts AS (
    SELECT account_id, 1 AS sentence, 1 AS place, COALESCE(name, 'An account without a name') AS part,
        COALESCE(name, 'without a name') AS figure, 'account_360' AS evidence_table, 'customer_name' AS evidence_column
    FROM health.facts
    UNION ALL
    SELECT account_id, 1, 2,
        CASE WHEN customer_months >= 24 THEN ' has been a customer for ' || CAST(customer_months // 12 AS VARCHAR) || ' years'
            WHEN customer_months >= 1 THEN ' has been a customer for ' || CAST(customer_months AS VARCHAR)
                || CASE WHEN customer_months = 1 THEN ' month' ELSE ' months' END
            WHEN customer_months IS NOT NULL THEN ' is a new customer'
            WHEN z.payments IS NULL THEN ' is known, but no payments were read'
            ELSE ' has not paid yet' END,
        COALESCE(
            CAST(customer_months AS VARCHAR) || ' months', CASE WHEN z.payments IS NULL THEN 'unknown' ELSE 'never' END
        ), 'account_360', 'customer_since'
    FROM health.facts
    CROSS JOIN metrics.zeros AS z
    UNION ALL
    SELECT account_id, 1, 3,
        -- Of a small sum the cents count; some currencies have none.
        ' and is worth ' || CASE WHEN arr < 1000 AND arr <> ROUND(arr, 0) THEN CAST(CAST(arr AS DECIMAL(18, 2)) AS VARCHAR)
            ELSE CAST(CAST(ROUND(arr, 0) AS BIGINT) AS VARCHAR) END || ' ' || $metrics_reporting_currency || ' a year',
        CAST(arr AS VARCHAR), 'account_360', 'current_arr'
    FROM health.facts
    WHERE arr > 0
    UNION ALL
    SELECT account_id, 2, 1,
        CASE WHEN score IS NULL THEN 'Its health is not known: ' || CAST(CAST(ROUND(100 * coverage, 0) AS BIGINT) AS VARCHAR)
                || ' % of what counts is'
            ELSE CASE confidence_level WHEN 'low' THEN 'Its health seems to be ' ELSE 'Its health is ' END
                || CAST(CAST(ROUND(score, 0) AS BIGINT) AS VARCHAR) || ' of 100' END,
        COALESCE(CAST(score AS VARCHAR), CAST(coverage AS VARCHAR)), 'account_360',
        CASE WHEN score IS NULL THEN 'health_coverage' ELSE 'health_score' END
    FROM health.scores
    UNION ALL
    SELECT account_id, 2, 2,
        CASE WHEN ROUND(delta, 0) = 0 THEN ', as on ' || CAST(compared_day AS VARCHAR)
            ELSE ', ' || CAST(CAST(ROUND(ABS(delta), 0) AS BIGINT) AS VARCHAR) || ' points '
                || CASE WHEN delta > 0 THEN 'more' ELSE 'less' END || ' than on ' || CAST(compared_day AS VARCHAR) END,
        CAST(delta AS VARCHAR), 'account_360', 'health_delta'
    FROM health.scores
    WHERE score IS NOT NULL AND delta IS NOT NULL
    UNION ALL
    SELECT account_id, 2, 3, '; most pressing (' || severity || '): ' || LOWER(SUBSTR(signal, 1, 1)) || SUBSTR(signal, 2),
        CAST(value AS VARCHAR), 'risk_signals', 'signal'
    FROM health.risk_signals
    WHERE place = 1
    UNION ALL
    SELECT account_id, 3, 1,
        'The contract ' || CASE WHEN contract_continues = 0 THEN 'ends' ELSE 'renews' END || ' in '
            || CAST(days_to_renewal AS VARCHAR) || ' days',
        CAST(days_to_renewal AS VARCHAR), 'account_360', 'days_to_renewal'
    FROM health.facts
    WHERE days_to_renewal >= 0
),
-- Of the opportunities one is told, where the sentence has room for it.
chances AS (
    SELECT o.account_id, o.signal, o.measured, f.days_to_renewal,
        ROW_NUMBER() OVER (PARTITION BY o.account_id ORDER BY o.opportunity) AS choice
    FROM health.opportunity_signals AS o
    JOIN health.facts AS f ON f.account_id = o.account_id
)
SELECT account_id, CAST(sentence AS BIGINT) AS sentence, CAST(place AS BIGINT) AS place, part, figure, evidence_table,
    evidence_column
FROM parts
UNION ALL
SELECT account_id, 3, 2,
    CASE WHEN days_to_renewal >= 0 THEN '; opportunity: ' || LOWER(SUBSTR(signal, 1, 1)) || SUBSTR(signal, 2)
        ELSE 'Opportunity: ' || LOWER(SUBSTR(signal, 1, 1)) || SUBSTR(signal, 2) END,
    CAST(measured AS VARCHAR), 'opportunity_signals', 'signal'
FROM chances
WHERE choice = 1
