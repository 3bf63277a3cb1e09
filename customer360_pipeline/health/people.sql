-- Whose health a customer is shown: that of their own account where it has a score, else of the company that files them most
-- strongly; never a mixture. One row per customer with an account that health looks at.
-- depends: profile.record_accounts, profile.records, health.scores, health.exit_states
-- column: customer_number INTEGER | The customer.
-- column: account_id VARCHAR | The account.
-- column: health_score DECIMAL(5,2) | Health of the account shown for the customer: their own where it has a score, else their company's; NULL: unknown.
-- column: exit_state VARCHAR | Where that account is sent; NULL: no account that health looks at.
-- unique: customer_number
-- not_null: customer_number, account_id, exit_state
WITH members AS (
    SELECT
        a.account_id, r.customer_number, COUNT(*) AS records,
        MIN(CASE a.basis WHEN 'self' THEN 1 WHEN 'crm' THEN 2 WHEN 'identifier' THEN 3 WHEN 'domain' THEN 4 ELSE 5 END)
            AS basis
    FROM profile.record_accounts AS a
    JOIN profile.records AS r ON r.node = a.node
    GROUP BY a.account_id, r.customer_number
),
ranked AS (
    SELECT
        m.customer_number, m.account_id, s.score, e.exit_state,
        ROW_NUMBER() OVER (
            PARTITION BY m.customer_number
            ORDER BY CASE WHEN s.score IS NULL THEN 1 ELSE 0 END, m.basis, m.records DESC, m.account_id
        ) AS place
    FROM members AS m
    JOIN health.scores AS s ON s.account_id = m.account_id
    JOIN health.exit_states AS e ON e.account_id = m.account_id
)
SELECT customer_number, account_id, score AS health_score, exit_state
FROM ranked
WHERE place = 1
