-- Who belongs to which account, and why. One row per account and customer. A customer of several accounts has several rows:
-- related accounts, whose figures are kept apart.
-- depends: profile.record_accounts, profile.records, profile.customers
-- column: account_id VARCHAR | The account.
-- column: customer_id VARCHAR | The customer.
-- column: first_name VARCHAR | The customer's winning given name.
-- column: last_name VARCHAR | The customer's winning family name.
-- column: job_title VARCHAR | The customer's winning job title.
-- column: basis VARCHAR | The strongest reason: crm, identifier, domain, person or self (an account of one).
-- column: records BIGINT | The customer's records in the account.
-- column: accounts BIGINT | Accounts of the customer; more than 1: related accounts.
-- column: is_related BOOLEAN | The customer has another account too.
-- unique: account_id, customer_id
-- not_null: account_id, customer_id, basis, records, accounts, is_related
WITH members AS (
    SELECT
        a.account_id, r.customer_number, COUNT(*) AS records,
        MIN(CASE a.basis WHEN 'crm' THEN '1crm' WHEN 'identifier' THEN '2identifier' WHEN 'domain' THEN '3domain'
            WHEN 'person' THEN '4person' ELSE '5self' END) AS strongest
    FROM profile.record_accounts AS a
    JOIN profile.records AS r ON r.node = a.node
    GROUP BY a.account_id, r.customer_number
),
counted AS (
    SELECT customer_number, COUNT(*) AS accounts FROM members GROUP BY customer_number
)
SELECT
    m.account_id, c.customer_id, c.first_name, c.last_name, c.job_title, SUBSTR(m.strongest, 2) AS basis, m.records, n.accounts,
    n.accounts > 1 AS is_related
FROM members AS m
JOIN profile.customers AS c ON c.customer_number = m.customer_number
JOIN counted AS n ON n.customer_number = m.customer_number
