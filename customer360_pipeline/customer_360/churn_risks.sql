-- How likely each paying account is to be lost, and how that was judged. One row per account with recurring revenue.
-- depends: health.churn
-- materialized: view
-- column: account_id VARCHAR | The account.
-- column: churn_risk_score DECIMAL(5,2) | 0 to 100; NULL: nothing speaks for or against it.
-- column: churn_probability DECIMAL(5,4) | Of losing all recurring revenue; NULL: the heuristic gives none.
-- column: level VARCHAR | high, medium, low or unknown.
-- column: method VARCHAR | model or heuristic.
-- column: main_factor VARCHAR | What raises it most: a feature of the model, or the rule of the heuristic; NULL: nothing does.
-- column: kind VARCHAR | inferred.
-- unique: account_id
-- not_null: account_id, level, method, kind
SELECT
    account_id,
    churn_risk_score,
    churn_probability,
    level,
    method,
    main_factor,
    kind
FROM health.churn
